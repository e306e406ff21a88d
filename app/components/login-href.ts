import type { SignInReason } from '../login/reason';

/** Where a sign-in link leads: `/login`, with what it should ask for and where it should end. */
export interface LoginLink {
  /** Path of this app to come back to. */
  readonly returnTo?: string;
  /** Scope values to tick beforehand; absent: all of them. */
  readonly scopes?: readonly string[];
  /** Seconds since the sign-in at most, and the authentication contexts of which one will do (RFC 9470). */
  readonly maxAge?: number | undefined;
  readonly acrValues?: string | undefined;
  /** Why the person has to sign in again. */
  readonly reason?: SignInReason;
}

export function loginHref({ returnTo, scopes, reason, maxAge, acrValues }: LoginLink): string {
  const query = new URLSearchParams();
  if (reason) query.set('reason', reason);
  if (scopes) query.set('scope', scopes.join(' '));
  if (maxAge !== undefined) query.set('max_age', String(maxAge));
  if (acrValues) query.set('acr_values', acrValues);
  if (returnTo && returnTo !== '/') query.set('returnTo', returnTo);
  return query.size > 0 ? `/login?${query}` : '/login';
}
