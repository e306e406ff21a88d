import { type CheckName, type ExplainedCheck, isTime, type JsonObject, type Refusal } from '../token';
import type { TokenKind } from './kind';
import type { Parts } from './parts';
import { duration, quoted } from './words';

/** Why a token is refused, as people would say it: often more than the first check that fails knows. */
export type Cause = Exclude<TokenKind, 'access token'> | CheckName;

/** What is known of a token that is refused. */
export interface Refused {
  readonly kind: TokenKind;
  readonly parts: Parts;
  readonly checks: readonly ExplainedCheck[];
  /** As the API answers. */
  readonly refusal: Refusal;
  /** Seconds since the epoch. */
  readonly now: number;
}

/** Kinds that no check can pass, whatever else is wrong with a token. */
const always: readonly TokenKind[] = [
  ...(['truncated token', 'encrypted token', 'opaque token', 'text that is no token'] as const),
  ...(['unsigned token', 'HMAC-signed token'] as const),
];

/** Checks that come before the issuer's and fail because a token comes from elsewhere. */
const beforeIssuer: readonly CheckName[] = ['type', 'algorithm', 'key', 'signature', 'issuer'];

/** The one reason that explains the refusal best. */
export function causeOf({ kind, parts, checks, refusal }: Refused): Cause {
  const { check } = refusal;
  if (check === 'size') return check;
  if (kind !== 'access token' && always.includes(kind)) return kind;
  const fails = (name: CheckName) => checks.some((one) => one.name === name && one.result === 'fail');
  if (kind === 'token for Microsoft Graph' && check !== 'expiry') return kind;
  if (parts.header?.nonce !== undefined && check === 'signature') return 'token for Microsoft Graph';
  if (fails('issuer') && beforeIssuer.includes(check)) return 'issuer';
  if (kind === 'key-bound token') return check === 'binding' ? kind : check;
  return kind !== 'access token' && ['form', 'type', 'kind'].includes(check) ? kind : check;
}

/** A clause that completes "This API would refuse it: …". Text of the token in it is quoted and cut. */
export function clauseOf(cause: Cause, refused: Refused): string {
  const { parts, refusal, now } = refused;
  const clause = clauses[cause];
  if (!clause) return refusal.because;
  return clause({ ...refused, claims: parts.claims ?? {}, header: parts.header ?? {}, now });
}

type Seen = Refused & { readonly claims: JsonObject; readonly header: JsonObject };

const clauses: Partial<Record<Cause, (seen: Seen) => string>> = {
  'truncated token': ({ parts }) => `it is cut off: ${parts.missing}`,
  'encrypted token': () => 'it is encrypted, and this API cannot read it',
  'opaque token': () => 'it is opaque, and this API verifies signed JWTs only',
  'text that is no token': ({ parts }) =>
    `it is no token: ${parts.count} parts, and no header that can be read`,
  'unsigned token': () => 'nobody has signed it',
  'HMAC-signed token': ({ header }) => `it is signed with a shared secret (${quoted(header.alg)})`,
  'token for Microsoft Graph': () => 'it is a token for Microsoft Graph, which nobody else can verify',
  'ID token': () => 'it is an ID token, which is for the client and not for an API',
  'refresh token': () => 'it is a refresh token, which is for the provider and not for an API',
  'logout token': () => 'it is a logout token, by which the provider tells of a sign-out',
  'key-bound token': () => 'it is bound to a key, and this API takes plain bearer tokens only',
  issuer: ({ claims }) =>
    claims.iss === undefined ? 'it names no issuer' : `it comes from another issuer, ${quoted(claims.iss)}`,
  audience: ({ refusal, claims }) =>
    refusal.because.includes('client')
      ? `it was issued to another client, ${quoted(claims.client_id)}`
      : claims.aud === undefined
        ? 'it names no audience'
        : `it is meant for another API, ${quoted(claims.aud)}`,
  key: ({ header }) =>
    header.kid === undefined
      ? 'it was signed with a key that the provider does not publish'
      : `it was signed with a key that the provider does not publish, ${quoted(header.kid)}`,
  signature: () => 'its signature is not valid: it was changed, or somebody else made it',
  algorithm: ({ header }) => `its signature algorithm is not accepted, ${quoted(header.alg)}`,
  expiry: ({ claims, now }) =>
    isTime(claims.exp)
      ? `it expired ${duration(now - claims.exp)} ago`
      : 'it does not say when it expires (“exp”)',
  not_before: ({ claims, now }) =>
    isTime(claims.nbf)
      ? `it is not valid yet, but in ${duration(claims.nbf - now)}`
      : 'it does not say in a time from when it is valid (“nbf”)',
  issued_at: ({ claims, now }) =>
    isTime(claims.iat)
      ? `it says that it will be issued in ${duration(claims.iat - now)}`
      : 'it does not say in a time when it was issued (“iat”)',
  size: ({ refusal }) => `it is larger than 16 KiB, ${refusal.found}`,
};
