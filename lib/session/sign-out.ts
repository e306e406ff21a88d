/**
 * Where the browser goes to end the provider's own session (OpenID Connect RP-Initiated Logout §2); back to the start
 * page where the provider has no such place.
 */
export function providerSignOutUrl(options: {
  endSessionEndpoint: string | undefined;
  clientId: string;
  idToken: string | undefined;
  baseUrl: string;
}): string {
  const home = `${options.baseUrl}/`;
  if (options.endSessionEndpoint === undefined) return home;
  const url = new URL(options.endSessionEndpoint);
  url.searchParams.set('client_id', options.clientId);
  url.searchParams.set('post_logout_redirect_uri', home);
  if (options.idToken !== undefined) url.searchParams.set('id_token_hint', options.idToken);
  return url.href;
}
