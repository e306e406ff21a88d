import { byIssuer, type Preset } from './preset';

/** Amazon Cognito user pools: https://docs.aws.amazon.com/cognito/latest/developerguide/federation-endpoints.html */
export const cognito: Preset = {
  title: 'Amazon Cognito',
  // {resource server identifier}/{scope name}, in requests and in tokens alike.
  scopePrefix: 'example/',
  prefixInTokens: true,
  // A refresh token comes unasked, and asking is answered invalid_scope.
  offlineAccess: 'never',
  refreshNamesScope: false,
  authorizeParams: { resource: '{resource}' },
  personClaim: undefined,
  // Listed by discovery, and yet not OpenID's: logout-endpoint.html. Older pools do not list it.
  signOut: {
    fallback: '/logout',
    listed: { client_id: '{clientId}', logout_uri: '{home}' },
    unlisted: { client_id: '{clientId}', logout_uri: '{home}' },
  },
  clientAssertion: byIssuer,
  machine: { scope: '{scope}', resource: '{resource}' },
  remedies: {
    audience:
      'The token was issued to another app client or for another resource: set OIDC_CLIENT_ID to the client whose tokens you mean, or name it (or the resource, a URL) in OIDC_AUDIENCE.',
  },
  console: {
    redirectUri: 'App clients › your client › Login pages › Allowed callback URLs',
    signOutUri: 'App clients › your client › Login pages › Allowed sign-out URLs',
    scopes: 'App clients › your client › Login pages › OpenID Connect scopes and Custom scopes',
    audience: 'App clients › your client › Client ID',
    secret: 'App clients › your client › Client secret (a client made without one needs none)',
    refreshToken: 'App clients › your client › Authentication flows: ALLOW_REFRESH_TOKEN_AUTH',
  },
};
