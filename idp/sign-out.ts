import type Provider from 'oidc-provider';
import { registeredAddresses } from './clients';
import type { Middleware } from './library';
import { endSession, postLogoutSuccessSource } from './logout';
import type { IdentityProviderOptions } from './options';
import type { PersonalityTraits } from './personalities/traits';
import { showPage } from './refusal';
import type { ArtifactStore } from './store';

interface SignOutParts {
  provider: Provider;
  options: IdentityProviderOptions;
  store: ArtifactStore;
  traits: PersonalityTraits;
}

/** Ways to sign out that ask for no ID token: whoever is sent there is signed out, as at the real providers. */
export function signOutPaths({ provider, options, store, traits }: SignOutParts): Middleware {
  const registered = registeredAddresses(options);
  return async (ctx, next) => {
    const signOut = ctx.method === 'GET' && traits.signOut.find(({ path }) => path === ctx.path);
    if (!signOut) return next();
    ctx.set('Cache-Control', 'no-store');
    const outcome = signOut.read(new URLSearchParams(ctx.querystring), registered);
    if ('refused' in outcome) {
      return showPage({ ctx, options, refusal: outcome.refused, code: 'invalid_request' });
    }
    const session = await provider.Session.get(ctx);
    await endSession({ ctx, provider, session, store });
    if ('stay' in outcome) return postLogoutSuccessSource(ctx, options);
    ctx.status = 302;
    ctx.redirect(outcome.to);
  };
}
