import { constants, createVerify, KeyObject, verify } from 'node:crypto';
import { type CryptoKey, importJWK, type JWK } from 'jose';
import type { KeySet, Signed, VerificationKey } from './keys';

/** Algorithms by key type and curve (RFC 7518 §3.1, RFC 8037 §3.1, RFC 9864 §2). */
const algorithmsByType = {
  RSA: ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  'EC P-256': ['ES256'],
  'EC P-384': ['ES384'],
  'EC P-521': ['ES512'],
  'OKP Ed25519': ['EdDSA', 'Ed25519'],
} as const;

/** JWS algorithms that can be verified: asymmetric ones. */
export const supportedAlgorithms = Object.values(algorithmsByType).flat();

/** Ed25519 has two names: RFC 8037 §3.1 called it by its family, and RFC 9864 §2.2 gave it its own. */
const olderName = (algorithm: string): string => (algorithm === 'Ed25519' ? 'EdDSA' : algorithm);

/** Whether one of the algorithms is this one, by whichever of its names. */
export const includesAlgorithm = (algorithms: readonly string[], algorithm: string): boolean =>
  algorithms.some((one) => olderName(one) === olderName(algorithm));

/** A member that should be a string, cut for a message. Never `String(…)`: an object may refuse to become one. */
const word = (member: unknown): string =>
  (typeof member === 'string' ? member : member === null ? 'null' : typeof member).slice(0, 20);

function algorithmsOf({ kty, crv }: JWK): readonly string[] {
  const type = kty === 'RSA' ? kty : `${word(kty)} ${word(crv)}`;
  return Object.hasOwn(algorithmsByType, type) ? algorithmsByType[type as keyof typeof algorithmsByType] : [];
}

const malformed = 'key material is malformed';

/** A number as a JWK writes it (RFC 7518 §2, Base64urlUInt). */
const numberIn = (member = ''): bigint => BigInt(`0x0${Buffer.from(member, 'base64url').toString('hex')}`);

/** RFC 7517 §4.3. An empty list would be a key for nothing at all; some libraries write one where they mean none. */
const mayVerify = (operations: unknown): boolean =>
  operations === undefined ||
  (Array.isArray(operations) && (operations.length === 0 || operations.includes('verify')));

/** Why a published key must not verify signatures, or undefined when it may. */
function unusable(jwk: JWK): string | undefined {
  const { kty, kid, use, alg, n, e, x, y } = jwk;
  if (kty === 'oct' || jwk.k !== undefined) return 'symmetric';
  if (kid !== undefined && typeof kid !== 'string') return 'kid is not a string';
  if (use !== undefined && use !== 'sig') return `use is ${word(use)}`;
  if (!mayVerify(jwk.key_ops)) return 'key_ops does not include verify';
  const algorithms = algorithmsOf(jwk);
  if (algorithms.length === 0) return `key type ${word(kty)} is not supported`;
  if (alg !== undefined && !algorithms.includes(alg)) return `alg ${word(alg)} does not fit the key`;
  if ([n, e, x, y].some((part) => part !== undefined && typeof part !== 'string')) return malformed;
  if (kty !== 'RSA') return undefined;
  if (numberIn(n).toString(2).length < 2048) return 'RSA key shorter than 2048 bits';
  // With an exponent of 1 anybody can sign: the signature is the padded digest itself (RFC 8017 §3.1 asks for 3 or more).
  const exponent = numberIn(e);
  return exponent > 1n && exponent % 2n === 1n ? undefined : 'RSA exponent is not an odd number above 1';
}

/** @throws where the material is malformed; `jose` checks it as it imports it */
async function verificationKey(jwk: JWK): Promise<VerificationKey> {
  const algorithms = jwk.alg === undefined ? algorithmsOf(jwk) : [jwk.alg];
  // Only the members of a public key: a private key published by accident is not used as one.
  const { kty, crv, x, y, n, e } = jwk;
  const imported = await importJWK({ kty, crv, x, y, n, e } as JWK, algorithms[0]);
  const key = KeyObject.from(imported as CryptoKey);
  return { kid: jwk.kid, algorithms, verifies: (signed) => isSignedBy(key, signed) };
}

/** Makes a key set of what a provider published. One that cannot or must not be used never spoils the others. */
export async function toKeySet(published: readonly unknown[]): Promise<KeySet> {
  const keys: VerificationKey[] = [];
  const ignored: { kid: string | undefined; reason: string }[] = [];
  for (const entry of published) {
    const jwk = (typeof entry === 'object' && entry !== null ? entry : {}) as JWK;
    const key = unusable(jwk) ?? (await verificationKey(jwk).catch(() => malformed));
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
  const withKid = (wanted: string | undefined) => keySet.keys.filter((key) => key.kid === wanted);
  const named = withKid(kid);
  const meant = kid === undefined ? keySet.keys : named.length > 0 ? named : withKid(undefined);
  return meant.filter((key) => includesAlgorithm(key.algorithms, algorithm));
}

const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST };
const ecdsa = { dsaEncoding: 'ieee-p1363' } as const;

/** Bytes of a signature, where the algorithm says (RFC 7518 §3.4, RFC 8037 §3.1); else those of the modulus (RFC 8017 §8.1.2). */
const lengths = new Map(Object.entries({ ES256: 64, ES384: 96, ES512: 132, EdDSA: 64, Ed25519: 64 }));
const lengthOf = (algorithm: string, { asymmetricKeyDetails }: KeyObject): number =>
  lengths.get(algorithm) ?? Math.ceil((asymmetricKeyDetails?.modulusLength ?? 0) / 8);

/**
 * Whether a signature is a key's. By Node's own crypto and not `jose`, whose WebCrypto answers from a thread pool: the
 * wait costs more than the work. A test holds the two to the same answers.
 * The length is checked first: OpenSSL also accepts a PSS signature without the zero that one in 256 begins with, a
 * second spelling of the same token.
 */
export function isSignedBy(key: KeyObject, { algorithm, data, signature }: Signed): boolean {
  if (!supportedAlgorithms.some((one) => one === algorithm)) return false;
  if (signature.length !== lengthOf(algorithm, key)) return false;
  try {
    if (algorithm.startsWith('Ed')) return verify(null, Buffer.from(data), key, signature);
    const options = { PS: pss, ES: ecdsa }[algorithm.slice(0, 2)];
    // Takes the text as it is and is a little faster than the one call that wants bytes.
    const signed = createVerify(`sha${algorithm.slice(2)}`).update(data);
    return signed.verify(options ? { key, ...options } : key, signature);
  } catch {
    return false;
  }
}
