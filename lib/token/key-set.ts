import { KeyObject } from 'node:crypto';
import { type CryptoKey, importJWK, type JWK } from 'jose';
import { isSignedBy, type Signed } from './signature';

/** A public key as its provider publishes it (RFC 7517 §4), before anything about it is believed. */
export type PublishedKey = JWK;

/** A key that may verify signatures. */
export interface VerificationKey {
  readonly kid: string | undefined;
  /** The algorithms it may be used with; the first entry where the key itself names one. */
  readonly algorithms: readonly string[];
  /** Whether a signature by one of these algorithms is this key's. Never throws. */
  readonly verifies: (signed: Signed) => boolean;
}

/** The usable keys of one fetch. A new fetch with other material gives another object. */
export interface KeySet {
  readonly keys: readonly VerificationKey[];
  /** Why published keys were left out, for the operator. */
  readonly ignored: readonly { kid: string | undefined; reason: string }[];
}

const rsaAlgorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'];

/** A member that should be a string, cut for a message. Never `String(…)`: an object may refuse to become one. */
const word = (member: unknown): string =>
  (typeof member === 'string' ? member : member === null ? 'null' : typeof member).slice(0, 20);

/** Ed25519 has two names: RFC 8037 §3.1 called it by its family, and RFC 9864 §2.2 gave it its own. Ed448 is not supported. */
const olderName = (algorithm: string): string => (algorithm === 'Ed25519' ? 'EdDSA' : algorithm);

/** Whether one of the algorithms is this one, by whichever of its names. */
export function includesAlgorithm(algorithms: readonly string[], algorithm: string): boolean {
  return algorithms.some((one) => olderName(one) === olderName(algorithm));
}

/** Algorithms by key type and curve (RFC 7518 §3.1, RFC 8037 §3.1, RFC 9864 §2). */
function algorithmsOf(jwk: PublishedKey): readonly string[] {
  if (jwk.kty === 'RSA') return rsaAlgorithms;
  const byCurve: Record<string, readonly string[]> = {
    'EC P-256': ['ES256'],
    'EC P-384': ['ES384'],
    'EC P-521': ['ES512'],
    'OKP Ed25519': ['EdDSA', 'Ed25519'],
  };
  return byCurve[`${word(jwk.kty)} ${word(jwk.crv)}`] ?? [];
}

/** A number as a JWK writes it (RFC 7518 §2, Base64urlUInt); anything else is 0. */
const numberIn = (member: unknown): bigint =>
  BigInt(`0x0${typeof member === 'string' ? Buffer.from(member, 'base64url').toString('hex') : ''}`);

const bitsOf = (modulus: unknown): number => numberIn(modulus).toString(2).length;

/** With an exponent of 1 anybody can sign: the signature is the padded digest itself (RFC 8017 §3.1 asks for 3 or more). */
const isExponent = (exponent: unknown): boolean => numberIn(exponent) > 1n && numberIn(exponent) % 2n === 1n;

/** RFC 7517 §4.3. An empty list would be a key for nothing at all; some libraries write one where they mean none. */
function mayVerify(operations: unknown): boolean {
  if (operations === undefined) return true;
  return Array.isArray(operations) && (operations.length === 0 || operations.includes('verify'));
}

/** Why a published key must not verify signatures, or undefined when it may. */
function unusable(jwk: PublishedKey): string | undefined {
  if (jwk.kty === 'oct' || jwk.k !== undefined) return 'symmetric';
  if (jwk.kid !== undefined && typeof jwk.kid !== 'string') return 'kid is not a string';
  if (jwk.use !== undefined && jwk.use !== 'sig') return `use is ${word(jwk.use)}`;
  if (!mayVerify(jwk.key_ops)) return 'key_ops does not include verify';
  const algorithms = algorithmsOf(jwk);
  if (algorithms.length === 0) return `key type ${word(jwk.kty)} is not supported`;
  if (jwk.alg !== undefined && !algorithms.includes(jwk.alg))
    return `alg ${word(jwk.alg)} does not fit the key`;
  const material: unknown[] = [jwk.n, jwk.e, jwk.x, jwk.y];
  if (material.some((part) => part !== undefined && typeof part !== 'string'))
    return 'key material is malformed';
  if (jwk.kty === 'RSA' && bitsOf(jwk.n) < 2048) return 'RSA key shorter than 2048 bits';
  if (jwk.kty === 'RSA' && !isExponent(jwk.e)) return 'RSA exponent is not an odd number above 1';
  return undefined;
}

/** @throws where the material is malformed; `jose` checks it as it imports it */
async function verificationKey(jwk: PublishedKey): Promise<VerificationKey> {
  const algorithms = jwk.alg === undefined ? algorithmsOf(jwk) : [jwk.alg];
  // Only the members of a public key: a private key published by accident is not used as one.
  const { kty, crv, x, y, n, e } = jwk;
  const imported = await importJWK({ kty, crv, x, y, n, e } as JWK, algorithms[0]);
  const key = KeyObject.from(imported as CryptoKey);
  return { kid: jwk.kid, algorithms, verifies: (signed) => isSignedBy(key, signed) };
}

/**
 * Makes a key set of what a provider published. Keys that cannot or must not be used are left out with the reason;
 * one bad key never spoils the others.
 */
export async function toKeySet(published: readonly unknown[]): Promise<KeySet> {
  const keys: VerificationKey[] = [];
  const ignored: { kid: string | undefined; reason: string }[] = [];
  for (const entry of published) {
    const jwk = (typeof entry === 'object' && entry !== null ? entry : {}) as PublishedKey;
    const key = unusable(jwk) ?? (await verificationKey(jwk).catch(() => 'key material is malformed'));
    if (typeof key !== 'string') keys.push(key);
    else ignored.push({ kid: typeof jwk.kid === 'string' ? jwk.kid : undefined, reason: key });
  }
  return { keys, ignored };
}

/**
 * The keys that a header may mean: same algorithm, and same `kid` where it names one (RFC 7515 §4.1.4). A key need not
 * have a `kid` (RFC 7517 §4.5): one without may be the one that a header names and no other key has.
 */
export function candidates(keySet: KeySet, algorithm: string, kid: string | undefined): VerificationKey[] {
  const named = keySet.keys.filter((key) => key.kid === kid);
  const nameless = named.length === 0 ? keySet.keys.filter((key) => key.kid === undefined) : [];
  const meant = kid === undefined ? keySet.keys : [...named, ...nameless];
  return meant.filter((key) => includesAlgorithm(key.algorithms, algorithm));
}
