import { openidSignOut, type Preset } from './preset';

/** Microsoft Entra ID: https://learn.microsoft.com/en-us/entra/identity-platform/access-token-claims-reference */
export const entra: Preset = {
  title: 'Microsoft Entra ID',
  scopePrefix: 'api://{api}/',
  prefixInTokens: false,
  offlineAccess: 'always',
  // Where app and API are one registration, else AADSTS90009.
  refreshNamesScope: true,
  authorizeParams: {},
  // `sub` is pairwise: it differs where the API is a registration of its own.
  personClaim: 'oid',
  signOut: { fallback: undefined, listed: openidSignOut, unlisted: {} },
  // https://learn.microsoft.com/en-us/entra/identity-platform/certificate-credentials
  clientAssertion: { audience: 'token endpoint', rsa: 'PS256' },
  // App roles, all that are assigned: single ones cannot be asked for.
  machine: { scope: 'api://{api}/.default' },
  remedies: {
    signature:
      'A token for Microsoft Graph can be verified by nobody else. Ask for a scope of your own API: App registrations › your API › Expose an API, and OIDC_AUDIENCE={its client id}.',
    audience:
      'Where the API is a registration of its own, set OIDC_AUDIENCE to its client id (Application ID URI without api://).',
    issuer:
      "Use the tenant's own GUID in OIDC_ISSUER: https://login.microsoftonline.com/{tenant}/v2.0. The names common and organizations never match a token.",
  },
  console: {
    redirectUri:
      'App registrations › your app › Authentication › Mobile and desktop applications (or Web, with a secret; never Single-page application)',
    signOutUri: 'App registrations › your app › Authentication: one of the redirect URIs',
    scopes: 'App registrations › your API › Expose an API',
    audience: 'App registrations › your API › Expose an API › Application ID URI',
    secret: 'App registrations › your app › Certificates & secrets › Client secrets › Value',
    refreshToken: 'App registrations › your app › API permissions: offline_access',
  },
};
