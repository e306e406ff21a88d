import { openidSignOut, type Preset } from './preset';

/** Okta, a custom authorization server: https://developer.okta.com/docs/reference/api/oidc/#access-token-claims */
export const okta: Preset = {
  title: 'Okta',
  scopePrefix: 'example:',
  prefixInTokens: true,
  offlineAccess: 'if listed',
  refreshNamesScope: false,
  authorizeParams: {},
  personClaim: undefined,
  signOut: { fallback: undefined, listed: openidSignOut, unlisted: {} },
  // https://developer.okta.com/docs/api/openapi/okta-oauth/guides/client-auth: the address that is asked.
  clientAssertion: { audience: 'token endpoint', rsa: 'RS256' },
  machine: { scope: '{scope}' },
  remedies: {
    key: "The org's own server signs access tokens with keys that it does not publish: use a custom authorization server, OIDC_ISSUER=https://{domain}/oauth2/default.",
    audience:
      'Set OIDC_AUDIENCE to Security › API › Authorization Servers › your server › Settings › Audience.',
  },
  console: {
    redirectUri: 'Applications › your application › General › Sign-in redirect URIs',
    signOutUri: 'Applications › your application › General › Sign-out redirect URIs',
    scopes:
      'Security › API › Authorization Servers › your server › Scopes, and Access Policies for who may have them',
    audience: 'Security › API › Authorization Servers › your server › Settings › Audience',
    secret: 'Applications › your application › General › Client Credentials › Client secrets',
    refreshToken: 'Applications › your application › General › Grant type › Refresh Token',
  },
};
