import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { rememberVerdicts } from '../../test/token/remember-verdicts';
import {
  accessToken,
  encodePart,
  expectationsOf,
  newTokenContext,
  partsOf,
  type TokenContext,
} from '../../test/token/tokens';
import type { ExaminationInput } from './check';
import { examine } from './examine';
import { toKeySet } from './key-set';
import type { KeySet } from './keys';
import type { VerdictCacheOptions } from './verifier';

let context: TokenContext;
let keys: KeySet;
let expectations: ExaminationInput['expectations'];
const verifying = vi.fn(examine);

beforeAll(async () => {
  context = await newTokenContext();
  keys = await toKeySet(context.published);
  expectations = expectationsOf(context);
});
beforeEach(() => {
  verifying.mockClear();
});

const ask = (
  judge: (input: ExaminationInput) => unknown,
  token: string,
  changes: Partial<ExaminationInput> = {},
) => judge({ token, keys, expectations, now: context.now, ...changes });

describe('a verdict that is remembered', () => {
  test('is the one that was given, without another verification', () => {
    const judge = rememberVerdicts({ examine: verifying });
    const token = accessToken(context);
    const first = ask(judge, token);
    expect(ask(judge, token)).toBe(first);
    expect(first).toMatchObject({ accepted: true });
    expect(verifying).toHaveBeenCalledTimes(1);
  });

  test('is that of exactly this token', () => {
    const judge = rememberVerdicts({ examine: verifying });
    expect(ask(judge, accessToken(context, { sub: 'a' }))).toMatchObject({ token: { subject: 'a' } });
    expect(ask(judge, accessToken(context, { sub: 'b' }))).toMatchObject({ token: { subject: 'b' } });
    const [header, payload] = accessToken(context, { sub: 'a' }).split('.');
    expect(ask(judge, `${header}.${payload}.AAAA`)).toMatchObject({ accepted: false });
  });

  test('cannot be changed by whoever is given it', () => {
    const judge = rememberVerdicts({ examine: verifying });
    const token = accessToken(context, { address: { city: 'Oxford' } });
    const verdict = ask(judge, token) as {
      token: { claims: { address: { city: string } }; scopes: string[] };
    };
    expect(() => verdict.token.scopes.push('example:note:delete')).toThrow(TypeError);
    expect(() => Object.assign(verdict.token.claims.address, { city: 'Cambridge' })).toThrow(TypeError);
  });
});

describe('a verdict is given anew', () => {
  test('once the token has expired, leeway or not', () => {
    const judge = rememberVerdicts({ examine: verifying });
    const token = accessToken(context, { exp: context.now + 10 });
    ask(judge, token);
    expect(ask(judge, token, { now: context.now + 9.9 })).toMatchObject({ accepted: true });
    expect(verifying).toHaveBeenCalledTimes(1);
    expect(ask(judge, token, { now: context.now + 10 })).toMatchObject({ accepted: true });
    expect(verifying).toHaveBeenCalledTimes(2);
    expect(ask(judge, token, { now: context.now + 40 })).toMatchObject({ refusal: { check: 'expiry' } });
  });

  test('with another key set, so that a withdrawn key takes its verdicts along', async () => {
    const judge = rememberVerdicts({ examine: verifying });
    const token = accessToken(context);
    expect(ask(judge, token)).toMatchObject({ accepted: true });
    const without = await toKeySet([context.ec.publicJwk]);
    expect(ask(judge, token, { keys: without })).toMatchObject({ refusal: { check: 'key' } });
    expect(ask(judge, token)).toMatchObject({ accepted: true });
  });

  test('with other expectations', () => {
    const judge = rememberVerdicts({ examine: verifying });
    const token = accessToken(context);
    ask(judge, token);
    const others = { ...expectations, audiences: ['https://other.example'] };
    expect(ask(judge, token, { expectations: others })).toMatchObject({ refusal: { check: 'audience' } });
  });

  test.each([
    ['expired', { exp: 1 }, 'expiry'],
    ['not valid yet', { nbf: 4_000_000_000 }, 'not_before'],
    ['from the future', { iat: 4_000_000_000 }, 'issued_at'],
  ])('for one that was refused because it is %s: time may change that', (_name, claims, check) => {
    const judge = rememberVerdicts({ examine: verifying });
    const token = accessToken(context, claims);
    expect(ask(judge, token)).toMatchObject({ refusal: { check } });
    ask(judge, token);
    expect(verifying).toHaveBeenCalledTimes(2);
  });
});

