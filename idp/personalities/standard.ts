import type { IdentityProviderOptions } from '../options';
import { personClaims } from '../people';
import { atHash, logoutEvent } from './derive';
import type { PersonalityTraits } from './traits';

/** A strict OpenID provider that issues RFC 9068 access tokens. */
export function standard(options: IdentityProviderOptions): PersonalityTraits {
  const { issuer, audience } = options;
  return {
    paths: {
      authorization: '/authorize',
      token: '/token',
      revocation: '/revoke',
      end_session: '/logout',
      jwks: '/.well-known/jwks.json',
      discovery: '/.well-known/openid-configuration',
    },
    origin: new URL(issuer).origin,
    keyFile: 'idp-keys.json',
    database: 'idp.db',
    // RFC 7638: the key ID says nothing but which key it is.
    keys: [
      { alg: 'RS256', kid: (thumbprint) => thumbprint },
      { alg: 'ES256', kid: (thumbprint) => thumbprint },
    ],
    publishedKey: (jwk) => jwk,
    has: { revocation: true, openidLogout: true },
    signOut: [],
    // As at most providers; `offline_access` changes nothing.
    refreshTokens: { issued: 'always', used: 'rotate', outliveSession: false },
    // It may be sent, and must then be right.
    checkAuthorization: (asked) =>
      asked.audience !== undefined && asked.audience !== audience
        ? { error: 'invalid_target', description: `audience must be ${audience}` }
        : undefined,
    acr: { password: 'urn:claimcheck:acr:password', twoFactors: 'urn:claimcheck:acr:two-factors' },
    isForApi: () => true,
    namesResources: true,
    registration: '/register',
    subject: (person) => person.subject,
    accessToken: (facts, signer) =>
      signer.sign(
        0,
        { typ: 'at+jwt' },
        {
          iss: issuer,
          aud: facts.resource ?? audience,
          sub: facts.person?.subject ?? facts.clientId,
          client_id: facts.clientId,
          scope: facts.apiScopes.join(' ') || undefined,
          jti: facts.tokenId,
          iat: facts.issuedAt,
          exp: facts.expiresAt,
          // RFC 9068 §2.2.1: of the sign-in, also after a refresh.
          auth_time: facts.person && facts.authTime,
          acr: facts.person && facts.acr,
        },
      ),
    // Profile claims in the ID token itself: there is no userinfo endpoint to fetch them from.
    idToken: (facts, signer) =>
      signer.sign(
        0,
        {},
        {
          ...personClaims(facts.person, facts.openidScopes),
          sub: facts.person.subject,
          nonce: facts.nonce,
          sid: facts.sessionId,
          auth_time: facts.authTime,
          acr: facts.acr,
          at_hash: atHash(facts.accessToken),
          aud: facts.clientId,
          exp: facts.issuedAt + 60 * 60,
          iat: facts.issuedAt,
          iss: issuer,
        },
      ),
    logoutToken: (facts, signer) =>
      signer.sign(
        0,
        { typ: 'logout+jwt' },
        {
          iss: issuer,
          sub: facts.person.subject,
          aud: facts.clientId,
          iat: facts.issuedAt,
          exp: facts.issuedAt + 120,
          jti: facts.tokenId,
          events: logoutEvent,
          sid: facts.sessionId,
        },
      ),
    tokenAnswer: ({ facts, accessToken, expiresIn, idToken, refreshToken }) => ({
      access_token: accessToken,
      expires_in: expiresIn,
      id_token: idToken,
      refresh_token: refreshToken,
      scope: facts.apiScopes.join(' ') || undefined,
      token_type: 'Bearer',
    }),
    issInCallback: true,
    callbackError: ({ error, description }) => ({ error, error_description: description }),
    pages: {},
    about: `JWTs after RFC 9068 for the audience ${audience}`,
  };
}
