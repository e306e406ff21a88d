import { constants, createVerify, type KeyObject, verify } from 'node:crypto';

type Options = {
  readonly padding?: number;
  readonly saltLength?: number;
  readonly dsaEncoding?: 'ieee-p1363';
};

interface Method {
  readonly hash: string | null;
  /** Bytes of a signature; undefined: as many as the key's modulus has. */
  readonly length?: number;
  readonly options?: Options;
}

const pss: Options = {
  padding: constants.RSA_PKCS1_PSS_PADDING,
  saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
};
const ecdsa: Options = { dsaEncoding: 'ieee-p1363' };

/** RFC 7518 §3.3 to §3.5, RFC 8037 §3.1, RFC 9864 §2. */
const methods: Readonly<Record<string, Method>> = {
  RS256: { hash: 'sha256' },
  RS384: { hash: 'sha384' },
  RS512: { hash: 'sha512' },
  PS256: { hash: 'sha256', options: pss },
  PS384: { hash: 'sha384', options: pss },
  PS512: { hash: 'sha512', options: pss },
  ES256: { hash: 'sha256', length: 64, options: ecdsa },
  ES384: { hash: 'sha384', length: 96, options: ecdsa },
  ES512: { hash: 'sha512', length: 132, options: ecdsa },
  EdDSA: { hash: null, length: 64 },
  Ed25519: { hash: null, length: 64 },
};

/** A signature and what it should cover. */
export interface Signed {
  readonly algorithm: string;
  /** The signing input (RFC 7515 §5.1): ASCII text. */
  readonly data: string;
  readonly signature: Uint8Array;
}

/**
 * Whether a signature is a key's over exactly these bytes (RFC 7515 §5.2). Node's own crypto and not `jose`, whose
 * WebCrypto answers from a thread pool: the wait costs more than the work. A test holds the two to the same answers.
 *
 * The length is checked first: an RSA signature is as long as the modulus (RFC 8017 §8.1.2), but OpenSSL also accepts
 * a PSS signature without the zero that one in 256 begins with, a second spelling of the same token.
 */
export function isSignedBy(key: KeyObject, { algorithm, data, signature }: Signed): boolean {
  const method = Object.hasOwn(methods, algorithm) ? methods[algorithm] : undefined;
  if (!method || signature.length !== (method.length ?? modulusBytes(key))) return false;
  const { hash, options } = method;
  try {
    if (hash === null) return verify(null, Buffer.from(data), key, signature);
    // Takes the text as it is and is a little faster than the one call that wants bytes.
    return createVerify(hash)
      .update(data)
      .verify(options ? { key, ...options } : key, signature);
  } catch {
    return false;
  }
}

const modulusBytes = (key: KeyObject): number =>
  Math.ceil((key.asymmetricKeyDetails?.modulusLength ?? 0) / 8);