describe('a refusal', () => {
  test('that time cannot change is remembered, and never becomes an acceptance', () => {
    const judge = rememberVerdicts({ examine: verifying });
    const token = accessToken(context, { aud: 'https://other.example' });
    for (let times = 0; times < 3; times++) expect(ask(judge, token)).toMatchObject({ accepted: false });
    expect(verifying).toHaveBeenCalledTimes(1);
  });

  test('of a token that was accepted with other keys is remembered too, and the other way round', async () => {
    const judge = rememberVerdicts({ examine: verifying });
    const token = accessToken(context);
    const others = await toKeySet([context.attacker.publicJwk]);
    ask(judge, token);
    ask(judge, token, { keys: others });
    expect(ask(judge, token, { keys: others })).toMatchObject({ refusal: { check: 'signature' } });
    expect(verifying).toHaveBeenCalledTimes(2);
    ask(judge, token);
    expect(ask(judge, token)).toMatchObject({ accepted: true });
    expect(verifying).toHaveBeenCalledTimes(3);
  });

  test.each([
    ['of an unknown kid', () => accessToken(context, {}, { header: { kid: 'unknown' } }), 'key'],
    ['that is opaque', () => 'opaque', 'form'],
    [
      'of an algorithm that is not accepted',
      () => accessToken(context, {}, { header: { alg: 'none' } }),
      'algorithm',
    ],
  ])('of a token %s is not remembered: it cost no signature', (_name, make, check) => {
    const judge = rememberVerdicts({ examine: verifying });
    const token = make();
    for (let times = 0; times < 2; times++) expect(ask(judge, token)).toMatchObject({ refusal: { check } });
    expect(verifying).toHaveBeenCalledTimes(2);
  });

  test('of 1,000 forgeries pushes no accepted token out, and no more of them are kept than allowed', () => {
    const judge = rememberVerdicts({ examine: verifying, accepted: 2, refused: 10 });
    const good = accessToken(context);
    ask(judge, good);
    const [header, , signature] = partsOf(good);
    const forgeries = Array.from(
      { length: 1_000 },
      (_, number) => `${header}.${encodePart({ number })}.${signature}`,
    );
    for (const forgery of forgeries) ask(judge, forgery);
    verifying.mockClear();
    ask(judge, good);
    for (const forgery of forgeries.slice(-10)) ask(judge, forgery);
    expect(verifying).not.toHaveBeenCalled();
    ask(judge, forgeries[0] ?? '');
    expect(verifying).toHaveBeenCalledTimes(1);
  });

  test('no more accepted tokens are kept than allowed', () => {
    const judge = rememberVerdicts({ examine: verifying, accepted: 2 });
    const tokens = ['a', 'b', 'c'].map((sub) => accessToken(context, { sub }));
    for (const token of tokens) ask(judge, token);
    verifying.mockClear();
    ask(judge, tokens[2] ?? '');
    expect(verifying).not.toHaveBeenCalled();
    ask(judge, tokens[0] ?? '');
    expect(verifying).toHaveBeenCalledTimes(1);
  });
});

describe('what is remembered leaves the memory', () => {
  const minute = 60_000;
  /** A memory whose clock is the timers' own. */
  const timed = (changes: Partial<VerdictCacheOptions> = {}) => {
    vi.useFakeTimers();
    return rememberVerdicts({ examine: verifying, clock: Date.now, ...changes });
  };
  afterEach(() => {
    vi.useRealTimers();
  });

  test('by itself, within a minute after the five for which it is kept', () => {
    const judge = timed();
    ask(judge, accessToken(context, { exp: context.now + 3_600 }));
    ask(judge, accessToken(context, { aud: 'https://other.example' }));
    expect(judge.held()).toBe(2);
    vi.advanceTimersByTime(5 * minute);
    expect(judge.held()).toBe(2);
    vi.advanceTimersByTime(minute);
    expect(judge.held()).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('with the token, where that ends sooner', () => {
    const judge = timed();
    ask(judge, accessToken(context, { exp: context.now + 60 }));
    vi.advanceTimersByTime(3 * minute);
    ask(judge, accessToken(context, { exp: context.now + 3_600 }));
    vi.advanceTimersByTime(2 * minute);
    expect(judge.held()).toBe(1);
    vi.advanceTimersByTime(5 * minute);
    expect(judge.held()).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('is verified anew after five minutes, however often it is asked for', () => {
    let now = 1_000_000;
    const judge = rememberVerdicts({ examine: verifying, clock: () => now });
    const token = accessToken(context, { exp: context.now + 3_600 });
    for (let asked = 0; asked < 10; asked++) {
      ask(judge, token);
      now += minute / 2;
    }
    expect(verifying).toHaveBeenCalledTimes(1);
    now += 1;
    ask(judge, token);
    expect(verifying).toHaveBeenCalledTimes(2);
  });

  test('is not kept at all where the token lives on leeway alone', () => {
    const judge = rememberVerdicts({ examine: verifying });
    expect(ask(judge, accessToken(context, { exp: context.now }))).toMatchObject({ accepted: true });
    expect(judge.held()).toBe(0);
  });

  test('keeps no process alive', () => {
    const unref = vi.spyOn(setTimeout(() => undefined, 0).constructor.prototype, 'unref');
    const judge = rememberVerdicts({ examine: verifying });
    ask(judge, accessToken(context));
    ask(judge, accessToken(context, { sub: 'b' }));
    expect(unref).toHaveBeenCalledTimes(1);
  });

  test('takes no more bytes than allowed, however few tokens that are', () => {
    const large = (sub: string) => accessToken(context, { sub, groups: 'x'.repeat(8_000) });
    const judge = rememberVerdicts({ examine: verifying, bytes: 100_000 });
    for (let person = 0; person < 20; person++) ask(judge, large(`user-${person}`));
    expect(judge.held()).toBe(4);
    for (let person = 0; person < 20; person++) ask(judge, accessToken(context, { sub: `user-${person}` }));
    expect(judge.held()).toBeGreaterThan(20);
  });
});
