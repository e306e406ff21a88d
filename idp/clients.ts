import type { ClientMetadata } from 'oidc-provider';

/** Credentials of the machine client. Public knowledge, like every secret of this provider. */
export const machineClient = { id: 'claimcheck-machine', secret: 'wonderland-machine' } as const;

/** The client ID of the app. */
export const appClientId = 'claimcheck';

/** Where the app receives authorization responses; compared exactly (RFC 9700 §2.1). */
export function redirectUri(appBaseUrl: string): string {
  return new URL('/auth/callback', appBaseUrl).href;
}

/** Where the app wants people after signing out; compared exactly. */
export function postLogoutRedirectUri(appBaseUrl: string): string {
  return new URL('/', appBaseUrl).href;
}

/** Every client there is: the app, which is public, and a machine that has no people (RFC 6749 §4.4). */
export function registeredClients(appBaseUrl: string): ClientMetadata[] {
  return [
    {
      client_id: appClientId,
      client_name: 'Claimcheck',
      application_type: 'web',
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      redirect_uris: [redirectUri(appBaseUrl)],
      post_logout_redirect_uris: [postLogoutRedirectUri(appBaseUrl)],
    },
    {
      client_id: machineClient.id,
      client_secret: machineClient.secret,
      client_name: 'Claimcheck machine',
      token_endpoint_auth_method: 'client_secret_basic',
      grant_types: ['client_credentials'],
      response_types: [],
      redirect_uris: [],
    },
  ];
}
