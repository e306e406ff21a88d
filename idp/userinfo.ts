import type { ProviderKeys } from './keys';
import type { Middleware } from './library';
import type { PersonalityTraits } from './personalities/traits';
import { signerWith } from './signer';

/** The userinfo endpoint (OpenID Connect Core §5.3), where the personality has one of its own. */
export function userinfoEndpoint({ userinfo }: PersonalityTraits, keys: ProviderKeys): Middleware {
  const signer = signerWith(keys);
  return async (ctx, next) => {
    if (ctx.path !== userinfo?.path || ctx.method !== 'GET') return next();
    ctx.set('Cache-Control', 'no-store');
    const [, token = ''] = /^Bearer ([\w.-]+)$/i.exec(ctx.get('Authorization')) ?? [];
    // Whatever is wrong with a token, it opens nothing.
    const claims = await userinfo.answer(token, signer).catch(() => undefined);
    if (!claims) {
      ctx.status = 401;
      ctx.set('WWW-Authenticate', 'Bearer error="invalid_token"');
    }
    ctx.body = claims ?? { error: 'invalid_token' };
  };
}
