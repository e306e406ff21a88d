import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openKeys, rotateKeys } from './keys';

const kid = (thumbprint: string) => thumbprint;
const keepFor = 3_600;
const start = 1_800_000_000_000;

let dataDirectory: string;
let now: number;
const clock = () => now;
const seconds = (count: number) => {
  now += count * 1_000;
};
const place = () => ({
  dataDirectory,
  keyFile: 'keys.json',
  keys: [
    { alg: 'RS256', kid },
    { alg: 'ES256', kid },
  ] as const,
});
const open = (given?: readonly JWK[]) => openKeys(place(), { keepFor, clock, ...(given && { given }) });
const kids = (keys: readonly { kid: string }[]) => keys.map((key) => key.kid);

async function newKey(alg = 'RS256', part: 'privateKey' | 'publicKey' = 'privateKey'): Promise<JWK> {
  const pair = await generateKeyPair(alg, { extractable: true });
  return { ...(await exportJWK(pair[part])), alg };
}

beforeEach(async () => {
  dataDirectory = await mkdtemp(join(tmpdir(), 'claimcheck-keys-'));
  now = start;
});
afterEach(() => rm(dataDirectory, { recursive: true, force: true }));

describe('a rotation', () => {
  test('publishes the new keys at once, signs with them later, and keeps the old until their tokens have expired', async () => {
    const ring = await open();
    const before = ring.current();
    const made = await rotateKeys(place(), { lead: 60, keepFor, clock });
    const published = ring.current();
    expect(kids(published.signingKeys)).toEqual(kids(before.signingKeys));
    expect(kids(published.publishedKeys)).toEqual([...kids(before.signingKeys), ...made]);

    seconds(61);
    const signing = ring.current();
    expect(kids(signing.signingKeys)).toEqual(made);
    expect(kids(signing.publishedKeys)).toEqual([...made, ...kids(before.signingKeys)]);

    seconds(keepFor);
    expect(kids(ring.current().publishedKeys)).toEqual(made);
    expect(ring.current().cookieKeys).toEqual(before.cookieKeys);
  });

  test('gives the same object as long as nothing changes, so that nobody starts anew', async () => {
    const ring = await open();
    expect(ring.current()).toBe(ring.current());
  });

  test('outlives a restart, and its file is its owner’s alone', async () => {
    const old = kids((await open()).current().signingKeys);
    const made = await rotateKeys(place(), { lead: 60, keepFor, clock });
    seconds(90);
    const ring = await open();
    expect(kids(ring.current().publishedKeys)).toEqual([...made, ...old]);
    expect((await stat(join(dataDirectory, 'keys.json'))).mode & 0o777).toBe(0o600);
  });

  test('follows another, and both old keys are kept', async () => {
    const ring = await open();
    const first = kids(ring.current().signingKeys);
    const second = await rotateKeys(place(), { lead: 0, keepFor, clock });
    seconds(10);
    const third = await rotateKeys(place(), { lead: 0, keepFor, clock });
    seconds(10);
    expect(kids(ring.current().publishedKeys)).toEqual([...third, ...second, ...first]);
  });

  test('is refused while another is under way, and where there is no provider yet', async () => {
    await expect(rotateKeys(place(), { lead: 60, keepFor, clock })).rejects.toThrow('no keys yet');
    await open();
    await rotateKeys(place(), { lead: 60, keepFor, clock });
    await expect(rotateKeys(place(), { lead: 60, keepFor, clock })).rejects.toThrow(
      'under way: its keys sign in 60 s',
    );
  });
});

describe('keys that were given', () => {
  test('sign from the first start on, and the rest is made', async () => {
    const key = await newKey();
    const { signingKeys } = (await open([key])).current();
    expect(signingKeys[0]).toMatchObject({ n: key.n, alg: 'RS256', use: 'sig' });
    expect(signingKeys[1]).toMatchObject({ alg: 'ES256' });
    const text = await readFile(join(dataDirectory, 'keys.json'), 'utf8');
    expect((await open([key])).current().signingKeys).toEqual(signingKeys);
    expect(await readFile(join(dataDirectory, 'keys.json'), 'utf8')).toBe(text);
  });

  test('take the place of those that were made, which stay published', async () => {
    const before = (await open()).current();
    const { signingKeys, publishedKeys } = (await open([await newKey()])).current();
    expect(signingKeys[1]?.kid).toBe(before.signingKeys[1]?.kid);
    expect(kids(publishedKeys)).toContain(before.signingKeys[0]?.kid);
    expect(new Set(kids(publishedKeys)).size).toBe(3);
  });

  test('and sign already are no rotation', async () => {
    const given = [await newKey()];
    await open(given);
    await expect(rotateKeys(place(), { given, lead: 0, keepFor, clock })).rejects.toThrow('sign already');
  });

  test.each([
    ['a public key', () => newKey('RS256', 'publicKey'), 'is a public key'],
    ['one of another algorithm', () => newKey('ES256'), 'npm run keygen -- --algorithm RS256'],
    ['no key at all', async () => ({ kty: 'RSA', d: 'AQAB' }), 'is no private key for RS256'],
  ])('%s is refused in a sentence, and nothing is kept', async (_, make, sentence) => {
    await expect(open([await make()])).rejects.toThrow(sentence);
    await expect(stat(join(dataDirectory, 'keys.json'))).rejects.toThrow('ENOENT');
  });

  test('are no more than there are places', async () => {
    const keys = [await newKey(), await newKey('ES256'), await newKey()];
    await expect(open(keys)).rejects.toThrow('There are 3 keys, and places for 2.');
  });
});
