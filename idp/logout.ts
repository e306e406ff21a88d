import type { KoaContextWithOIDC } from 'oidc-provider';
import type { IdentityProviderOptions } from './options';
import { nonceOf, show } from './pages/layout';
import { logoutPage, signedOutPage } from './pages/logout';
import type { ArtifactStore } from './store';

interface LogoutRequest {
  ctx: KoaContextWithOIDC;
  /** Form with the request's anti-forgery secret, made by `oidc-provider`. */
  form: string;
  store: ArtifactStore;
}

/**
 * Ends the session at once when the app proves by an ID token that it speaks of the person who is signed in; asks
 * otherwise (OpenID Connect RP-Initiated Logout 1.0 §2 and §6).
 */
export async function logoutSource({ ctx, form, store }: LogoutRequest): Promise<void> {
  const hint = ctx.oidc.entities.IdTokenHint;
  if (hint && hint.payload.sub === ctx.oidc.session?.accountId) return endSession(ctx, store);
  show(ctx, logoutPage({ nonce: nonceOf(ctx), form }));
}

/** The page after a sign-out that names no address to go to. */
export function postLogoutSuccessSource(ctx: KoaContextWithOIDC, options: IdentityProviderOptions): void {
  show(ctx, signedOutPage({ nonce: nonceOf(ctx), options }));
}

/** What `oidc-provider` does once its form is confirmed, done without the form: it works without JavaScript too. */
async function endSession(ctx: KoaContextWithOIDC, store: ArtifactStore): Promise<void> {
  const { session, provider } = ctx.oidc;
  if (!session) return;
  const grants = Object.values(session.authorizations ?? {}).map(({ grantId }) => grantId);
  for (const grantId of grants) if (grantId) await store.revokeGrant(grantId);
  await session.destroy();
  ctx.cookies.set(provider.cookieName('session'), null, { httpOnly: true, sameSite: 'lax' });
  ctx.status = 303;
  ctx.redirect(addressAfterLogout(ctx));
}

/** `oidc-provider` has already compared the address with the registered ones. */
function addressAfterLogout(ctx: KoaContextWithOIDC): string {
  const { post_logout_redirect_uri: registered, state } = ctx.oidc.params ?? {};
  if (typeof registered !== 'string') return ctx.oidc.urlFor('end_session_success');
  const address = new URL(registered);
  if (typeof state === 'string') address.searchParams.set('state', state);
  return address.href;
}
