import type { ClientMetadata } from 'oidc-provider';
import { embeddedCli, embeddedMachine } from '../lib/config/personality';
import type { IdentityProviderOptions } from './options';

/** Credentials of the machine client. */
export const machineClient = embeddedMachine;

/** The client ID of the app. */
export const appClientId = 'claimcheck';

/** Where the app receives authorization responses; compared exactly (RFC 9700 §2.1). */
export function redirectUri(appBaseUrl: string): string {
  return atApp(appBaseUrl, '/auth/callback');
}

/** Where the app wants people after signing out; compared exactly. */
export function postLogoutRedirectUri(appBaseUrl: string): string {
  return atApp(appBaseUrl, '/');
}

/** Where the app is told that somebody has signed out at the provider. */
export function backchannelLogoutUri(appBaseUrl: string): string {
  return atApp(appBaseUrl, '/auth/backchannel-logout');
}

/** The app may live below a path of its origin. */
const atApp = (appBaseUrl: string, path: string) => new URL(appBaseUrl.replace(/\/$/, '') + path).href;

/** How the app proves who it is. */
export type AppCredentials = Pick<IdentityProviderOptions, 'clientSecret' | 'clientKeys'>;

/**
 * Every client there is: the app, a machine that has no people (RFC 6749 §4.4), and the command line for people. A secret may come by Basic or in the
 * body; `oidc-provider` takes the two for one method.
 * @param told whether the app is told of sign-outs; ID tokens then name the session
 */
export function registeredClients(
  {
    appBaseUrl,
    clients,
    ...credentials
  }: AppCredentials & Pick<IdentityProviderOptions, 'appBaseUrl' | 'clients'>,
  { told }: { told: boolean },
): ClientMetadata[] {
  if (clients) return [...clients];
  return [
    {
      client_id: appClientId,
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
      ...authentication(credentials),
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
    {
      client_id: embeddedCli.id,
      client_name: 'Claimcheck command line',
      // Comes back to any port of this address (RFC 8252 §7.3).
      application_type: 'native',
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code'],
      response_types: ['code'],
      redirect_uris: ['http://127.0.0.1/callback'],
    },
  ];
}

/** Origins of the apps that people are sent back to: their pages may read answers, and forms may lead there. */
export function appOrigins(options: Pick<IdentityProviderOptions, 'appBaseUrl' | 'clients'>): string[] {
  const addresses = [options.appBaseUrl, ...registeredAddresses(options).redirectUris];
  return [...new Set(addresses.map((address) => new URL(address).origin))];
}

/** Ids and addresses of every client that signs people in, for what is told of a sign-out. */
export function registeredAddresses({
  appBaseUrl,
  clients,
}: Pick<IdentityProviderOptions, 'appBaseUrl' | 'clients'>) {
  if (!clients) {
    return {
      clientIds: [appClientId],
      afterSignOut: [postLogoutRedirectUri(appBaseUrl)],
      redirectUris: [redirectUri(appBaseUrl)],
    };
  }
  return {
    clientIds: clients.map(({ client_id }) => client_id),
    afterSignOut: clients.flatMap(({ post_logout_redirect_uris = [] }) => post_logout_redirect_uris),
    redirectUris: clients.flatMap(({ redirect_uris = [] }) => redirect_uris),
  };
}

function authentication({ clientSecret, clientKeys }: AppCredentials): Partial<ClientMetadata> {
  if (clientKeys) {
    return { token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [...clientKeys] } };
  }
  if (clientSecret === undefined) return { token_endpoint_auth_method: 'none' };
  return { token_endpoint_auth_method: 'client_secret_basic', client_secret: clientSecret };
}
