import type { Account, Configuration, KoaContextWithOIDC } from 'oidc-provider';
import type { SignedValues } from './at-hash';
import { registeredClients } from './clients';
import type { ProviderKeys } from './keys';
import type { ProviderLibrary } from './library';
import { logoutSource, postLogoutSuccessSource } from './logout';
import type { IdentityProviderOptions } from './options';
import { renderError } from './pages/error';
import { type Person, personBySubject } from './people';
import type { ArtifactStore } from './store';

const day = 24 * 60 * 60;

/** Paths below the issuer. Everything else about the endpoints is read from discovery. */
export const routes = {
  authorization: '/authorize',
  token: '/token',
  revocation: '/revoke',
  end_session: '/logout',
  jwks: '/.well-known/jwks.json',
} as const;

/** What the configuration is made from. */
export interface ConfigurationParts {
  options: IdentityProviderOptions;
  keys: ProviderKeys;
  store: ArtifactStore;
  library: ProviderLibrary;
  signedValues: () => SignedValues;
}

/** The personality `standard`: a strict OpenID provider that issues RFC 9068 access tokens. */
export function standardConfiguration(parts: ConfigurationParts): Configuration {
  const { options, keys, store, library } = parts;
  return {
    adapter: (model) => store.adapter(model),
    clients: registeredClients(options.appBaseUrl),
    clientAuthMethods: ['none', 'client_secret_basic', 'client_secret_post'],
    clientBasedCORS: (_ctx, origin) => origin === new URL(options.appBaseUrl).origin,
    // Profile claims in the ID token itself: there is no userinfo endpoint to fetch them from.
    conformIdTokenClaims: false,
    claims: {
      openid: ['sub', 'auth_time', 'at_hash'],
      profile: ['name', 'preferred_username'],
      email: ['email', 'email_verified'],
    },
    cookies: cookieSettings(keys),
    extraParams: { audience: audienceRule(options, library) },
    features: features(options, store, library),
    findAccount: (ctx, subject) => findAccount(ctx, subject, parts.signedValues()),
    interactions: {
      url: (_ctx, interaction) => `/interaction/${interaction.uid}`,
      policy: alwaysAskForConsent(library),
    },
    // Refresh tokens come with every code, as at most providers; `offline_access` changes nothing.
    issueRefreshToken: (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    jwks: { keys: keys.signingKeys },
    loadExistingGrant,
    pkce: { required: () => true },
    renderError: (ctx, out, error) => renderError({ ctx, options, code: out.error, out, error }),
    responseTypes: ['code'],
    rotateRefreshToken: true,
    routes,
    enabledJWA: { idTokenSigningAlgValues: ['RS256', 'ES256'] },
    ttl: lifetimes(options),
  };
}

/** Cookies reach every port of `localhost`, so their names must not meet another app's. */
function cookieSettings(keys: ProviderKeys): Configuration['cookies'] {
  const cookie = { httpOnly: true, sameSite: 'lax', signed: true } as const;
  return {
    names: {
      session: 'claimcheck_idp_session',
      interaction: 'claimcheck_idp_interaction',
      resume: 'claimcheck_idp_resume',
    },
    keys: keys.cookieKeys,
    long: cookie,
    short: cookie,
  };
}

/** In seconds. Sixty for a code is plenty for a redirect (RFC 6749 §4.1.2 allows ten minutes). */
function lifetimes(options: IdentityProviderOptions): Configuration['ttl'] {
  return {
    AccessToken: options.accessTokenTtl,
    ClientCredentials: options.accessTokenTtl,
    AuthorizationCode: 60,
    IdToken: 60 * 60,
    Interaction: 60 * 60,
    RefreshToken: 14 * day,
    Grant: 14 * day,
    Session: 14 * day,
  };
}

function features(
  options: IdentityProviderOptions,
  store: ArtifactStore,
  library: ProviderLibrary,
): Configuration['features'] {
  return {
    devInteractions: { enabled: false },
    dPoP: { enabled: false },
    pushedAuthorizationRequests: { enabled: false },
    // Access tokens here are for the API's audience and never for the provider's own.
    userinfo: { enabled: false },
    clientCredentials: { enabled: true },
    revocation: { enabled: true, allowedPolicy: (_ctx, client, token) => token.clientId === client.clientId },
    rpInitiatedLogout: {
      enabled: true,
      logoutSource: (ctx, form) => logoutSource({ ctx, form, store }),
      postLogoutSuccessSource: (ctx) => postLogoutSuccessSource(ctx, options),
    },
    resourceIndicators: apiResource(options, library),
  };
}

/** Resource indicators must be absolute URIs (RFC 8707 §2); an audience need not be. */
export function resourceIdentifier(audience: string): string {
  return URL.canParse(audience) ? audience : `urn:claimcheck:audience:${encodeURIComponent(audience)}`;
}

/** There is one API, and every access token is a JWT for it. */
function apiResource(options: IdentityProviderOptions, library: ProviderLibrary) {
  const identifier = resourceIdentifier(options.audience);
  return {
    enabled: true,
    defaultResource: () => identifier,
    useGrantedResource: () => true,
    getResourceServerInfo: (_ctx: KoaContextWithOIDC, requested: string) => {
      if (requested !== identifier) throw new library.errors.InvalidTarget();
      return {
        audience: options.audience,
        scope: options.scopes.map((scope) => scope.value).join(' '),
        accessTokenFormat: 'jwt' as const,
        accessTokenTTL: options.accessTokenTtl,
        jwt: { sign: { alg: 'RS256' as const } },
      };
    },
  };
}

/** `audience=` is how some providers are asked for an API's token. It may be sent, and must then be right. */
function audienceRule(options: IdentityProviderOptions, library: ProviderLibrary) {
  return (_ctx: KoaContextWithOIDC, audience: string | undefined) => {
    if (audience !== undefined && audience !== options.audience) {
      throw new library.errors.InvalidTarget(`audience must be ${options.audience}`);
    }
  };
}

/** Consent is asked for on every sign-in a person can see: trying out scopes is what this provider is for. */
function alwaysAskForConsent(library: ProviderLibrary) {
  const { base, Check } = library.interactionPolicy;
  const policy = base();
  const notYetAsked = ({ oidc }: KoaContextWithOIDC) => !oidc.prompts.has('none') && !oidc.result?.consent;
  policy
    .get('consent')
    ?.checks.add(new Check('asked_anew', 'consent is asked for anew', 'consent_required', notYetAsked));
  return policy;
}

/** An earlier grant counts for `prompt=none` alone; otherwise only what was just allowed does. */
async function loadExistingGrant({ oidc }: KoaContextWithOIDC) {
  const { client, session, result } = oidc;
  const earlier = oidc.prompts.has('none') && client ? session?.grantIdFor(client.clientId) : undefined;
  const grantId = result?.consent?.grantId ?? earlier;
  return grantId ? oidc.provider.Grant.find(grantId) : undefined;
}

function findAccount(
  ctx: KoaContextWithOIDC,
  subject: string,
  signedValues: SignedValues,
): Account | undefined {
  const person = personBySubject(subject);
  return person && { accountId: person.subject, claims: () => claimsOf(person, ctx, signedValues) };
}

/** Every claim there is about a person; `oidc-provider` keeps those that the granted scopes cover. */
function claimsOf(person: Person, ctx: KoaContextWithOIDC, signedValues: SignedValues) {
  const accessToken = ctx.oidc.entities.AccessToken;
  const signed = accessToken && signedValues.get(accessToken);
  return {
    sub: person.subject,
    name: person.name,
    preferred_username: person.username,
    email: person.email,
    email_verified: true,
    // The whole token: `oidc-provider` hashes it when it signs the ID token.
    ...(signed ? { at_hash: signed } : {}),
  };
}
