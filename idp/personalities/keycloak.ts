import type { IdentityProviderOptions } from '../options';
import { personBySubject, personClaims } from '../people';
import { atHash, logoutEvent, uuidFrom } from './derive';
import { standard } from './standard';
import type { TokenFacts } from './token-facts';
import type { PersonalityTraits } from './traits';

/** Seconds: the SSO session's idle time, which is what a refresh token is given. */
const refreshLifetime = 1_800;

/**
 * A realm of Keycloak 26, with an audience mapper for the API (https://www.keycloak.org/docs/latest/server_admin): JWTs of
 * the kind `Bearer` that look much like the ID token beside them, and refresh tokens that are used again and again.
 */
export function keycloak(options: IdentityProviderOptions): PersonalityTraits {
  const { issuer, audience, appBaseUrl } = options;
  const realm = new URL(issuer).pathname;
  const at = (name: string) => `${realm}/protocol/openid-connect/${name}`;
  const common = (facts: TokenFacts) => ({
    exp: facts.expiresAt,
    iat: facts.issuedAt,
    auth_time: facts.person && facts.authTime,
    iss: issuer,
    sub: facts.person?.subject ?? uuidFrom(`service account ${facts.clientId}`),
    azp: facts.clientId,
    sid: facts.person && uuidFrom(facts.grantId),
    acr: facts.person ? facts.acr : '1',
  });
  return {
    ...standard(options),
    paths: {
      authorization: at('auth'),
      token: at('token'),
      revocation: at('revoke'),
      end_session: at('logout'),
      jwks: at('certs'),
      discovery: `${realm}/.well-known/openid-configuration`,
    },
    keyFile: 'idp-keycloak-keys.json',
    database: 'idp-keycloak.db',
    keys: [
      { alg: 'RS256', kid: (thumbprint) => thumbprint },
      { alg: 'RS256', kid: (thumbprint) => thumbprint },
    ],
    // "Revoke Refresh Token" is off unless somebody switches it on.
    refreshTokens: { issued: 'always', used: 'keep', outliveSession: false },
    // It knows no resource indicators, and says nothing about those it is sent.
    amend: (query) => query.delete('resource'),
    checkAuthorization: () => undefined,
    namesResources: false,
    registration: undefined,
    acr: { password: '1', twoFactors: '2' },
    accessToken: (facts, signer) =>
      signer.sign(
        0,
        { typ: 'JWT' },
        {
          ...common(facts),
          jti: `onrtac:${uuidFrom(facts.tokenId)}`,
          aud: [audience, 'account'],
          typ: 'Bearer',
          'allowed-origins': [new URL(appBaseUrl).origin],
          realm_access: { roles: ['default-roles-claimcheck', 'offline_access', 'uma_authorization'] },
          resource_access: { account: { roles: ['manage-account', 'view-profile'] } },
          scope: [...facts.openidScopes, ...facts.apiScopes].join(' '),
          ...(facts.person
            ? personClaims(facts.person, facts.openidScopes)
            : { preferred_username: `service-account-${facts.clientId}` }),
        },
      ),
    idToken: (facts, signer) =>
      signer.sign(
        0,
        { typ: 'JWT' },
        {
          ...common(facts),
          jti: uuidFrom(`${facts.tokenId} id`),
          aud: facts.clientId,
          typ: 'ID',
          sid: facts.sessionId,
          nonce: facts.nonce,
          at_hash: atHash(facts.accessToken),
          ...personClaims(facts.person, facts.openidScopes),
        },
      ),
    logoutToken: (facts, signer) =>
      signer.sign(
        0,
        { typ: 'logout+jwt' },
        {
          ...{ iss: issuer, sub: facts.person.subject, aud: facts.clientId, typ: 'Logout' },
          ...{ iat: facts.issuedAt, exp: facts.issuedAt + 120, jti: uuidFrom(facts.tokenId) },
          ...{ events: logoutEvent, sid: facts.sessionId },
        },
      ),
    userinfo: {
      path: at('userinfo'),
      async answer(token, signer) {
        const { sub, scope } = await signer.read(0, token, issuer);
        const [person, scopes] = [personBySubject(sub, options.people), String(scope).split(' ')];
        if (!person || !scopes.includes('openid')) return undefined;
        return { sub, ...personClaims(person, scopes) };
      },
    },
    tokenAnswer: ({ facts, accessToken, expiresIn, idToken, refreshToken }) => ({
      access_token: accessToken,
      expires_in: expiresIn,
      refresh_expires_in: refreshToken === undefined ? 0 : refreshLifetime,
      refresh_token: refreshToken,
      token_type: 'Bearer',
      id_token: idToken,
      'not-before-policy': 0,
      session_state: facts.person && uuidFrom(facts.grantId),
      scope: [...facts.openidScopes, ...facts.apiScopes].join(' '),
    }),
    about: `JWTs of the kind Bearer for the audience ${audience}, as a mapper puts it there`,
  };
}
