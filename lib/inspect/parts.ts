import { decodeBase64url, isObject, type JsonObject, parseObject } from '../token';

/** What can be read of a token, however broken. Nothing of it is verified. */
export interface Parts {
  /** How many there are between the dots. */
  readonly count: number;
  readonly header: JsonObject | undefined;
  readonly claims: JsonObject | undefined;
  /** The third part is there and empty. */
  readonly hasEmptySignature: boolean;
  /** What tells that its end is missing; undefined where nothing does. */
  readonly missing: string | undefined;
}

/** Names that stand first in the header of a JWS or JWE (RFC 7515 §4.1, RFC 7516 §4.1). */
const firstName = /^\{\s*"(alg|enc|typ|cty|kid|x5t|x5c|jku|jwk|nonce|zip|crit|epk)/;

/** One part as a JSON object; undefined where it is none. Never throws. */
export function readObject(part: string): JsonObject | undefined {
  const bytes = decodeBase64url(part);
  const parsed = bytes && parseObject(bytes);
  return parsed && 'object' in parsed ? parsed.object : undefined;
}

/** Whether a first part is the header of a JWS or JWE, or the beginning of one. */
export function isHeader(part: string): boolean {
  const header = readObject(part);
  if (header) return 'alg' in header;
  return firstName.test(Buffer.from(part.slice(0, 200), 'base64url').toString('latin1'));
}

/** Reads a token without judging it. @param isCut whether something where it was found says that it goes on */
export function readParts(token: string, isCut = false): Parts {
  const all = token.split('.', 6);
  const [first = '', second, third] = all;
  const isJwt = isHeader(first);
  const header = isJwt ? readObject(first) : undefined;
  const claims = all.length === 5 || second === undefined ? undefined : readObject(second);
  const missing = isJwt ? whatIsMissing({ count: all.length, header, third, isCut }) : undefined;
  return { count: all.length, header, claims, hasEmptySignature: third === '' && all.length === 3, missing };
}

function whatIsMissing(seen: {
  count: number;
  header: JsonObject | undefined;
  third: string | undefined;
  isCut: boolean;
}): string | undefined {
  const { count, header, third, isCut } = seen;
  if (isCut) return 'an ellipsis stands where it should go on';
  if (!header && count === 1) return 'it ends within its header';
  if (count === 1) return 'it ends after its header';
  if (count === 2) return 'it ends before its signature';
  if (isObject(header) && typeof header.enc === 'string' && count < 5) return `it has ${count} of 5 parts`;
  if (count !== 3 || !third || typeof header?.alg !== 'string') return undefined;
  const usual = signatureBytes(header.alg) ?? [];
  const bytes = Math.floor((third.length * 3) / 4);
  // RSA keys have whole multiples of 512 bits: a signature between two sizes has lost its end.
  if (usual.includes(bytes) || bytes >= Math.max(...usual)) return undefined;
  return `its signature has ${bytes} of ${usual[0]} bytes${usual.length > 1 ? ' or more' : ''}`;
}

/**
 * How many bytes a signature by an algorithm has (RFC 7518 §3, RFC 8037 §3.1, RFC 8812 §3.2): one number, or those of the
 * usual RSA keys from 1024 to 8192 bits; undefined where that is not known.
 */
export function signatureBytes(alg: string): readonly number[] | undefined {
  if (/^[RP]S(256|384|512)$/.test(alg)) return [256, 128, 192, 320, 384, 448, 512, 768, 1_024];
  const known = { ES256: 64, ES384: 96, ES512: 132, ES256K: 64, EdDSA: 64, Ed25519: 64 };
  const bytes = Object.hasOwn(known, alg) ? known[alg as keyof typeof known] : hmacBytes(alg);
  return bytes === undefined ? undefined : [bytes];
}

const hmacBytes = (alg: string) => (/^HS(256|384|512)$/.test(alg) ? Number(alg.slice(2)) / 8 : undefined);
