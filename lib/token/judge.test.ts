import { beforeAll, describe, expect, test } from 'vitest';
import {
  accessToken,
  expectationsOf,
  newTokenContext,
  type Signer,
  type TokenContext,
} from '../../test/token/tokens';
import { RemoteError } from '../remote';
import { examine } from './examine';
import { toKeySet } from './key-set';
import { verdictBy } from './key-set-cache';
import type { KeySet, KeySetCache } from './keys';

let context: TokenContext;
let keys: KeySet;
let others: KeySet;

beforeAll(async () => {
  context = await newTokenContext();
  keys = await toKeySet(context.published);
  others = await toKeySet([context.attacker.publicJwk]);
});

interface Situation {
  /** What is cached; undefined where no keys can be had. */
  readonly cached: KeySet | undefined;
  readonly newer?: KeySet | 'no news' | 'no answer';
}

/** Judges a token in a situation; also tells how often newer keys were asked for. */
async function judged(token: string, { cached, newer = 'no news' }: Situation) {
  let asked = 0;
  const cache: KeySetCache = {
    current: () => (cached ? Promise.resolve(cached) : Promise.reject(new Error('down'))),
    newerThan: (seen) => {
      asked++;
      expect(seen).toBe(cached);
      return Promise.resolve(newer);
    },
    retryAfter: () => 17,
    peek: () => undefined,
    state: () => ({
      ...{ fetches: 1, failing: true, emptied: false, keys: [], ignored: [] },
      ...{
        lastSuccess: undefined,
        lastFailure: 0,
        lastError: new RemoteError('unreachable', 'it is down', 'wait'),
      },
    }),
  };
  const judgement = await verdictBy(cache, (set) => {
    const input = { token, keys: set, expectations: expectationsOf(context), now: context.now };
    const verdict = examine(input);
    return verdict.accepted ? { accepted: true, token: verdict.token.subject } : verdict;
  });
  return { judgement, asked };
}

const good = () => accessToken(context);
const signedBy = (signer: Signer) => accessToken(context, {}, { signer });
const unknownKid = () => accessToken(context, {}, { header: { kid: 'unknown' } });
const refusedBy = (check: string) => ({
  outcome: 'refused',
  refusal: expect.objectContaining({ check, because: expect.any(String) }),
});
const accepted = { outcome: 'accepted', token: 'user-1' };
const unavailable = { outcome: 'unavailable', retryAfter: 17, reason: expect.any(String) };

describe('with keys at hand', () => {
  test('a good token is accepted and nobody is asked', async () => {
    expect(await judged(good(), { cached: keys })).toEqual({ judgement: accepted, asked: 0 });
  });

  test.each([
    ['expired', { exp: 1 }, 'expiry'],
    ['of another issuer', { iss: 'x' }, 'issuer'],
    ['without a subject', { sub: '' }, 'subject'],
  ])('a token that is %s is refused and nobody is asked', async (_name, claims, check) => {
    const token = accessToken(context, claims);
    expect(await judged(token, { cached: keys })).toEqual({ judgement: refusedBy(check), asked: 0 });
  });

  test('an unknown kid is looked for once, and refused where there is no news', async () => {
    expect(await judged(unknownKid(), { cached: keys })).toEqual({ judgement: refusedBy('key'), asked: 1 });
  });

  test('a bad signature is looked into once, and refused where there is no news', async () => {
    const { judgement, asked } = await judged(signedBy(context.attacker), { cached: keys });
    expect({ judgement, asked }).toEqual({ judgement: refusedBy('signature'), asked: 1 });
  });
});

describe('with newer keys to be had', () => {
  test('a token of a new key is accepted', async () => {
    expect(await judged(good(), { cached: await toKeySet([]), newer: keys })).toEqual({
      judgement: accepted,
      asked: 1,
    });
  });

  test('a token whose key changed under the same kid is accepted', async () => {
    const { judgement } = await judged(signedBy(context.attacker), { cached: keys, newer: others });
    expect(judgement).toEqual(accepted);
  });

  test('a token that does not fit those either is refused without asking again', async () => {
    expect(await judged(unknownKid(), { cached: keys, newer: others })).toEqual({
      judgement: refusedBy('key'),
      asked: 1,
    });
  });

  test('a token of a new key that has expired is refused for that', async () => {
    const { judgement } = await judged(accessToken(context, { exp: 1 }), {
      cached: await toKeySet([]),
      newer: keys,
    });
    expect(judgement).toEqual(refusedBy('expiry'));
  });
});

describe('while the provider is in trouble', () => {
  test('a good token with a known key is accepted', async () => {
    expect(await judged(good(), { cached: keys, newer: 'no answer' })).toEqual({
      judgement: accepted,
      asked: 0,
    });
  });

  test('a token with an unknown key cannot be judged: it may be a new key', async () => {
    expect((await judged(unknownKid(), { cached: keys, newer: 'no answer' })).judgement).toEqual(unavailable);
  });

  test('a bad signature under a known kid is refused', async () => {
    const { judgement } = await judged(signedBy(context.attacker), { cached: keys, newer: 'no answer' });
    expect(judgement).toEqual(refusedBy('signature'));
  });
});

describe('without any keys', () => {
  test('a good token cannot be judged, and nobody is asked twice', async () => {
    expect(await judged(good(), { cached: undefined })).toEqual({ judgement: unavailable, asked: 0 });
  });

  test('a forged token cannot be told from a good one', async () => {
    expect((await judged(signedBy(context.attacker), { cached: undefined })).judgement).toEqual(unavailable);
  });

  test.each([
    ['that is opaque', () => 'opaque', 'form'],
    ['that is too large', () => 'x'.repeat(20_000), 'size'],
    ['that is not base64url', () => `${good()}=`, 'encoding'],
    [
      'with an algorithm that is not accepted',
      () => accessToken(context, {}, { header: { alg: 'none' } }),
      'algorithm',
    ],
    ['of another kind', () => accessToken(context, {}, { header: { typ: 'logout+jwt' } }), 'type'],
    ['with crit', () => accessToken(context, {}, { header: { crit: ['x'] } }), 'critical'],
    ['with a header that is not JSON', () => `AAAA.${good().split('.').slice(1).join('.')}`, 'header'],
  ])('a token %s is refused all the same', async (_name, make, check) => {
    expect((await judged(make(), { cached: undefined })).judgement).toEqual(refusedBy(check));
  });
});
