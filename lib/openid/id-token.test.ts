import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  acceptedAlgorithms,
  expectationsOf,
  forge,
  headerOf,
  newTokenContext,
  type Signer,
  signerOf,
  type TokenContext,
} from '../../test/token/tokens';
import { type KeySet, toKeySet } from '../token';
import { examineIdToken, type IdTokenInput } from './id-token';

let context: TokenContext;
let keys: KeySet;

beforeAll(async () => {
  context = await newTokenContext();
  keys = await toKeySet(context.published);
});

const accessToken = 'the.access.token';

/** Left half of a hash (OpenID Connect Core §3.1.3.6). */
function halfHash(hash: string, text = accessToken): string {
  const digest = createHash(hash).update(text).digest();
  return digest.subarray(0, digest.length / 2).toString('base64url');
}

function idToken(claims: Record<string, unknown> = {}, signer: Signer = context.rsa): string {
  const { issuer, clientId, now } = context;
  const usual = { iss: issuer, sub: 'user-1', aud: clientId, exp: now + 300, iat: now, nonce: 'nonce-1' };
  return forge(headerOf(signer, { typ: 'JWT' }), { ...usual, ...claims }, signer);
}

async function outcome(token: string, changes: Partial<IdTokenInput> = {}) {
  const verdict = await examineIdToken({
    token,
    keys,
    expectations: expectationsOf(context),
    now: context.now,
    nonce: 'nonce-1',
    accessToken,
    ...changes,
  });
  return verdict.accepted ? 'accepted' : verdict.refusal.check;
}

describe('an ID token is accepted', () => {
  test('with its claims', async () => {
    const verdict = await examineIdToken({
      ...{ token: idToken({ email: 'a@b.example' }), keys, expectations: expectationsOf(context) },
      ...{ now: context.now, nonce: 'nonce-1', accessToken },
    });
    expect(verdict).toEqual({
      accepted: true,
      token: expect.objectContaining({ sub: 'user-1', email: 'a@b.example', nonce: 'nonce-1' }),
    });
  });

  test.each([
    ['with the client in a list of audiences', { aud: ['other', 'client-1'] }],
    ['with the client as authorized party', { azp: 'client-1' }],
    ['with an authentication time of 0', { auth_time: 0 }],
    ['within the leeway after its expiry', { exp: 1_800_000_000 - 29 }],
    ['with a token_use of its own kind', { token_use: 'id' }],
  ])('%s', async (_name, claims) => {
    expect(await outcome(idToken(claims))).toBe('accepted');
  });

  test('on a refresh, where it may lack the nonce', async () => {
    expect(await outcome(idToken({ nonce: undefined }), { nonce: undefined })).toBe('accepted');
    expect(await outcome(idToken(), { nonce: undefined })).toBe('accepted');
  });
});

describe('an ID token is refused', () => {
  test.each([
    ['without the nonce that was asked for', { nonce: undefined }, 'nonce'],
    ['with another nonce', { nonce: 'nonce-2' }, 'nonce'],
    ['with a nonce that only begins like it', { nonce: 'nonce-1x' }, 'nonce'],
    ['with the nonce in a list', { nonce: ['nonce-1'] }, 'nonce'],
    ['with an empty nonce', { nonce: '' }, 'nonce'],
    ['with a nonce of null', { nonce: null }, 'nonce'],
    ['with the nonce in other letters', { nonce: 'NONCE-1' }, 'nonce'],
    ['for another client', { aud: 'client-2' }, 'audience'],
    ['for the API instead of the client', { aud: 'https://api.example' }, 'audience'],
    ['for other clients', { aud: ['client-2', 'client-3'] }, 'audience'],
    ['for nobody', { aud: undefined }, 'audience'],
    ['for a list with more than strings in it', { aud: ['client-1', 7] }, 'audience'],
    ['issued to another client', { aud: ['client-1', 'client-2'], azp: 'client-2' }, 'authorized_party'],
    ['issued to a list of clients', { azp: ['client-1'] }, 'authorized_party'],
    ['issued to nobody', { azp: null }, 'authorized_party'],
    ['of another issuer', { iss: 'https://other.example' }, 'issuer'],
    ['that has expired', { exp: 1_800_000_000 - 30 }, 'expiry'],
    ['that never expires', { exp: undefined }, 'expiry'],
    ['from the future', { iat: 1_800_000_000 + 31 }, 'issued_at'],
    ['that is not valid yet', { nbf: 1_800_000_000 + 31 }, 'not_before'],
    ['without a subject', { sub: undefined }, 'subject'],
    ['of another access token', { at_hash: 'AAAAAAAAAAAAAAAAAAAAAA' }, 'at_hash'],
    ['with an empty at_hash', { at_hash: '' }, 'at_hash'],
    ['with an at_hash that is no string', { at_hash: 0 }, 'at_hash'],
    ['with an at_hash of null', { at_hash: null }, 'at_hash'],
  ])('%s', async (_name, claims, check) => {
    expect(await outcome(idToken(claims))).toBe(check);
  });

  test('with a forged signature', async () => {
    expect(await outcome(idToken({}, context.attacker))).toBe('signature');
  });

  test('in words for people', async () => {
    const token = idToken({ nonce: 'x' });
    const verdict = await examineIdToken({
      ...{ token, keys, expectations: expectationsOf(context), now: context.now, nonce: 'y', accessToken },
    });
    expect(verdict).toMatchObject({
      accepted: false,
      refusal: {
        check: 'nonce',
        because: 'it belongs to another sign-in',
        expected: 'the nonce of this sign-in',
        found: expect.any(String),
      },
    });
  });
});

describe('at_hash', () => {
  const hashes = { RS256: 'sha256', PS256: 'sha256', ES256: 'sha256', EdDSA: 'sha512' };

  test.each(acceptedAlgorithms)('of %s is the hash of its signature algorithm', async (algorithm) => {
    const signer = signerOf(context, algorithm);
    const right = halfHash(hashes[algorithm]);
    expect(await outcome(idToken({ at_hash: right }, signer))).toBe('accepted');
    expect(await outcome(idToken({ at_hash: right }, signer), { accessToken: 'another' })).toBe('at_hash');
  });

  test('with the hash of another algorithm is refused', async () => {
    expect(await outcome(idToken({ at_hash: halfHash('sha512') }))).toBe('at_hash');
    expect(await outcome(idToken({ at_hash: halfHash('sha256') }, context.ed))).toBe('at_hash');
  });

  test('of the whole hash instead of its left half is refused', async () => {
    const whole = createHash('sha256').update(accessToken).digest('base64url');
    expect(await outcome(idToken({ at_hash: whole }))).toBe('at_hash');
  });
});
