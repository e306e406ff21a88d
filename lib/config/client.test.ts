import { createHash, createPrivateKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { privateCertificate } from '../../test/certificate';
import { ConfigError } from './config';
import { readConfig } from './read';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'claimcheck-key-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const own = { OIDC_ISSUER: 'https://id.example', OIDC_CLIENT_ID: 'notes-app', OIDC_CLIENT_KEY: 'client.pem' };
const settings = (env: Record<string, string> = own) =>
  readConfig(env, { directory: folder, generatedSecret: () => 's'.repeat(40) }).provider;

/** Reads a key file with this content. */
function keyOf(content: string) {
  writeFileSync(path.join(folder, 'client.pem'), content);
  return settings().clientKey;
}

/** What the start says of it. */
function complaint(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error('it was accepted');
}

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const pem = (pair: typeof rsa, type: 'pkcs8' | 'pkcs1' | 'sec1' = 'pkcs8') =>
  String(pair.privateKey.export({ type, format: 'pem' } as { type: 'pkcs8'; format: 'pem' }));

const certified = privateCertificate();
const other = privateCertificate();
const made = { key: certified.key, certificate: certified.cert, other: other.cert };

describe('a client key', () => {
  it.each([
    ['RSA, PKCS#8', () => pem(rsa), 'RS256'],
    ['RSA, PKCS#1', () => pem(rsa, 'pkcs1'), 'RS256'],
    ['P-256', () => pem(ec), 'ES256'],
    ['P-256, SEC 1', () => pem(ec, 'sec1'), 'ES256'],
    ['P-384', () => pem(generateKeyPairSync('ec', { namedCurve: 'P-384' })), 'ES384'],
    ['P-521', () => pem(generateKeyPairSync('ec', { namedCurve: 'P-521' })), 'ES512'],
    ['Ed25519', () => pem(generateKeyPairSync('ed25519')), 'EdDSA'],
    ['a byte order mark and text around it', () => `\uFEFFBag Attributes\n${pem(ec)}\nthe end\n`, 'ES256'],
    ['Windows line ends', () => pem(ec).replaceAll('\n', '\r\n'), 'ES256'],
  ])('is read from PEM: %s', (_name, content, algorithm) => {
    const key = keyOf(content());
    expect(key).toMatchObject({ file: path.join(folder, 'client.pem'), kid: undefined });
    expect(key?.algorithms[0]).toBe(algorithm);
    expect(createPrivateKey(key?.pem ?? '').type).toBe('private');
  });

  it('is read from a JWK, with its kid and alg', () => {
    const jwk = rsa.privateKey.export({ format: 'jwk' });
    expect(keyOf(JSON.stringify({ ...jwk, kid: 'one', alg: 'PS256' }))).toMatchObject({
      kid: 'one',
      algorithms: ['PS256'],
    });
    expect(keyOf(JSON.stringify(ec.privateKey.export({ format: 'jwk' })))).toMatchObject({
      kid: undefined,
      algorithms: ['ES256'],
    });
  });

  it('comes with the thumbprint of its certificate, wherever in the file and chain that stands', () => {
    const { raw } = new X509Certificate(made.certificate);
    const thumbprint = createHash('sha256').update(raw).digest('base64url');
    for (const parts of [
      [made.key, made.certificate],
      [made.certificate, made.key],
      [made.other, made.key, made.certificate],
    ]) {
      expect(keyOf(parts.join('\n'))?.certificate).toBe(thumbprint);
    }
  });

  it('is looked for from the project folder, or where an absolute path says', () => {
    mkdirSync(path.join(folder, 'keys'));
    writeFileSync(path.join(folder, 'keys', 'app.pem'), pem(ec));
    for (const place of ['keys/app.pem', './keys/../keys/app.pem', path.join(folder, 'keys', 'app.pem')]) {
      expect(settings({ ...own, OIDC_CLIENT_KEY: place }).clientKey?.file).toBe(
        path.join(folder, 'keys', 'app.pem'),
      );
    }
  });
});

describe('a start with a client key is refused', () => {
  const short = generateKeyPairSync('rsa', { modulusLength: 1024 });
  const encrypted = (type: 'pkcs8' | 'pkcs1') =>
    String(rsa.privateKey.export({ type, format: 'pem', cipher: 'aes-256-cbc', passphrase: 'hunter2' }));
  const jwk = (more: object) => JSON.stringify({ ...rsa.privateKey.export({ format: 'jwk' }), ...more });

  it.each([
    ['that is public', () => String(rsa.publicKey.export({ type: 'spki', format: 'pem' })), 'a public key'],
    [
      'that is public, as people copy it from RSA tools',
      () => String(rsa.publicKey.export({ type: 'pkcs1', format: 'pem' })),
      'a public key',
    ],
    ['that is a public JWK', () => JSON.stringify(ec.publicKey.export({ format: 'jwk' })), 'a public key'],
    ['that is a certificate alone', () => made.certificate, 'without its private key'],
    ['that is encrypted', () => encrypted('pkcs8'), 'openssl pkey'],
    ['that is encrypted the old way', () => encrypted('pkcs1'), 'openssl pkey'],
    ['that is too short', () => pem(short), '1024 bits'],
    ['that is symmetric', () => '{"kty":"oct","k":"aHVudGVyMg"}', 'symmetric'],
    ['that is a key set', () => `{"keys":[${jwk({})}]}`, 'key set'],
    ['with an alg of none', () => jwk({ alg: 'none' }), 'alg'],
    ['with a symmetric alg', () => jwk({ alg: 'HS256' }), 'alg'],
    ['with an alg of another kind of key', () => jwk({ alg: 'ES256' }), 'alg'],
    ['that only encrypts', () => pem(generateKeyPairSync('x25519')), 'x25519'],
    ['on an unknown curve', () => pem(generateKeyPairSync('ec', { namedCurve: 'secp256k1' })), 'secp256k1'],
    ['with the certificate of another', () => `${made.key}\n${made.other}`, 'another key'],
    [
      'with a certificate that is spoilt',
      () => `${made.key}\n-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----`,
      'certificate that cannot be read',
    ],
    ['among several', () => `${pem(rsa)}${pem(ec)}`, 'several'],
    ['that is cut off', () => pem(rsa).slice(0, 200), 'neither PEM'],
    [
      'that is spoilt within',
      () => `-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n`,
      'no private key that can be read',
    ],
    ['in JSON that is cut off', () => jwk({}).slice(0, 300), 'neither PEM nor JSON'],
    ['of a JWK without its parts', () => '{"kty":"RSA","d":"x"}', 'no private key that can be read'],
    ['of an empty file', () => '', 'neither PEM'],
  ])('%s, and nothing of it is shown', (_name, content, words) => {
    const text = content();
    const said = complaint(() => keyOf(text));
    expect(said).toContain('OIDC_CLIENT_KEY: ');
    expect(said).toContain(words);
    expect(said).toContain('Fix: ');
    // No run of its characters.
    for (const part of text.match(/[\w+/=-]{24,}/g) ?? []) expect(said).not.toContain(part.slice(0, 24));
    expect(said).not.toContain('hunter2');
  });

  it.each([
    ['is not there', 'nowhere.pem', 'ENOENT'],
    ['is a folder', '.', 'EISDIR'],
  ])('whose file %s', (_name, file, code) => {
    expect(complaint(() => settings({ ...own, OIDC_CLIENT_KEY: file }))).toMatch(
      new RegExp(`OIDC_CLIENT_KEY: names a file that cannot be read \\(${code}\\)\n.*project folder`),
    );
  });

  it.each([
    ['PEM', pem(ec)],
    ['PEM on one line', pem(ec).replaceAll('\n', '\\n')],
    ['a JWK', JSON.stringify(ec.privateKey.export({ format: 'jwk' }))],
  ])('that stands in the variable itself: %s', (_name, key) => {
    const said = complaint(() => settings({ ...own, OIDC_CLIENT_KEY: key }));
    expect(said).toContain('the path of its file');
    for (const part of key.match(/[\w+/=-]{24,}/g) ?? []) expect(said).not.toContain(part);
  });
});

describe('ways to prove oneself that exclude each other', () => {
  beforeEach(() => writeFileSync(path.join(folder, 'client.pem'), pem(ec)));

  it('a key with its own method goes', () => {
    expect(settings({ ...own, OIDC_CLIENT_AUTH: 'private_key_jwt' }).clientAuth).toBe('private_key_jwt');
  });

  it('a key beside a secret', () => {
    const said = complaint(() => settings({ ...own, OIDC_CLIENT_SECRET: 'hunter2' }));
    expect(said).toMatch(/OIDC_CLIENT_KEY: is set beside OIDC_CLIENT_SECRET/);
    expect(said).not.toContain('hunter2');
  });

  it('private_key_jwt without a key', () => {
    const env = { ...own, OIDC_CLIENT_KEY: '', OIDC_CLIENT_AUTH: 'private_key_jwt' };
    expect(complaint(() => settings(env))).toMatch(
      /OIDC_CLIENT_AUTH: is private_key_jwt, but OIDC_CLIENT_KEY/,
    );
  });

  it.each(['client_secret_basic', 'client_secret_post'])('a key by %s', (method) => {
    expect(complaint(() => settings({ ...own, OIDC_CLIENT_AUTH: method }))).toMatch(
      /OIDC_CLIENT_AUTH: is client_secret_\w+, but OIDC_CLIENT_KEY is set/,
    );
  });

  it('a key for the embedded provider, which has a secret of its own', () => {
    expect(complaint(() => settings({ OIDC_CLIENT_KEY: 'client.pem' }))).toMatch(
      /OIDC_CLIENT_KEY: is set, but OIDC_ISSUER is not/,
    );
  });
});
