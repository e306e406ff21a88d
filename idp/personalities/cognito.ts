import { postLogoutRedirectUri } from '../clients';
import type { IdentityProviderOptions } from '../options';
import { cognitoDiscovery } from './cognito-discovery';
import { cognitoAccessToken, cognitoIdToken, cognitoTokenAnswer, cognitoUserinfo } from './cognito-tokens';
import { forgetIdleNonce } from './nonce';
import type { AskedFor, FailedRequest, Paths, PersonalityTraits, Problem, SignOutPath } from './traits';

/** Scopes of OpenID Connect that a user pool has; `offline_access` is none of them (mintel/dex-k8s-authenticator#168). */
const openidScopes = ['openid', 'email', 'phone', 'profile', 'aws.cognito.signin.user.admin'];

/**
 * An Amazon Cognito user pool with a domain. Sources, unless another is named:
 * https://docs.aws.amazon.com/cognito/latest/developerguide/federation-endpoints.html and the pages on each endpoint.
 */
export function cognito(options: IdentityProviderOptions): PersonalityTraits {
  const { issuer, port } = options;
  const pool = new URL(issuer).pathname;
  // Endpoints are on the pool's domain, discovery and keys on the region's host; the issuer names the latter.
  const origin = `http://127.0.0.1:${port}`;
  const paths = {
    authorization: '/oauth2/authorize',
    token: '/oauth2/token',
    revocation: '/oauth2/revoke',
    end_session: '/logout',
    jwks: `${pool}/.well-known/jwks.json`,
    discovery: `${pool}/.well-known/openid-configuration`,
  };
  const offered = options.scopes.map((scope) => scope.value);
  return {
    paths,
    origin,
    discovery: cognitoDiscovery({ issuer, origin, paths }),
    keyFile: 'idp-keys-cognito.json',
    database: 'idp-cognito.db',
    // Standard base64 with `+`, `/` and `=`, 44 characters; one key for access tokens, the other for ID tokens
    // (…/amazon-cognito-user-pools-using-tokens-verifying-a-jwt.html).
    keys: [0, 1].map(() => ({ alg: 'RS256', kid: inStandardBase64 })),
    publishedKey: ({ alg, e, kid, kty, n, use }) => ({ alg, e, kid, kty, n, use }),
    has: { revocation: true, openidLogout: false },
    signOut: [signOut(paths)],
    // Without asking, and refreshing gives none; for 30 days, whatever becomes of the session, which lasts an hour
    // (…/amazon-cognito-user-pools-using-the-refresh-token.html).
    refreshTokens: { issued: 'always', used: 'keep', outliveSession: true },
    // "If the client doesn't request any scopes, the authentication server uses all scopes associated with the client."
    amend(query) {
      if (!query.get('scope')) query.set('scope', ['openid', 'email', 'profile', ...offered].join(' '));
      forgetIdleNonce(query);
    },
    checkAuthorization: ({ scopes }) => checkScopes(scopes, [...openidScopes, ...offered]),
    // Custom scopes only (…/token-endpoint.html).
    checkMachine: ({ scopes }) =>
      scopes.every((scope) => offered.includes(scope)) ? undefined : { error: 'invalid_scope', worded: true },
    isForApi: () => true,
    // …/cognito-user-pools-define-resource-servers.html, "resource binding"
    namesResources: true,
    machineScopes: ({ scopes }: AskedFor) => (scopes.length > 0 ? scopes : offered),
    subject: (person) => person.subject,
    userinfo: {
      path: '/oauth2/userInfo',
      answer: (token, signer) => cognitoUserinfo(options, token, signer),
    },
    accessToken: (facts, signer) => cognitoAccessToken(issuer, facts, signer),
    idToken: (facts, signer) => cognitoIdToken(issuer, facts, signer),
    tokenAnswer: cognitoTokenAnswer,
    issInCallback: false,
    callbackError,
    tokenError,
    // Eight reports agree, e.g. amazon-archives/amazon-cognito-auth-js#85; for an unknown client it is our guess.
    refusal: ({ error }, query) => {
      const code = error === 'invalid_redirect_uri' ? 'redirect_mismatch' : error;
      return {
        redirect: `/error?${new URLSearchParams({ error: code, client_id: query.get('client_id') ?? '' })}`,
      };
    },
    pages: { '/error': { status: 400, sentence: 'An error was encountered with the requested page.' } },
    about: `JWTs without aud for the scopes of the resource server; sign-out leads to ${postLogoutRedirectUri(options.appBaseUrl)}`,
  };
}

function inStandardBase64(thumbprint: string): string {
  return Buffer.from(thumbprint, 'base64url').toString('base64');
}

/**
 * The code stands in the description: mlops-club/awscdk-minecraft#40, aws-samples/cloudfront-authorization-at-edge#82.
 * `phone`, `email` and `profile` need `openid` beside them (…/authorization-endpoint.html).
 */
function checkScopes(scopes: readonly string[], known: readonly string[]): Problem | undefined {
  const unknown = scopes.some((scope) => !known.includes(scope));
  const alone =
    !scopes.includes('openid') && scopes.some((scope) => ['phone', 'email', 'profile'].includes(scope));
  if (!unknown && !alone) return undefined;
  return { error: 'invalid_request', description: 'invalid_scope', worded: true };
}

/** Descriptions are ours alone: the documented answers have none (…/authorization-endpoint.html, "negative examples"). */
function callbackError({ error, description, worded }: Problem) {
  if (worded) return { error, error_description: description };
  return { error: error === 'unsupported_response_type' ? 'unauthorized_client' : error };
}

/** `{"error":"…"}` and nothing else, HTTP 400; 401 at the revocation endpoint (…/token-endpoint.html, …/revocation-endpoint.html). */
function tokenError({ problem, endpoint, confidential }: FailedRequest) {
  const forbidden = /grant type is not allowed/.test(problem.description ?? '');
  const error = forbidden ? (confidential ? 'unauthorized_client' : 'invalid_client') : problem.error;
  return { status: error === 'invalid_client' && endpoint === 'revocation' ? 401 : 400, body: { error } };
}

/** What Cognito says about every sign-out request it does not understand, unregistered addresses included (streamlit/streamlit#14601). */
const missingParameter = {
  refused: { status: 400, sentence: "Required String parameter 'redirect_uri' is not present" },
};

/**
 * `GET /logout?client_id&logout_uri`, or with the parameters of an authorization request, which then follows.
 * Discovery lists it as `end_session_endpoint`, and yet it knows no parameter of OpenID Connect
 * (https://docs.aws.amazon.com/cognito/latest/developerguide/logout-endpoint.html,
 * damienbod/angular-auth-oidc-client#2057).
 */
function signOut(paths: Paths): SignOutPath {
  return {
    path: paths.end_session,
    read(query, { clientIds, afterSignOut }) {
      if (!clientIds.includes(query.get('client_id') ?? '')) return missingParameter;
      const address = query.get('logout_uri');
      if (address !== null) return afterSignOut.includes(address) ? { to: address } : missingParameter;
      // Registered or not: the authorization endpoint looks at it.
      if (query.has('redirect_uri')) return { to: `${paths.authorization}?${query}` };
      return missingParameter;
    },
  };
}
