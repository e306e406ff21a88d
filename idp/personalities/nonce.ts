/**
 * Forgets a `nonce` that no ID token will repeat. `oidc-provider` refuses one without `openid`; the real providers do not
 * mind.
 */
export function forgetIdleNonce(query: URLSearchParams): void {
  if (!query.get('scope')?.split(' ').includes('openid')) query.delete('nonce');
}
