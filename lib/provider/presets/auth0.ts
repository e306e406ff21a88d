import { byIssuer, openidSignOut, type Preset } from './preset';

/** Auth0: https://auth0.com/docs/secure/tokens/access-tokens/access-token-profiles */
export const auth0: Preset = {
  title: 'Auth0',
  scopePrefix: 'example:',
  prefixInTokens: true,
  offlineAccess: 'always',
  refreshNamesScope: false,
  // Without it the access token is encrypted for Auth0 itself: get-access-tokens
  authorizeParams: { audience: '{audience}' },
  personClaim: undefined,
  // Tenants made before 14 November 2023 list none: log-users-out-of-auth0
  signOut: {
    fallback: '/v2/logout',
    listed: openidSignOut,
    unlisted: { client_id: '{clientId}', returnTo: '{home}' },
  },
  // https://auth0.com/docs/get-started/authentication-and-authorization-flow/authenticate-with-private-key-jwt
  clientAssertion: byIssuer,
  machine: { scope: '{scope}', audience: '{audience}' },
  remedies: {
    form: 'Auth0 encrypts access tokens for itself unless an API is named: set OIDC_AUDIENCE to APIs › your API › Settings › Identifier.',
    audience: 'Set OIDC_AUDIENCE to APIs › your API › Settings › Identifier.',
  },
  console: {
    redirectUri: 'Applications › your application › Settings › Allowed Callback URLs',
    signOutUri: 'Applications › your application › Settings › Allowed Logout URLs',
    scopes: 'APIs › your API › Permissions',
    audience: 'APIs › your API › Settings › Identifier',
    secret: 'Applications › your application › Credentials › Authentication Methods',
    refreshToken:
      'APIs › your API › Settings › Allow Offline Access, and Applications › your application › Advanced Settings › Grant Types › Refresh Token',
  },
};
