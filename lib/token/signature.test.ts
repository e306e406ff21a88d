import { generateKeyPairSync, KeyObject } from 'node:crypto';
import fc from 'fast-check';
import { compactVerify, importJWK } from 'jose';
import { beforeAll, describe, expect, test } from 'vitest';
import { newSigner, type Signer, signBytes } from '../../test/token/tokens';
import { isSignedBy } from './key-set';

const algorithms = ['RS256', 'RS512', 'PS256', 'PS384', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'];
const signers = new Map<string, Signer>();
beforeAll(async () => {
  for (const algorithm of algorithms) signers.set(algorithm, await newSigner(algorithm, algorithm));
});

function signerOf(algorithm: string): Signer {
  const signer = signers.get(algorithm);
  if (!signer) throw new Error(algorithm);
  return signer;
}

const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** What `jose` says of the same bytes. */
async function joseAccepts(input: string, signature: Uint8Array, { publicJwk, algorithm }: Signer) {
  const token = `${input}.${Buffer.from(signature).toString('base64url')}`;
  const key = await importJWK(publicJwk, algorithm);
  return compactVerify(token, key, { algorithms: [algorithm] }).then(
    () => true,
    () => false,
  );
}

async function publicKey({ publicJwk, algorithm }: Signer): Promise<KeyObject> {
  return KeyObject.from((await importJWK(publicJwk, algorithm)) as Parameters<typeof KeyObject.from>[0]);
}

describe.each(algorithms)('a signature by %s', (algorithm) => {
  test('is accepted by this and by jose', async () => {
    const signer = signerOf(algorithm);
    const input = `${encoded({ alg: algorithm })}.${encoded({ sub: 'user' })}`;
    const signature = signBytes(input, signer.privateKey, algorithm);
    const key = await publicKey(signer);
    expect(isSignedBy(key, { algorithm, data: input, signature })).toBe(true);
    expect(await joseAccepts(input, signature, signer)).toBe(true);
  });

  test('with a bit flipped, cut, padded or over other bytes is refused, and never where jose refuses accepted', async () => {
    const signer = signerOf(algorithm);
    const key = await publicKey(signer);
    const input = `${encoded({ alg: algorithm })}.${encoded({ sub: 'user' })}`;
    const good = signBytes(input, signer.privateKey, algorithm);
    const change = fc.oneof(
      fc
        .tuple(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 }))
        .map(([at, mask]) => Buffer.from(good.map((byte, index) => (index === at ? byte ^ mask : byte)))),
      fc.nat(good.length - 1).map((length) => good.subarray(0, length)),
      fc.uint8Array({ minLength: 1, maxLength: 8 }).map((more) => Buffer.concat([good, more])),
      fc.uint8Array({ minLength: 1, maxLength: 8 }).map((more) => Buffer.concat([more, good])),
      fc.uint8Array({ minLength: good.length, maxLength: good.length }),
    );
    await fc.assert(
      fc.asyncProperty(change, async (signature) => {
        const accepted = isSignedBy(key, { algorithm, data: input, signature });
        expect(accepted).toBe(false);
        expect(accepted && !(await joseAccepts(input, signature, signer))).toBe(false);
      }),
      { numRuns: 150 },
    );
    const other = { algorithm, data: `${input}x`, signature: good };
    expect(isSignedBy(key, other)).toBe(false);
  });
});

describe('no signature', () => {
  test.each(['none', 'HS256', 'RS1', 'toString', '__proto__', ''])(
    'is accepted by the algorithm "%s"',
    async (algorithm) => {
      const signer = signerOf('RS256');
      const data = 'data';
      const signature = signBytes('data', signer.privateKey, 'RS256');
      expect(isSignedBy(await publicKey(signer), { algorithm, data, signature })).toBe(false);
    },
  );

  test('is accepted with a key of another kind, and none makes it throw', async () => {
    const { publicKey: x25519 } = generateKeyPairSync('x25519');
    for (const algorithm of algorithms) {
      for (const other of algorithms.filter((one) => one.slice(0, 2) !== algorithm.slice(0, 2))) {
        const signature = signBytes('data', signerOf(algorithm).privateKey, algorithm);
        const signed = { algorithm, data: 'data', signature };
        // RSA keys serve RS and PS alike; the signatures do not.
        expect(isSignedBy(await publicKey(signerOf(other)), signed)).toBe(false);
        expect(isSignedBy(x25519, signed)).toBe(false);
      }
    }
  });
});
