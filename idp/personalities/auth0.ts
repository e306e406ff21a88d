import type { JWK } from 'jose';
import type { IdentityProviderOptions } from '../options';
import { auth0Discovery } from './auth0-discovery';
import { auth0CallbackError, auth0Refusal, auth0TokenError } from './auth0-errors';
import {
  auth0AccessToken,
  auth0IdToken,
  auth0LogoutToken,
  auth0Subject,
  auth0TokenAnswer,
  auth0Userinfo,
} from './auth0-tokens';
import { forgetIdleNonce } from './nonce';
import type { AskedFor, PersonalityTraits } from './traits';

/**
 * An Auth0 tenant made after November 2023, with one API that allows offline access and an application with refresh
 * token rotation. Sources, unless another is named: https://auth0.com/docs.
 */
export function auth0(options: IdentityProviderOptions): PersonalityTraits {
  const { issuer, audience, appBaseUrl } = options;
  const origin = new URL(issuer).origin;
  const paths = {
    authorization: '/authorize',
    token: '/oauth/token',
    revocation: '/oauth/revoke',
    end_session: '/oidc/logout',
    jwks: '/.well-known/jwks.json',
    discovery: '/.well-known/openid-configuration',
  };
  return {
    paths,
    origin,
    discovery: auth0Discovery(issuer),
    keyFile: 'idp-keys-auth0.json',
    database: 'idp-auth0.db',
    // Two keys, RSA only, 21 characters (…/secure/tokens/json-web-tokens/json-web-key-set-properties).
    keys: [0, 1].map(() => ({ alg: 'RS256', kid: (thumbprint) => thumbprint.slice(0, 21) })),
    publishedKey: ({ kty, use, n, e, kid, alg }: JWK) => ({ kty, use, n, e, kid, alg }),
    has: { revocation: true, openidLogout: true },
    signOut: [
      {
        // The older way; unlike /oidc/logout it never asks (…/authenticate/login/logout/log-users-out-of-auth0).
        path: '/v2/logout',
        read(query, { afterSignOut }) {
          const address = query.get('returnTo');
          if (address === null) return { stay: true };
          if (afterSignOut.includes(address)) return { to: address };
          // The sentence and its status are general knowledge.
          const sentence = `The "returnTo" querystring parameter "${address}" is not defined as a valid URL in "Allowed Logout URLs".`;
          return { refused: { status: 400, sentence } };
        },
      },
    ],
    // …/secure/tokens/refresh-tokens/get-refresh-tokens, …/configure-refresh-token-rotation
    refreshTokens: { issued: 'for offline_access', used: 'rotate', outliveSession: false },
    amend(query) {
      // As with the Resource Parameter Compatibility Profile, for an API whose identifier is its address
      // (https://auth0.com/ai/docs/mcp/guides/resource-param-compatibility-profile).
      const isApp = (name: string) => name === appBaseUrl || name.startsWith(`${appBaseUrl}/`);
      if (!query.getAll('resource').every(isApp)) query.delete('resource');
      forgetIdleNonce(query);
    },
    // "Service not found" comes back to the callback, under access_denied.
    checkAuthorization: (asked) =>
      asked.audience !== undefined && asked.audience !== audience ? serviceNotFound(asked) : undefined,
    // `audience` is required (…/secure/tokens/access-tokens/get-access-tokens).
    checkMachine: (asked) => (asked.audience === audience ? undefined : serviceNotFound(asked)),
    // By `audience`, and not by scopes: unknown ones are dropped without a word.
    isForApi: (asked) => asked.audience === audience,
    namesResources: true,
    registration: '/oidc/register',
    machineScopes: ({ scopes }) => {
      const granted = options.scopes.map((scope) => scope.value);
      return scopes.length > 0 ? granted.filter((scope) => scopes.includes(scope)) : granted;
    },
    subject: auth0Subject,
    userinfo: { path: '/userinfo', answer: (token, signer) => auth0Userinfo(options, token, signer) },
    accessToken: (facts, signer) => auth0AccessToken(options, facts, signer),
    idToken: (facts, signer) => auth0IdToken(issuer, facts, signer),
    logoutToken: (facts, signer) => auth0LogoutToken(issuer, facts, signer),
    tokenAnswer: auth0TokenAnswer,
    issInCallback: false,
    callbackError: auth0CallbackError,
    tokenError: auth0TokenError,
    refusal: auth0Refusal,
    pages: {},
    about: `JWTs for the audience ${audience} where the sign-in sends it as "audience", else encrypted for nobody`,
  };
}

/** "Service not found" is handled by name in public code; the other sentence and both 403 are general knowledge. */
function serviceNotFound({ audience }: AskedFor) {
  return audience === undefined
    ? {
        error: 'access_denied',
        description: 'No audience parameter was provided, and no default audience has been configured',
        status: 403,
        worded: true,
      }
    : { error: 'access_denied', description: `Service not found: ${audience}`, status: 403, worded: true };
}
