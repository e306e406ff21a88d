import { randomUUID } from 'node:crypto';
import type { IdentityProviderOptions } from '../options';
import { personBySubject, personClaims } from '../people';
import { atHash, uuidFrom } from './derive';
import type { IdTokenFacts, Signer, TokenAnswerParts, TokenFacts } from './token-facts';

/**
 * No `typ`, no `azp`, and `aud` only where a resource was asked for: the API is named by `client_id` and `token_use`. `auth_time` and `origin_jti` stay those
 * of the sign-in after a refresh
 * (https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html).
 */
export function cognitoAccessToken(issuer: string, facts: TokenFacts, signer: Signer): Promise<string> {
  const { person, clientId } = facts;
  return signer.sign(
    0,
    {},
    {
      sub: person?.subject ?? clientId,
      iss: issuer,
      version: 2,
      client_id: clientId,
      aud: facts.resource,
      ...(person ? { origin_jti: uuidFrom(facts.grantId), event_id: randomUUID() } : {}),
      token_use: 'access',
      scope: [...facts.apiScopes, ...facts.openidScopes].join(' '),
      auth_time: facts.authTime,
      exp: facts.expiresAt,
      iat: facts.issuedAt,
      jti: uuidFrom(facts.tokenId),
      username: person?.username,
    },
  );
}

/** By the pool's other key, and with `at_hash` (a token decoded in damienbod/angular-auth-oidc-client#2057). */
export function cognitoIdToken(issuer: string, facts: IdTokenFacts, signer: Signer): Promise<string> {
  const { person } = facts;
  const { preferred_username: _, ...claims } = personClaims(person, facts.openidScopes);
  return signer.sign(
    1,
    {},
    {
      at_hash: atHash(facts.accessToken),
      sub: person.subject,
      ...claims,
      iss: issuer,
      'cognito:username': person.username,
      nonce: facts.nonce,
      origin_jti: uuidFrom(facts.grantId),
      aud: facts.clientId,
      token_use: 'id',
      auth_time: facts.authTime,
      exp: facts.expiresAt,
      iat: facts.issuedAt,
      jti: uuidFrom(`${facts.tokenId} id`),
    },
  );
}

/** For access tokens with `openid` (https://docs.aws.amazon.com/cognito/latest/developerguide/userinfo-endpoint.html). */
export async function cognitoUserinfo(options: IdentityProviderOptions, token: string, signer: Signer) {
  const { sub, scope } = await signer.read(0, token, options.issuer);
  const [person, scopes] = [personBySubject(sub, options.people), String(scope).split(' ')];
  if (!person || !scopes.includes('openid')) return undefined;
  const { preferred_username: _, ...claims } = personClaims(person, scopes);
  return { sub, ...claims, username: person.username };
}

/** No `scope` in any documented answer; a refreshed one has no `refresh_token` (…/token-endpoint.html). */
export function cognitoTokenAnswer(parts: TokenAnswerParts): Record<string, unknown> {
  return {
    id_token: parts.idToken,
    access_token: parts.accessToken,
    refresh_token: parts.grantType === 'refresh_token' ? undefined : parts.refreshToken,
    expires_in: parts.expiresIn,
    token_type: 'Bearer',
  };
}
