import type Provider from 'oidc-provider';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { tellOfSignOut } from './backchannel';
import type { Context } from './library';
import type { IdentityProviderOptions } from './options';
import { nonceOf, show } from './pages/layout';
import { logoutPage, signedOutPage } from './pages/logout';
import { personBySubject } from './people';
import type { PersonalityTraits } from './personalities/traits';
import type { ArtifactStore } from './store';

interface LogoutRequest {
  ctx: KoaContextWithOIDC;
  /** Form with the request's anti-forgery secret, made by `oidc-provider`. */
  form: string;
  store: ArtifactStore;
  traits: PersonalityTraits;
  options: IdentityProviderOptions;
}

/**
 * Ends the session at once when the app proves by an ID token that it speaks of the person who is signed in; asks
 * otherwise (OpenID Connect RP-Initiated Logout 1.0 §2 and §6).
 */
export async function logoutSource({ ctx, form, store, traits, options }: LogoutRequest): Promise<void> {
  const { client, provider, session, entities } = ctx.oidc;
  const hint = entities.IdTokenHint;
  const person = personBySubject(session?.accountId, options.people);
  if (hint && person && session && hint.payload.sub === traits.subject(person, client?.clientId ?? '')) {
    await endSession({ ctx, provider, session, store });
    ctx.status = 303;
    ctx.redirect(addressAfterLogout(ctx));
    return;
  }
  show(ctx, logoutPage({ nonce: nonceOf(ctx), form }));
}

/** The page after a sign-out that names no address to go to. */
export function postLogoutSuccessSource(
  ctx: Pick<Context, 'state' | 'status' | 'type' | 'body'>,
  options: IdentityProviderOptions,
): void {
  show(ctx, signedOutPage({ nonce: nonceOf(ctx), options }));
}

interface EndedSession {
  ctx: Pick<Context, 'cookies'>;
  provider: Provider;
  session: NonNullable<KoaContextWithOIDC['oidc']['session']>;
  store: ArtifactStore;
}

/**
 * What `oidc-provider` does once its form is confirmed, done without the form: it works without JavaScript too. A grant
 * that was asked for `offline_access` lives on.
 */
export async function endSession({ ctx, provider, session, store }: EndedSession): Promise<void> {
  await tellOfSignOut(provider, session);
  for (const { grantId, persistsLogout } of Object.values(session.authorizations ?? {})) {
    if (grantId && !persistsLogout) await store.revokeGrant(grantId);
  }
  await session.destroy();
  ctx.cookies.set(provider.cookieName('session'), null, { httpOnly: true, sameSite: 'lax' });
}

/** `oidc-provider` has already compared the address with the registered ones. */
function addressAfterLogout(ctx: KoaContextWithOIDC): string {
  const { post_logout_redirect_uri: registered, state } = ctx.oidc.params ?? {};
  if (typeof registered !== 'string') return ctx.oidc.urlFor('end_session_success');
  const address = new URL(registered);
  if (typeof state === 'string') address.searchParams.set('state', state);
  return address.href;
}
