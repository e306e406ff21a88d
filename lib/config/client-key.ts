import { createHash, createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';

/** The private key by which the app proves who it is (RFC 7523 §2.2). */
export interface ClientKey {
  /** Where it is kept. */
  readonly file: string;
  /** PKCS#8 in PEM: a secret. */
  readonly pem: string;
  /** JWS algorithms that it can sign with, the usual one first. */
  readonly algorithms: readonly string[];
  /** Its name, where the JWK has one. */
  readonly kid: string | undefined;
  /** SHA-256 thumbprint of its certificate, `x5t#S256` of RFC 7515 §4.1.8, where the file holds one. */
  readonly certificate: string | undefined;
}

/** What is wrong with a key, in words that quote nothing of it, and the fix. */
export class UnusableKey extends Error {
  constructor(
    problem: string,
    readonly fix: string,
  ) {
    super(problem);
  }
}

const make =
  'make one with: openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:3072 -out client-key.pem';
const needsPrivate = 'use the file with the private key; the public one is for the provider';

/** Reads a key from the text of its file: PEM, with or without its certificate, or a JWK. @throws {UnusableKey} */
export function parseClientKey(content: string): Omit<ClientKey, 'file'> {
  const text = content.replace(/^\uFEFF/, '').trim();
  return text.startsWith('{') ? parseJwk(text) : parsePem(text);
}

function parseJwk(text: string) {
  const jwk = readObject(text);
  if (Array.isArray(jwk.keys)) throw new UnusableKey('holds a key set', 'leave one private key in the file');
  if (jwk.kty === 'oct') throw new UnusableKey('holds a symmetric key', `use a private key; ${make}`);
  if (typeof jwk.kty === 'string' && jwk.d === undefined) {
    throw new UnusableKey('holds a public key', needsPrivate);
  }
  const key = readable(() => createPrivateKey({ key: jwk, format: 'jwk' }));
  const known = algorithmsOf(key);
  const algorithms = jwk.alg === undefined ? known : known.filter((name) => name === jwk.alg);
  if (algorithms.length === 0) {
    throw new UnusableKey('says an alg that does not go with its key', `leave alg out, or use ${known[0]}`);
  }
  return { pem: pkcs8(key), algorithms, kid: name(jwk.kid), certificate: undefined };
}

const name = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);

function readObject(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    // The parser's own message quotes what it read.
    throw new UnusableKey('is neither PEM nor JSON that can be read', make);
  }
}

const block = /-----BEGIN ([A-Z0-9 ]+)-----[\s\S]+?-----END \1-----/g;

function parsePem(text: string) {
  const blocks = [...text.matchAll(block)].map(([pem, label = '']) => ({ pem, label }));
  const secret = blocks.filter(({ label }) => label.endsWith('PRIVATE KEY'));
  const certificates = blocks.filter(({ label }) => label === 'CERTIFICATE').map(({ pem }) => pem);
  const [found] = secret;
  if (!found) throw withoutPrivateKey(blocks.map(({ label }) => label));
  if (secret.length > 1) throw new UnusableKey('holds several private keys', 'leave one in the file');
  if (found.label.startsWith('ENCRYPTED') || /^Proc-Type:.*ENCRYPTED/m.test(found.pem)) {
    throw new UnusableKey(
      'is encrypted, and nobody can be asked for its passphrase',
      'decrypt it with: openssl pkey -in encrypted.pem -out client-key.pem, and keep that file to this user',
    );
  }
  const key = readable(() => createPrivateKey(found.pem));
  const algorithms = algorithmsOf(key);
  return { pem: pkcs8(key), algorithms, kid: undefined, certificate: thumbprint(key, certificates) };
}

function withoutPrivateKey(labels: readonly string[]): UnusableKey {
  if (labels.some((label) => label.endsWith('PUBLIC KEY'))) {
    return new UnusableKey('holds a public key', needsPrivate);
  }
  if (labels.includes('CERTIFICATE')) {
    return new UnusableKey('holds a certificate without its private key', 'add the key to the same file');
  }
  return new UnusableKey('is neither PEM nor a JWK', make);
}

/** OpenSSL's own messages are of no use to people, and might quote. */
function readable(read: () => KeyObject): KeyObject {
  try {
    return read();
  } catch {
    throw new UnusableKey('holds no private key that can be read', make);
  }
}

const pkcs8 = (key: KeyObject) => String(key.export({ type: 'pkcs8', format: 'pem' }));

/** RFC 7518 §3.1, RFC 8037, RFC 9864: what a key of this type can sign with. */
function algorithmsOf({ asymmetricKeyType: type, asymmetricKeyDetails: details = {} }: KeyObject): string[] {
  if (type === 'rsa') {
    // RFC 7518 §3.3.
    if ((details.modulusLength ?? 0) < 2048) {
      throw new UnusableKey(`is an RSA key of ${details.modulusLength} bits, which is too short`, make);
    }
    return ['RS256', 'PS256', 'RS384', 'PS384', 'RS512', 'PS512'];
  }
  if (type === 'ed25519') return ['EdDSA', 'Ed25519'];
  const curves: Record<string, string> = { prime256v1: 'ES256', secp384r1: 'ES384', secp521r1: 'ES512' };
  const algorithm = type === 'ec' && curves[details.namedCurve ?? ''];
  if (algorithm) return [algorithm];
  throw new UnusableKey(
    `is of a kind that signs no JWT (${details.namedCurve ?? type})`,
    `use RSA, EC with P-256, P-384 or P-521, or Ed25519; ${make}`,
  );
}

/** Of a chain, the certificate that belongs to the key. */
function thumbprint(key: KeyObject, certificates: readonly string[]): string | undefined {
  if (certificates.length === 0) return undefined;
  const own = certificates.map(readCertificate).find((certificate) => certificate.checkPrivateKey(key));
  if (!own) {
    throw new UnusableKey(
      'holds the certificate of another key',
      'use the certificate that was made with it',
    );
  }
  return createHash('sha256').update(own.raw).digest('base64url');
}

function readCertificate(pem: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch {
    throw new UnusableKey('holds a certificate that cannot be read', 'use a certificate in PEM');
  }
}
