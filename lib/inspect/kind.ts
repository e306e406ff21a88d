import type { ExplainedCheck, JsonObject } from '../token';
import type { FoundToken } from './find-token';
import type { Parts } from './parts';

/** What a token is, by its form and by what it says of itself. */
export type TokenKind =
  | ('access token' | 'ID token' | 'refresh token' | 'logout token' | 'token for Microsoft Graph')
  | ('opaque token' | 'encrypted token' | 'unsigned token' | 'HMAC-signed token' | 'key-bound token')
  | ('truncated token' | 'text that is no token');

/** Each in a sentence, for people who have never met one. */
export const kindMeanings: Readonly<Record<TokenKind, string>> = {
  'access token': 'A signed JWT (RFC 9068): what an API takes as “Authorization: Bearer …”.',
  'ID token': 'It tells the client who has signed in (OpenID Connect). No API may take it.',
  'refresh token': 'With it the client gets new access tokens from the provider. No API may ever see it.',
  'logout token': 'By it the provider tells the client that somebody has signed out. No API may take it.',
  'token for Microsoft Graph': 'Microsoft Graph alone can verify it: it is changed after it was signed.',
  'opaque token': 'It has no parts to be read: only the provider that made it knows what it means.',
  'encrypted token': 'It has 5 parts (JWE, RFC 7516): only the holder of a secret key can read it.',
  'unsigned token': 'Its header says “alg: none”: anybody can write such a token.',
  'HMAC-signed token':
    'It is signed with a secret that the verifier shares: whoever can verify it can also make it.',
  'key-bound token': 'It is bound to a key (“cnf”), of which its holder must give proof (DPoP, mutual TLS).',
  'truncated token': 'Its end is missing, as when a terminal or a log cuts a line.',
  'text that is no token': 'It has neither the form of a JWT nor that of an opaque token.',
};

/** The audiences of Microsoft Graph: by address and by application id. */
const graph = ['https://graph.microsoft.com', '00000003-0000-0000-c000-000000000000'];

/** @param checks what the verifier says of it, each rule with what it found */
export function kindOfToken(
  { name }: Pick<FoundToken, 'name'>,
  parts: Parts,
  checks: readonly ExplainedCheck[],
): TokenKind {
  const { header, claims } = parts;
  if (parts.missing) return 'truncated token';
  if (!header || parts.count === 5) {
    if (name === 'refresh_token') return 'refresh token';
    if (parts.count === 5) return 'encrypted token';
    return parts.count <= 2 ? 'opaque token' : 'text that is no token';
  }
  if (parts.hasEmptySignature || /^none$/i.test(String(header.alg))) return 'unsigned token';
  if (/^HS\d/.test(String(header.alg))) return 'HMAC-signed token';
  return kindByClaims(header, claims ?? {}, checks);
}

function kindByClaims(header: JsonObject, claims: JsonObject, checks: readonly ExplainedCheck[]): TokenKind {
  const { typ, token_use: use, aud } = claims;
  if (claims.events !== undefined || /logout\+jwt$/i.test(String(header.typ))) return 'logout token';
  if (/^(refresh|offline)$/i.test(String(typ)) || use === 'refresh') return 'refresh token';
  const audiences = [aud].flat().map((one) => String(one).replace(/\/$/, ''));
  if (audiences.some((one) => graph.includes(one))) return 'token for Microsoft Graph';
  if (checks.some(({ name, result }) => name === 'kind' && result === 'fail')) return 'ID token';
  return claims.cnf === undefined ? 'access token' : 'key-bound token';
}
