import type { KoaContextWithOIDC } from 'oidc-provider';
import type { Middleware } from './library';
import type { PersonalityTraits } from './personalities/traits';

const libraryPath = '/.well-known/openid-configuration';

/**
 * Serves discovery document and key set in their personality's form and at its addresses. `oidc-provider` is asked all
 * the same, for its headers.
 */
export function metadata(traits: PersonalityTraits): Middleware {
  const { discovery, discoveryCaching, paths, publishedKey } = traits;
  return async (ctx, next) => {
    // RFC 8414's address, and those that the personality does not have.
    const elsewhere = discovery && ctx.path.startsWith('/.well-known/') && ctx.path !== paths.jwks;
    if (ctx.path === paths.discovery) ctx.path = libraryPath;
    else if (elsewhere) return;
    await next();
    const { oidc } = ctx as Partial<KoaContextWithOIDC>;
    if (ctx.status !== 200) return;
    if (oidc?.route === 'discovery' && discovery) ctx.body = discovery;
    if (oidc?.route === 'discovery' && discoveryCaching) ctx.set('Cache-Control', discoveryCaching);
    if (oidc?.route === 'jwks') {
      const { keys } = ctx.body as { keys: object[] };
      ctx.body = { keys: keys.map(publishedKey) };
    }
  };
}
