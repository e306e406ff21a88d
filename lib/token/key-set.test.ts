import { generateKeyPairSync, KeyObject } from 'node:crypto';
import { exportJWK } from 'jose';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { accessToken, expectationsOf, newTokenContext, type TokenContext } from '../../test/token/tokens';
import { examine } from './examine';
import { candidates, toKeySet } from './key-set';

let context: TokenContext;

beforeAll(async () => {
  context = await newTokenContext();
});

/** The usable keys of what is published: kid and algorithms. */
async function usable(published: readonly unknown[]) {
  const { keys } = await toKeySet(published);
  return keys.map(({ kid, algorithms }) => ({ kid, algorithms }));
}

const reasons = async (published: readonly unknown[]) =>
  (await toKeySet(published)).ignored.map(({ reason }) => reason);

/** A published key without some members. */
function without(key: object, ...names: string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(key).filter(([name]) => !names.includes(name)));
}

const rsaAlgorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'];

describe('a key is usable', () => {
  test('side by side with keys of other types', async () => {
    const { rsa, pss, ec, ed } = context;
    expect(await usable([rsa, pss, ec, ed].map(({ publicJwk }) => publicJwk))).toEqual([
      { kid: 'rsa-1', algorithms: ['RS256'] },
      { kid: 'pss-1', algorithms: ['PS256'] },
      { kid: 'ec-1', algorithms: ['ES256'] },
      { kid: 'ed-1', algorithms: ['EdDSA'] },
    ]);
  });

  test('without alg and use, for every algorithm of its type (Entra ID publishes no alg)', async () => {
    const bare = [context.rsa, context.ec, context.ed].map(({ publicJwk }) =>
      without(publicJwk, 'alg', 'use'),
    );
    expect(await usable(bare)).toEqual([
      { kid: 'rsa-1', algorithms: rsaAlgorithms },
      { kid: 'ec-1', algorithms: ['ES256'] },
      { kid: 'ed-1', algorithms: ['EdDSA', 'Ed25519'] },
    ]);
    const keys = await toKeySet(bare);
    const expectations = expectationsOf(context);
    for (const signer of [context.rsa, context.ec, context.ed]) {
      const token = accessToken(context, {}, { signer });
      expect(await examine({ token, keys, expectations, now: context.now })).toMatchObject({
        accepted: true,
      });
    }
  });

  test('without a kid', async () => {
    expect(await usable([without(context.rsa.publicJwk, 'kid')])).toEqual([
      { kid: undefined, algorithms: ['RS256'] },
    ]);
  });

  test.each([[['verify']], [['sign', 'verify']], [[]]])('with key_ops %j', async (key_ops) => {
    expect(await usable([{ ...context.rsa.publicJwk, key_ops }])).toHaveLength(1);
  });

  test('with members that nobody knows', async () => {
    const more = { x5c: ['AAAA'], x5t: 'a', issuer: 'https://x.example', nbf: 1, toString: 1 };
    expect(await usable([{ ...context.rsa.publicJwk, ...more }])).toHaveLength(1);
  });

  test.each([
    ['P-384', 'ES384'],
    ['P-521', 'ES512'],
  ])('on the curve %s, for %s', async (namedCurve, algorithm) => {
    const { publicKey } = generateKeyPairSync('ec', { namedCurve });
    expect(await usable([await exportJWK(publicKey)])).toEqual([{ kid: undefined, algorithms: [algorithm] }]);
  });

  test('with exactly 2048 bits, whatever zeros stand before its modulus', async () => {
    const n = Buffer.concat([Buffer.alloc(1), Buffer.from(context.rsa.publicJwk.n ?? '', 'base64url')]);
    expect(await usable([{ ...context.rsa.publicJwk, n: n.toString('base64url') }])).toHaveLength(1);
  });
});

