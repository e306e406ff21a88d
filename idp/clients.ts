import type { ClientMetadata } from 'oidc-provider';
import { embeddedMachine } from '@/lib/config/personality';

/** Credentials of the machine client. */
export const machineClient = embeddedMachine;

/** The app once more, for those who sign people in with a client secret. */
export const confidentialClient = {
  id: 'claimcheck-confidential',
  secret: 'wonderland-confidential',
} as const;

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

/** Where the app is told that somebody has signed out at the provider. */
export function backchannelLogoutUri(appBaseUrl: string): string {
  return new URL('/auth/backchannel-logout', appBaseUrl).href;
}

/**
 * Every client there is: the app, which is public, the same with a secret, and a machine that has no people (RFC 6749
 * §4.4). A secret may come by Basic or in the body; `oidc-provider` takes the two for one method.
 * @param told whether the app is told of sign-outs; ID tokens then name the session
 */
export function registeredClients(appBaseUrl: string, { told }: { told: boolean }): ClientMetadata[] {
  const app: Omit<ClientMetadata, 'client_id'> = {
    client_name: 'Claimcheck',
    application_type: 'web',
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    redirect_uris: [redirectUri(appBaseUrl)],
    post_logout_redirect_uris: [postLogoutRedirectUri(appBaseUrl)],
    ...(told && {
      backchannel_logout_uri: backchannelLogoutUri(appBaseUrl),
      backchannel_logout_session_required: true,
    }),
  };
  return [
    { ...app, client_id: appClientId, token_endpoint_auth_method: 'none' },
    {
      ...app,
      client_id: confidentialClient.id,
      client_secret: confidentialClient.secret,
      token_endpoint_auth_method: 'client_secret_basic',
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
