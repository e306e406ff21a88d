import { spawnSync } from 'node:child_process';
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { CompactSign, calculateJwkThumbprint, compactVerify, createLocalJWKSet, importPKCS8 } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'claimcheck-keygen-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function keygen(...args: string[]) {
  return spawnSync(process.execPath, ['scripts/keygen.mjs', ...args], { encoding: 'utf8' });
}
const read = (name: string) => readFileSync(path.join(folder, name), 'utf8');
const modeOf = (name: string) => statSync(path.join(folder, name)).mode & 0o777;

describe('npm run keygen', () => {
  it.each(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'])(
    'makes a key for %s: what the private PEM signs, the key set verifies',
    async (algorithm) => {
      expect(keygen('--algorithm', algorithm, '--out', folder)).toMatchObject({ status: 0, stdout: '' });
      const key = await importPKCS8(read('private.pem'), algorithm);
      const set = JSON.parse(read('jwks.json'));
      const token = await new CompactSign(Buffer.from('hello'))
        .setProtectedHeader({ alg: algorithm, kid: set.keys[0].kid })
        .sign(key);
      const { payload } = await compactVerify(token, createLocalJWKSet(set));
      expect(Buffer.from(payload).toString()).toBe('hello');
      expect(set.keys).toEqual([JSON.parse(read('public.jwk.json'))]);
      expect(set.keys[0]).toMatchObject({
        alg: algorithm,
        use: 'sig',
        kid: await calculateJwkThumbprint(set.keys[0]),
      });
      for (const name of ['jwks.json', 'public.jwk.json']) expect(read(name)).not.toContain('"d"');
      const jwk = JSON.parse(read('private.jwk.json'));
      const fromJwk = createPrivateKey({ key: jwk, format: 'jwk' });
      expect(createPublicKey(fromJwk).export({ type: 'spki', format: 'pem' })).toBe(read('public.pem'));
    },
  );

  it('keeps private files for their owner alone', () => {
    keygen('--algorithm', 'ES256', '--out', folder);
    expect(['private.pem', 'private.jwk.json', 'public.pem', 'jwks.json'].map(modeOf)).toEqual([
      0o600, 0o600, 0o644, 0o644,
    ]);
    expect(readdirSync(folder)).toHaveLength(5);
  });

  it('overwrites nothing, not even in part, unless told to', () => {
    writeFileSync(path.join(folder, 'public.pem'), 'mine');
    const refused = keygen('--algorithm', 'ES256', '--out', folder);
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain('has public.pem already');
    expect(readdirSync(folder)).toEqual(['public.pem']);
    expect(keygen('--algorithm', 'ES256', '--out', folder, '--force').status).toBe(0);
    expect(read('public.pem')).toContain('PUBLIC KEY');
  });

  it('without a folder puts the private JWK on standard output, and nothing else', () => {
    const { stdout, stderr, status } = keygen('--algorithm', 'EdDSA');
    expect(status).toBe(0);
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toMatchObject({ kty: 'OKP', crv: 'Ed25519', d: expect.any(String) });
  });

  it.each([
    ['HS256', 'could also make one'],
    ['ES256K', 'blockchains'],
    ['none', 'proves nothing'],
    ['rs256', 'no algorithm'],
    ['RSA-OAEP', 'no algorithm'],
  ])('refuses %s, and says why', (algorithm, why) => {
    const { status, stderr, stdout } = keygen('--algorithm', algorithm);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain(why);
    expect(stderr).toContain('Fix: one of RS256');
  });

  it.each([[[]], [['--algorithm']], [['--bits', '512']], [['RS256']], [['--algorithm', 'ES256', '--force']]])(
    'refuses %j with a hint',
    (args) => {
      const { status, stderr, stdout } = keygen(...args);
      expect([status, stdout]).toEqual([2, '']);
      expect(stderr).not.toBe('');
    },
  );

  it('says how it is used', () => {
    expect(keygen('--help')).toMatchObject({ status: 0, stdout: expect.stringContaining('--algorithm') });
  });

  it('says it where a folder cannot be written to', () => {
    writeFileSync(path.join(folder, 'file'), '');
    const { status, stderr } = keygen('--algorithm', 'ES256', '--out', path.join(folder, 'file', 'x'));
    expect(status).toBe(1);
    expect(stderr).toContain('cannot be written');
  });
});
