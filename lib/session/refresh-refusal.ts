/**
 * Answers after which asking again cannot help, for only the person can: the refresh token is used up, revoked or
 * expired (RFC 6749 §5.2), or the provider wants to see them (OpenID Connect Core §3.1.2.6, RFC 9470 §3; Entra ID and
 * Auth0 answer so to a refresh when their policies have changed).
 */
const finalErrors: readonly string[] = [
  'invalid_grant',
  'interaction_required',
  'login_required',
  'consent_required',
  'account_selection_required',
  'insufficient_user_authentication',
  'unmet_authentication_requirements',
  'mfa_required',
];

/** Errors of the moment, or of this app's registration, which its operator has to mend: no person can help. */
const passingErrors: readonly string[] = [
  'temporarily_unavailable',
  'server_error',
  'slow_down',
  'invalid_client',
];

/** How an OAuth error is written; a gateway's `"error": "Bad Request"` is none. */
const isCode = (error: string) => /^[\w.:/-]+$/.test(error);

/**
 * Whether a refused refresh ends the session. Providers tell a dead refresh token by other errors than `invalid_grant`,
 * too: such a one counts once the access token cannot be used any more, and is asked about again until then.
 * @param usable whether the access token still can be used
 */
export function endsSession(error: string, { usable }: { readonly usable: boolean }): boolean {
  if (finalErrors.includes(error)) return true;
  return !usable && isCode(error) && !passingErrors.includes(error);
}