describe('a key is ignored, and the operator told why', () => {
  test.each([
    ['use is enc', { use: 'enc' }],
    ['use is ', { use: '' }],
    ['use is null', { use: null }],
    ['key_ops does not include verify', { key_ops: ['encrypt'] }],
    ['key_ops does not include verify', { key_ops: ['sign'] }],
    ['key_ops does not include verify', { key_ops: {} }],
    ['key_ops does not include verify', { key_ops: 'verify' }],
    ['key_ops does not include verify', { key_ops: null }],
    ['symmetric', { kty: 'oct' }],
    ['symmetric', { k: 'AAAA' }],
    ['kid is not a string', { kid: 7 }],
    ['kid is not a string', { kid: null }],
    ['alg ES256 does not fit the key', { alg: 'ES256' }],
    ['alg HS256 does not fit the key', { alg: 'HS256' }],
    ['alg none does not fit the key', { alg: 'none' }],
    ['alg RSA-OAEP does not fit the key', { alg: 'RSA-OAEP' }],
    ['alg null does not fit the key', { alg: null }],
    ['key type DSA is not supported', { kty: 'DSA' }],
    ['key type undefined is not supported', { kty: undefined }],
    ['key type rsa is not supported', { kty: 'rsa' }],
    ['RSA key shorter than 2048 bits', { n: undefined }],
    ['key material is malformed', { n: 7 }],
    ['RSA key shorter than 2048 bits', { n: '' }],
    ['RSA key shorter than 2048 bits', { n: 'AAAA' }],
    ['RSA key shorter than 2048 bits', { n: 'A'.repeat(400) }],
    ['RSA exponent is not an odd number above 1', { e: undefined }],
    ['RSA exponent is not an odd number above 1', { e: '' }],
    ['RSA exponent is not an odd number above 1', { e: 'AQ' }],
    ['RSA exponent is not an odd number above 1', { e: 'AAAB' }],
    ['RSA exponent is not an odd number above 1', { e: 'AQAA' }],
    ['key material is malformed', { e: 7 }],
  ])('%s: an RSA key with %o', async (reason, changes) => {
    const keySet = await toKeySet([{ ...context.rsa.publicJwk, ...changes }, context.ec.publicJwk]);
    expect(keySet.ignored).toEqual([{ kid: 'kid' in changes ? undefined : 'rsa-1', reason }]);
    expect(keySet.keys.map(({ kid }) => kid)).toEqual(['ec-1']);
  });

  test.each([
    ['key material is malformed', { x: 'AAAA' }],
    ['key material is malformed', { y: undefined }],
    ['key material is malformed', { x: null }],
    ['key type EC is not supported', { crv: ['P-256'] }],
    ['key type EC is not supported', { crv: 'P-192' }],
    ['key type EC is not supported', { crv: 'secp256k1' }],
    ['key type EC is not supported', { crv: undefined }],
    ['alg ES384 does not fit the key', { alg: 'ES384' }],
  ])('%s: an EC key with %o', async (reason, changes) => {
    expect(await reasons([{ ...context.ec.publicJwk, ...changes }])).toEqual([reason]);
  });

  test.each([
    ['key material is malformed', { x: 'AAAA' }],
    ['key type OKP is not supported', { crv: 'X25519' }],
    ['key type OKP is not supported', { crv: 'Ed448' }],
    ['alg ES256 does not fit the key', { alg: 'ES256' }],
  ])('%s: an OKP key with %o', async (reason, changes) => {
    expect(await reasons([{ ...context.ed.publicJwk, ...changes }])).toEqual([reason]);
  });

  test('an RSA key of 1024 bits, and one of 2047', async () => {
    const n = Buffer.from(context.rsa.publicJwk.n ?? '', 'base64url');
    n[0] = 0x7f;
    const almost = { ...context.rsa.publicJwk, n: n.toString('base64url') };
    const reason = 'RSA key shorter than 2048 bits';
    expect(await reasons([context.weak.publicJwk, almost])).toEqual([reason, reason]);
  });

  test.each([[null], [7], ['key'], [true], [[]], [{}], [[[]]], [{ kid: 'x' }]])(
    'the entry %j spoils nothing',
    async (junk) => {
      const keySet = await toKeySet([junk, context.rsa.publicJwk, junk]);
      expect(keySet.keys).toHaveLength(1);
      expect(keySet.ignored).toHaveLength(2);
    },
  );

  test.each(['kty', 'crv', 'use', 'alg'])(
    'a member %s that cannot be made a string spoils nothing',
    async (member) => {
      const unprintable = { toString: null, valueOf: null };
      for (const { publicJwk } of [context.rsa, context.ec]) {
        const odd = { ...publicJwk, [member]: unprintable };
        const keySet = await toKeySet([odd, context.ed.publicJwk]);
        expect(keySet.keys.at(-1)?.kid).toBe('ed-1');
      }
    },
  );
});

describe('a key set', () => {
  test('uses no private member of a key that was published by accident', async () => {
    const kept = vi.spyOn(KeyObject, 'from');
    const keySet = await toKeySet([context.rsa.privateJwk, context.ec.privateJwk, context.ed.privateJwk]);
    expect(keySet.keys).toHaveLength(3);
    expect(kept.mock.results.map(({ value }) => value.type)).toEqual(['public', 'public', 'public']);
  });

  test('keeps both of two keys with one kid', async () => {
    const keySet = await toKeySet([context.attacker.publicJwk, context.rsa.publicJwk]);
    expect(candidates(keySet, 'RS256', 'rsa-1')).toHaveLength(2);
  });

  test('gives a header that names a kid the keys without one where none has it, and a header without a kid any key', async () => {
    const [nameless, other] = [without(context.rsa.publicJwk, 'kid'), context.attacker.publicJwk];
    const keySet = await toKeySet([nameless, other]);
    expect(candidates(keySet, 'RS256', 'unknown').map(({ kid }) => kid)).toEqual([undefined]);
    expect(candidates(keySet, 'RS256', 'rsa-1').map(({ kid }) => kid)).toEqual(['rsa-1']);
    expect(candidates(keySet, 'RS256', undefined)).toHaveLength(2);
  });

  test('of nothing has no keys', async () => {
    expect(await toKeySet([])).toEqual({ keys: [], ignored: [] });
  });

  test('gives a header the keys of its algorithm and its kid only', async () => {
    const keySet = await toKeySet(context.published);
    const kids = (algorithm: string, kid?: string) =>
      candidates(keySet, algorithm, kid).map((key) => key.kid);
    expect(kids('RS256')).toEqual(['rsa-1']);
    expect(kids('RS256', 'rsa-1')).toEqual(['rsa-1']);
    expect(kids('RS256', 'ec-1')).toEqual([]);
    expect(kids('RS256', '')).toEqual([]);
    expect(kids('HS256', 'rsa-1')).toEqual([]);
  });
});
