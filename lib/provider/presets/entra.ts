import { openidSignOut, type Preset } from './preset';

/** Microsoft Entra ID: https://learn.microsoft.com/en-us/entra/identity-platform/access-token-claims-reference */
export const entra: Preset = {
  title: 'Microsoft Entra ID',
  // An API registered without accessTokenAcceptedVersion 2 gets v1 tokens, whatever endpoint they are asked from; one
  // with it gets v2 tokens. Both are of the same tenant, in the same cloud: authentication-national-cloud.
  recognises: [
    {
      pattern: /^https:\/\/login\.microsoftonline\.(?:com|us)\/([\w.-]+)\/v2\.0$/,
      others: ['https://sts.windows.net/$1/'],
    },
    {
      pattern: /^https:\/\/login\.partner\.microsoftonline\.cn\/([\w.-]+)\/v2\.0$/,
      others: ['https://sts.chinacloudapi.cn/$1/'],
    },
    {
      // External ID: one subdomain for each tenant.
      pattern: /^https:\/\/[a-z0-9-]+\.ciamlogin\.com\/([\w.-]+)\/v2\.0$/,
      others: ['https://sts.windows.net/$1/'],
    },
    {
      pattern: /^https:\/\/sts\.windows\.net\/([\w.-]+)\/$/,
      others: ['https://login.microsoftonline.com/$1/v2.0'],
    },
    {
      pattern: /^https:\/\/sts\.chinacloudapi\.cn\/([\w.-]+)\/$/,
      others: ['https://login.partner.microsoftonline.cn/$1/v2.0'],
    },
  ],
  boundBy: 'aud',
  // By client id in version 2, by Application ID URI in version 1.
  accepts: [],
  alwaysAccepts: ['{api}', 'api://{api}'],
  saysTokenUse: false,
  // ID tokens of the same registration have the same audience, and `roles` too.
  accessTokenClaims: ['scp', 'azp', 'appid', 'idtyp'],
  scopePrefix: 'api://{api}/',
  prefixInTokens: false,
  // `scp` of people, `roles` of machines. People have app roles too: those say what they are, not what was granted.
  scopeClaims: ['scp', 'roles'],
  offlineAccess: 'always',
  // Where app and API are one registration, else AADSTS90009.
  refreshNamesScope: true,
  authorizeParams: {},
  // `sub` is pairwise: it differs where the API is a registration of its own.
  personClaim: 'oid',
  subjectClaim: 'sub',
  signOut: { fallback: undefined, listed: openidSignOut, unlisted: {} },
  // App roles, all that are assigned: single ones cannot be asked for.
  // https://learn.microsoft.com/en-us/entra/identity-platform/certificate-credentials
  clientAssertion: { audience: 'token endpoint', rsa: 'PS256' },
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
