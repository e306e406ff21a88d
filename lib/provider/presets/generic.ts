import { byIssuer, openidSignOut, type Preset } from './preset';

/** Any OpenID provider: what the specifications say, and nothing else. */
export const generic: Preset = {
  title: 'OpenID provider',
  scopePrefix: 'example:',
  prefixInTokens: true,
  // OpenID Connect Core §11: a provider that does not know it must ignore it, but some refuse the request.
  offlineAccess: 'if listed',
  refreshNamesScope: false,
  authorizeParams: {},
  personClaim: undefined,
  signOut: { fallback: undefined, listed: openidSignOut, unlisted: {} },
  clientAssertion: byIssuer,
  machine: { scope: '{scope}' },
  remedies: {},
  console: {
    redirectUri: "the client's redirect URIs",
    signOutUri: "the client's post-logout redirect URIs",
    scopes: "the client's allowed scopes",
    audience: 'the audience (or resource) that the provider puts into its access tokens',
    secret: "the client's credentials",
    refreshToken: "the client's grant types: refresh_token",
  },
};
