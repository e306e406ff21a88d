import type { Configuration, KoaContextWithOIDC } from 'oidc-provider';
import { appOrigins, registeredClients } from './clients';
import type { ProviderKeys } from './keys';
import type { ProviderLibrary } from './library';
import { logoutSource, postLogoutSuccessSource } from './logout';
import type { IdentityProviderOptions } from './options';
import { personBySubject } from './people';
import type { PersonalityTraits } from './personalities/traits';
import { showRefusal } from './refusal';
import { apiResource, askedFor, raise } from './resource';
import type { ArtifactStore } from './store';

const day = 24 * 60 * 60;

/** Seconds. */
export const idTokenLifetime = 60 * 60;

/** What an app may sign with that proves itself by a key. */
const assertionAlgorithms = ['RS256', 'PS256', 'ES256', 'ES384', 'ES512', 'EdDSA'] as const;

/** What the configuration is made from. */
export interface ConfigurationParts {
  options: IdentityProviderOptions;
  traits: PersonalityTraits;
  keys: ProviderKeys;
  store: ArtifactStore;
  library: ProviderLibrary;
}

/** `oidc-provider` as every personality needs it; the form of tokens and answers is given to them afterwards. */
export function providerConfiguration(parts: ConfigurationParts): Configuration {
  const { options, traits, keys, store, library } = parts;
  const { discovery: _, ...routes } = traits.paths;
  return {
    acrValues: traits.acr && Object.values(traits.acr),
    adapter: (model) => adapterFor(model, store, traits),
    clients: registeredClients(options, { told: traits.logoutToken !== undefined }),
    clientAuthMethods: [
      ...(['none', 'client_secret_basic', 'client_secret_post'] as const),
      ...(options.clientKeys ? (['private_key_jwt'] as const) : []),
    ],
    clientBasedCORS: (_ctx, origin) => appOrigins(options).includes(origin),
    cookies: cookieSettings(keys),
    // Refresh tokens end with the session, except where somebody asked for more or the provider gives more.
    discovery: {
      ...(traits.registration && { registration_endpoint: new URL(traits.registration, traits.origin).href }),
      ...(traits.userinfo && { userinfo_endpoint: new URL(traits.userinfo.path, traits.origin).href }),
    },
    expiresWithSession: (_ctx, source) =>
      !traits.refreshTokens.outliveSession && !source.scopes.has('offline_access'),
    extraParams: { audience: (ctx) => checkAuthorization(ctx, parts) },
    features: features(parts),
    findAccount: (_ctx, subject) =>
      personBySubject(subject, options.people) && { accountId: subject, claims: () => ({ sub: subject }) },
    interactions: {
      url: (_ctx, interaction) => `/interaction/${interaction.uid}`,
      policy: interactionPolicy(library),
    },
    issueRefreshToken: (_ctx, client, source) =>
      client.grantTypeAllowed('refresh_token') &&
      (traits.refreshTokens.issued === 'always' || source.scopes.has('offline_access')),
    jwks: { keys: [...keys.publishedKeys] },
    loadExistingGrant,
    pkce: { required: () => true },
    renderError: (ctx, out, error) => showRefusal({ ctx, options, traits, out, error }),
    responseTypes: ['code'],
    rotateRefreshToken: options.refreshRotation ?? traits.refreshTokens.used !== 'keep',
    routes,
    enabledJWA: {
      idTokenSigningAlgValues: ['RS256', 'ES256'],
      ...(options.clientKeys && { clientAuthSigningAlgValues: [...assertionAlgorithms] }),
    },
    ttl: lifetimes(options),
  };
}

/** Where an old refresh token lives on beside its successor, it is simply never used up. */
function adapterFor(model: string, store: ArtifactStore, { refreshTokens }: PersonalityTraits) {
  const adapter = store.adapter(model);
  const livesOn = model === 'RefreshToken' && refreshTokens.used === 'add';
  return livesOn ? { ...adapter, consume: async () => undefined } : adapter;
}

/** Runs once client and redirect URI are known to be right, so that a refusal may go back to the app. */
function checkAuthorization(ctx: KoaContextWithOIDC, { traits, library }: ConfigurationParts): void {
  const problem = traits.checkAuthorization?.(askedFor(ctx));
  if (problem) raise(library, problem);
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
    keys: [...keys.cookieKeys],
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
    IdToken: idTokenLifetime,
    Interaction: 60 * 60,
    RefreshToken: 14 * day,
    Grant: 14 * day,
    Session: 14 * day,
  };
}

function features(parts: ConfigurationParts): Configuration['features'] {
  const { options, traits, store } = parts;
  return {
    devInteractions: { enabled: false },
    dPoP: { enabled: false },
    pushedAuthorizationRequests: { enabled: false },
    // Access tokens here are for the API's audience and never for the provider's own.
    userinfo: { enabled: false },
    clientCredentials: { enabled: true },
    revocation: {
      enabled: traits.has.revocation,
      allowedPolicy: (_ctx, client, token) => token.clientId === client.clientId,
    },
    backchannelLogout: { enabled: traits.logoutToken !== undefined },
    rpInitiatedLogout: {
      enabled: traits.has.openidLogout,
      logoutSource: (ctx, form) => logoutSource({ ctx, form, store, traits, options }),
      postLogoutSuccessSource: (ctx) => postLogoutSuccessSource(ctx, options),
    },
    resourceIndicators: apiResource(parts),
  };
}

/** Consent is asked for on every sign-in a person can see: trying out scopes is what this provider is for. */
function interactionPolicy(library: ProviderLibrary) {
  const { base, Check } = library.interactionPolicy;
  const policy = base();
  const notYetAsked = ({ oidc }: KoaContextWithOIDC) => !oidc.prompts.has('none') && !oidc.result?.consent;
  policy
    .get('consent')
    ?.checks.add(new Check('asked_anew', 'consent is asked for anew', 'consent_required', notYetAsked));
  // The strongest that they manage is what they get; tokens say which one it was (OpenID Connect Core §3.1.2.1).
  const notYetTried = ({ oidc }: KoaContextWithOIDC) => {
    const asked = String(oidc.params?.acr_values ?? '')
      .split(' ')
      .filter(Boolean);
    return asked.length > 0 && !oidc.result?.login && !asked.includes(String(oidc.session?.acr));
  };
  policy
    .get('login')
    ?.checks.add(
      new Check('acr_not_reached', 'another way to sign in is asked for', 'login_required', notYetTried),
    );
  return policy;
}

/** An earlier grant counts for `prompt=none` alone; otherwise only what was just allowed does. */
async function loadExistingGrant({ oidc }: KoaContextWithOIDC) {
  const { client, session, result } = oidc;
  const earlier = oidc.prompts.has('none') && client ? session?.grantIdFor(client.clientId) : undefined;
  const grantId = result?.consent?.grantId ?? earlier;
  return grantId ? oidc.provider.Grant.find(grantId) : undefined;
}
