import { beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { testSettings } from '../../test/provider/settings';
import {
  type Behaviour,
  discoveryPath,
  jwksPath,
  type KeyServer,
  startKeyServer,
} from '../../test/token/key-server';
import { rememberVerdicts } from '../../test/token/remember-verdicts';
import {
  accessToken,
  encodePart,
  expectationsOf,
  headerOf,
  newSigner,
  newTokenContext,
  type Signer,
  type TokenContext,
} from '../../test/token/tokens';
import { discover } from '../provider/discovery';
import { cachedDocument, type Fetch } from '../remote';
import { examine } from './examine';
import type { Expectations } from './expected';
import { keySetCache, verdictBy } from './key-set-cache';
import type { KeySetCache, KeySetCacheOptions } from './keys';
import type { Verdict } from './verifier';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

let context: TokenContext;
let expectations: Expectations;
/** Not published at first; the same `kid` as the provider's EdDSA key. */
let successor: Signer;
/** Not published at first; a `kid` of its own. */
let rotated: Signer;
let server: KeyServer;
let now: number;

beforeAll(async () => {
  context = await newTokenContext();
  expectations = expectationsOf(context);
  successor = await newSigner('EdDSA', context.ed.kid);
  rotated = await newSigner('EdDSA', 'ed-2');
});

beforeEach(async () => {
  now = context.now * second;
  server = await startKeyServer(context.published);
  return () => server.close();
});

const pass = (milliseconds: number) => {
  now += milliseconds;
};

const newCache = (changes: Partial<KeySetCacheOptions> = {}) =>
  keySetCache({
    fetch,
    clock: () => now,
    jwksUri: () => Promise.resolve(server.jwksUri),
    maxAge: 600,
    ...changes,
  });

/** A cache that has to discover first where the keys are, as the app's own does. */
function newDiscoveringCache() {
  const settings = testSettings({ issuer: server.origin });
  const load = () => discover(fetch, settings);
  const metadata = cachedDocument({ load, clock: () => now, maxAge: 600 });
  const jwksUri = async () => (await metadata.get({ ownPauses: true })).jwks_uri;
  return { metadata, cache: newCache({ jwksUri }) };
}

/** A cache that has loaded the provider's keys already. */
async function warmCache(): Promise<KeySetCache> {
  const cache = newCache();
  await cache.current();
  expect(server.requests()).toBe(1);
  return cache;
}

/** Judges a token as the app does. @returns `accepted`, `unavailable` or the check that refused it */
async function judged(cache: KeySetCache, token: string, verifying = examine): Promise<string> {
  const judgement = await judgementOf(cache, token, verifying);
  return judgement.outcome === 'refused' ? judgement.refusal.check : judgement.outcome;
}

function judgementOf(cache: KeySetCache, token: string, verifying = examine): Promise<Verdict<unknown>> {
  return verdictBy(cache, (keys) => {
    const verdict = verifying({ token, keys, expectations, now: context.now });
    return verdict.accepted ? { accepted: true, token: verdict.token } : verdict;
  });
}

const signedBy = (signer: Signer) => accessToken(context, {}, { signer });

/** A token with a `kid` nobody knows; its claims and its signature are never looked at. */
const withKid = (kid: string) => `${encodePart(headerOf(context.ed, { kid }))}.e30.AAAA`;

const strangers = (count: number) => Array.from({ length: count }, (_, index) => withKid(`unknown-${index}`));

/** Judges tokens by the hundred, as they come in over many connections. @returns what they came to, each once */
async function flooded(cache: KeySetCache, tokens: readonly string[]): Promise<Set<string>> {
  const outcomes = new Set<string>();
  for (let from = 0; from < tokens.length; from += 100) {
    const some = tokens.slice(from, from + 100);
    for (const outcome of await Promise.all(some.map((token) => judged(cache, token)))) outcomes.add(outcome);
  }
  return outcomes;
}

const kidsOf = (cache: KeySetCache) => cache.state().keys.map(({ kid }) => kid);

/** Lets the server misbehave; one that hangs is given up after a few milliseconds instead of seconds. */
function spoil(behaviour: Behaviour) {
  server.behaviour = behaviour;
  if (behaviour !== 'hung' && behaviour !== 'stalled') return;
  const real = AbortSignal.timeout.bind(AbortSignal);
  vi.spyOn(AbortSignal, 'timeout').mockImplementation(() => real(50));
}

function heal() {
  server.behaviour = 'normal';
  vi.restoreAllMocks();
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('a cold cache', () => {
  test('makes one fetch for 200 callers, who all get the same keys', async () => {
    const cache = newCache();
    const sets = await Promise.all(Array.from({ length: 200 }, () => cache.current()));
    expect(new Set(sets).size).toBe(1);
    expect(server.requests()).toBe(1);
  });

  test('makes one discovery and one key-set fetch for 200 callers', async () => {
    const { cache } = newDiscoveringCache();
    const token = signedBy(context.ed);
    const outcomes = await Promise.all(Array.from({ length: 200 }, () => judged(cache, token)));
    expect(new Set(outcomes)).toEqual(new Set(['accepted']));
    expect(server.requests(discoveryPath)).toBe(1);
    expect(server.requests(jwksPath)).toBe(1);
  });

  test.each(['slow', 'redirect_same_origin'] as const)(
    'is filled by a provider that is %s',
    async (behaviour) => {
      spoil(behaviour);
      expect(await judged(newCache(), signedBy(context.ed))).toBe('accepted');
    },
  );

  test.each([
    ...(['down', 'error', 'html', 'empty', 'truncated', 'hung', 'stalled'] as const),
    ...(['redirect_other_origin', 'redirect_loop', 'huge'] as const),
  ])(
    'of a provider that is %s makes a token unjudgeable, and judges it when the provider is well again',
    async (behaviour) => {
      const cache = newCache();
      spoil(behaviour);
      expect(await judged(cache, signedBy(context.ed))).toBe('unavailable');
      expect(await judged(cache, 'opaque')).toBe('form');
      expect(cache.retryAfter()).toBe(1);
      heal();
      expect(await judged(cache, signedBy(context.ed))).toBe('unavailable');
      pass(second);
      expect(await judged(cache, signedBy(context.ed))).toBe('accepted');
      expect(cache.state()).toMatchObject({
        failing: false,
        lastError: { message: expect.stringContaining(server.origin) },
      });
    },
  );

  test('of a provider that is down is filled after its own pause, whatever pause discovery makes', async () => {
    const { cache, metadata } = newDiscoveringCache();
    spoil('down');
    // People who open the sign-in page meanwhile make discovery's pauses grow to a minute.
    for (let round = 0; round < 8; round++) {
      await metadata.get().catch(() => undefined);
      pass(metadata.retryAfter() * second);
    }
    await metadata.get().catch(() => undefined);
    expect(metadata.retryAfter()).toBe(60);
    expect(await judged(cache, signedBy(context.ed))).toBe('unavailable');
    heal();
    pass(cache.retryAfter() * second);
    expect(now).toBeLessThan(context.now * second + 200 * second);
    expect(await judged(cache, signedBy(context.ed))).toBe('accepted');
  });

  test('of a provider that is down is asked no more often for a flood than its pauses allow', async () => {
    const cache = newCache();
    spoil('down');
    for (let elapsed = 0; elapsed < 60; elapsed++) {
      expect(await flooded(cache, strangers(50))).toEqual(new Set(['unavailable']));
      pass(second);
    }
    // At 0, 1, 3, 7, 15 and 31 s.
    expect(server.requests()).toBe(6);
  });

  test('of a provider whose address cannot be had is in trouble too', async () => {
    const cache = newCache({ jwksUri: () => Promise.reject(new Error('no discovery')) });
    await expect(cache.current()).rejects.toMatchObject({ name: 'RemoteError' });
    expect(server.requests()).toBe(0);
  });
});

describe('a warm cache', () => {
  test('asks nobody while it is fresh', async () => {
    const cache = await warmCache();
    pass(299 * second);
    for (let round = 0; round < 50; round++)
      expect(await judged(cache, signedBy(context.ed))).toBe('accepted');
    expect(server.requests()).toBe(1);
  });

  test('keeps the same keys when the document has not changed', async () => {
    const cache = await warmCache();
    const before = await cache.current();
    pass(600 * second);
    expect(await cache.current()).toBe(before);
    expect(server.requests()).toBe(2);
  });

  test('stays fresh for as long as the provider says', async () => {
    server.cacheControl = 'public, max-age=3600';
    const cache = await warmCache();
    pass(1_799 * second);
    await cache.current();
    expect(server.requests()).toBe(1);
    pass(1_801 * second);
    await cache.current();
    expect(server.requests()).toBe(2);
  });

  test.each([
    ...(['down', 'error', 'html', 'empty', 'truncated', 'hung', 'stalled'] as const),
    ...(['redirect_other_origin', 'redirect_loop', 'huge'] as const),
  ])('of a provider that is %s keeps its keys for 24 hours, and not longer', async (behaviour) => {
    const cache = await warmCache();
    const before = await cache.current();
    spoil(behaviour);
    pass(601 * second);
    expect(await cache.current()).toBe(before);
    expect(cache.state()).toMatchObject({
      failing: true,
      lastError: { message: expect.stringContaining(server.jwksUri) },
    });
    pass(23 * hour);
    expect(await judged(cache, signedBy(context.ed))).toBe('accepted');
    pass(hour);
    expect(await judged(cache, signedBy(context.ed))).toBe('unavailable');
    heal();
    pass(minute);
    expect(await judged(cache, signedBy(context.ed))).toBe('accepted');
  });

  test.each([
    [{}],
    [{ keys: {} }],
    [{ keys: null }],
    [[]],
    [null],
    ['keys'],
    [{ keys: Array(1_001).fill({}) }],
  ])('takes nothing that is not a JWK set: %j', async (document) => {
    const answer = vi.fn<Fetch>(() => Promise.resolve(Response.json(document)));
    const cache = newCache({ fetch: answer });
    await expect(cache.current()).rejects.toMatchObject({
      code: 'malformed',
      message: expect.stringMatching(/is not a JWK set/),
    });
  });

  test('survives a document that is nested deeper than a stack', async () => {
    const deep = `{"keys":[${'['.repeat(100_000)}${']'.repeat(100_000)}]}`;
    const cache = newCache({ fetch: () => Promise.resolve(new Response(deep)) });
    await expect(cache.current()).rejects.toMatchObject({ name: 'RemoteError' });
  });

  test('is not spoilt by one unusable key among good ones', async () => {
    server.keys = [null, { kty: 'EC' }, { kty: { toString: 0 } }, ...context.published];
    const cache = newCache();
    expect(await judged(cache, signedBy(context.ed))).toBe('accepted');
    expect(cache.state().ignored).toHaveLength(5);
  });
});

describe.each<[string, unknown[]]>([
  ['no keys', []],
  ['unusable keys only', [{ kty: 'oct', k: 'AAAA', kid: 'ed-1' }, null, 7]],
])('a provider that withdraws its keys and publishes %s', (_name, keys) => {
  /** A cache whose provider has just withdrawn its keys, and which has noticed. */
  async function emptied() {
    const onEmptied = vi.fn<(error: Error) => void>();
    const cache = newCache({ onEmptied });
    const verifying = rememberVerdicts({ examine });
    expect(await judged(cache, signedBy(context.ed), verifying)).toBe('accepted');
    server.keys = keys;
    pass(601 * second);
    return { cache, verifying, onEmptied };
  }

  test('is believed: nothing is judged any more, by old keys or as the fault of a token', async () => {
    const { cache, verifying } = await emptied();
    expect(await judged(cache, signedBy(context.ed), verifying)).toBe('unavailable');
    expect(await judged(cache, signedBy(successor), verifying)).toBe('unavailable');
    expect(await judged(cache, withKid('unknown'), verifying)).toBe('unavailable');
    expect(await judged(cache, 'opaque', verifying)).toBe('form');
    await expect(cache.current()).rejects.toMatchObject({ name: 'RemoteError', code: 'malformed' });
  });

  test('is noticed in the background too, and by a token whose key is looked for', async () => {
    const cache = await warmCache();
    server.keys = keys;
    expect(await judged(cache, withKid('unknown'))).toBe('unavailable');
    expect(await judged(cache, signedBy(context.ed))).toBe('unavailable');
    const other = newCache();
    server.keys = context.published;
    await other.current();
    server.keys = keys;
    pass(300 * second);
    expect(await judged(other, signedBy(context.ed))).toBe('accepted');
    await vi.waitFor(() => expect(other.state().emptied).toBe(true));
    expect(await judged(other, signedBy(context.ed))).toBe('unavailable');
  });

  test('is not taken at its word about a bad signature by a key that was withdrawn meanwhile', async () => {
    const cache = await warmCache();
    server.keys = keys;
    expect(await judged(cache, signedBy(successor))).toBe('unavailable');
  });

  test('is asked again every 30 s, by all who ask together, and whoever waits is told how long', async () => {
    const { cache } = await emptied();
    const tokens = Array.from({ length: 50 }, () => judged(cache, signedBy(context.ed)));
    expect(new Set(await Promise.all(tokens))).toEqual(new Set(['unavailable']));
    expect(server.requests()).toBe(2);
    pass(10 * second);
    expect(await judgementOf(cache, signedBy(context.ed))).toEqual({
      outcome: 'unavailable',
      retryAfter: 20,
      reason: expect.any(String),
    });
    expect(server.requests()).toBe(2);
    server.keys = [rotated.publicJwk];
    pass(20 * second);
    const judgements = [signedBy(rotated), signedBy(context.ed)].map((token) => judged(cache, token));
    expect(await Promise.all(judgements)).toEqual(['accepted', 'key']);
    expect(cache.state()).toMatchObject({ failing: false, emptied: false });
  });

  test('heals neither while it is down nor by its old keys', async () => {
    const { cache } = await emptied();
    expect(await judged(cache, signedBy(context.ed))).toBe('unavailable');
    server.behaviour = 'down';
    for (const pause of [31 * second, hour, 23 * hour]) {
      pass(pause);
      expect(await judged(cache, signedBy(context.ed))).toBe('unavailable');
    }
  });

  test('is what an operator sees and hears of at every look', async () => {
    const { cache, onEmptied } = await emptied();
    await cache.current().catch(() => undefined);
    const reason = expect.stringContaining('has no usable key');
    expect(cache.state()).toMatchObject({
      ...{ failing: true, emptied: true, lastFailure: now, lastError: { message: reason }, keys: [] },
      ignored: keys.map(() => expect.anything()),
    });
    pass(30 * second);
    await cache.current().catch(() => undefined);
    expect(onEmptied.mock.calls.map(([{ message }]) => message)).toEqual([reason, reason]);
  });

  test('from the first day on has nothing to be judged by', async () => {
    server.keys = keys;
    const cache = newCache();
    expect(await judgementOf(cache, signedBy(context.ed))).toEqual({
      outcome: 'unavailable',
      retryAfter: 30,
      reason: expect.any(String),
    });
    expect(server.requests()).toBe(1);
  });
});

describe('a token with an unknown kid', () => {
  test('costs at most one fetch per 30 s, for 10,000 kids together, and is refused', async () => {
    const cache = await warmCache();
    const flood = strangers(10_000);
    expect(await flooded(cache, flood)).toEqual(new Set(['key']));
    expect(server.requests()).toBe(2);
    pass(30 * second - 1);
    await judged(cache, withKid('one-more'));
    expect(server.requests()).toBe(2);
    pass(1);
    await Promise.all(flood.slice(0, 100).map((token) => judged(cache, token)));
    expect(server.requests()).toBe(3);
  });

  test('costs no more while the provider is down, signs nobody out, and cannot be judged', async () => {
    const cache = await warmCache();
    server.behaviour = 'down';
    for (let round = 0; round < 100; round++) {
      expect(await judged(cache, withKid(`unknown-${round}`))).toBe('unavailable');
    }
    expect(server.requests()).toBe(2);
    expect(await judged(cache, signedBy(context.ed))).toBe('accepted');
    expect(kidsOf(cache)).toContain('ed-1');
    heal();
    pass(30 * second);
    expect(await judged(cache, withKid('unknown'))).toBe('key');
    expect(server.requests()).toBe(3);
  });

  test('delays no token with a known key while the look for it hangs', async () => {
    const cache = await warmCache();
    server.behaviour = 'hung';
    let looking = true;
    const unknown = judged(cache, withKid('unknown')).finally(() => {
      looking = false;
    });
    await vi.waitFor(() => expect(server.requests()).toBe(2));
    for (let round = 0; round < 20; round++)
      expect(await judged(cache, signedBy(context.ed))).toBe('accepted');
    expect(looking).toBe(true);
    server.release();
    expect(await unknown).toBe('key');
    expect(server.requests()).toBe(2);
  });

  test('that comes while 500 wait for a provider that hangs is told to ask again at once', async () => {
    const cache = await warmCache();
    server.behaviour = 'hung';
    const settled: string[] = [];
    const flood = strangers(2_000).map((token) =>
      judged(cache, token).then((outcome) => settled.push(outcome)),
    );
    await vi.waitFor(() => expect(settled).toHaveLength(1_500));
    expect(new Set(settled)).toEqual(new Set(['unavailable']));
    expect(cache.retryAfter(await cache.current())).toBe(1);
    await vi.waitFor(() => expect(server.requests()).toBe(2));
    heal();
    server.release();
    await Promise.all(flood);
    expect(settled.filter((outcome) => outcome === 'key')).toHaveLength(500);
    // Nobody holds a place for ever: the next look is waited for again.
    pass(30 * second);
    expect(await flooded(cache, strangers(1_000))).toEqual(new Set(['key']));
    expect(server.requests()).toBe(3);
  });

  test('that cannot be judged is told to come back when the provider is asked next', async () => {
    const cache = await warmCache();
    spoil('down');
    expect(await judgementOf(cache, withKid('unknown'))).toEqual({
      outcome: 'unavailable',
      retryAfter: 30,
      reason: expect.any(String),
    });
    pass(12 * second);
    expect(await judgementOf(cache, withKid('unknown'))).toEqual({
      outcome: 'unavailable',
      retryAfter: 18,
      reason: expect.any(String),
    });
    expect(server.requests()).toBe(2);
  });

  test.each(['normal', 'down', 'huge'] as const)(
    'among a flood that never ends costs one fetch per 30 s while the provider is %s, and delays nobody',
    async (behaviour) => {
      const cache = await warmCache();
      spoil(behaviour);
      const forgery = signedBy(successor);
      for (let elapsed = 0; elapsed < 600; elapsed++) {
        const forged = [...strangers(10), forgery].map((token) => judged(cache, token));
        expect(await judged(cache, signedBy(context.ed))).toBe('accepted');
        expect(new Set(await Promise.all(forged))).toEqual(
          new Set([behaviour === 'normal' ? 'key' : 'unavailable', 'signature']),
        );
        pass(second);
      }
      expect(server.requests()).toBe(1 + 600 / 30);
      heal();
      expect(await judged(cache, withKid('unknown'))).toBe('key');
    },
  );

  test('finds a key that was published since', async () => {
    const cache = await warmCache();
    server.keys = [...context.published, rotated.publicJwk];
    expect(await judged(cache, signedBy(rotated))).toBe('accepted');
    expect(await judged(cache, signedBy(context.ed))).toBe('accepted');
    expect(server.requests()).toBe(2);
  });

  test('finds a key that was published a moment after the last look, one cooldown later', async () => {
    const cache = await warmCache();
    await judged(cache, withKid('unknown'));
    server.keys = [...context.published, rotated.publicJwk];
    expect(await judged(cache, signedBy(rotated))).toBe('key');
    pass(30 * second);
    expect(await judged(cache, signedBy(rotated))).toBe('accepted');
  });

  test('is judged by keys that arrived while it was judged by older ones', async () => {
    const cache = await warmCache();
    const before = await cache.current();
    server.keys = [...context.published, rotated.publicJwk];
    await judged(cache, signedBy(rotated));
    pass(30 * second);
    const newer = await cache.newerThan(before);
    expect(newer).toBe(await cache.current());
    expect(newer).not.toBe(before);
    expect(server.requests()).toBe(2);
  });

  test('takes part in a fetch that is under way anyway', async () => {
    const cache = await warmCache();
    pass(300 * second);
    server.behaviour = 'hung';
    await cache.current();
    await vi.waitFor(() => expect(server.requests()).toBe(2));
    const unknown = judged(cache, withKid('unknown'));
    await turn();
    server.release();
    expect(await unknown).toBe('key');
    expect(server.requests()).toBe(2);
  });
});

describe('a key', () => {
  test('that is withdrawn stops verifying after the next fetch', async () => {
    const cache = await warmCache();
    expect(await judged(cache, signedBy(context.ed))).toBe('accepted');
    server.keys = context.published.filter(({ kid }) => kid !== context.ed.kid);
    pass(600 * second);
    expect(await judged(cache, signedBy(context.ed))).toBe('key');
    expect(kidsOf(cache)).not.toContain('ed-1');
    expect(await judged(cache, signedBy(context.rsa))).toBe('accepted');
  });

  test('that is withdrawn stops verifying even where the fetch was caused by an unknown kid', async () => {
    const cache = await warmCache();
    server.keys = context.published.filter(({ kid }) => kid !== context.ed.kid);
    await judged(cache, withKid('unknown'));
    expect(await judged(cache, signedBy(context.ed))).toBe('key');
  });

  test('whose material changed under the same kid heals at once, and the old material is refused', async () => {
    const cache = await warmCache();
    server.keys = [successor.publicJwk];
    expect(await judged(cache, signedBy(successor))).toBe('accepted');
    expect(await judged(cache, signedBy(context.ed))).toBe('signature');
    expect(server.requests()).toBe(2);
  });

  test('that is withdrawn ends remembered verdicts at the next fetch, which is due at half of its time', async () => {
    const cache = await warmCache();
    const verifying = rememberVerdicts({ examine });
    const token = signedBy(context.ed);
    expect(await judged(cache, token, verifying)).toBe('accepted');
    server.keys = context.published.filter(({ kid }) => kid !== context.ed.kid);
    pass(300 * second - 1);
    expect(await judged(cache, token, verifying)).toBe('accepted');
    expect(server.requests()).toBe(1);
    pass(1);
    expect(await judged(cache, token, verifying)).toBe('accepted');
    await vi.waitFor(() => expect(kidsOf(cache)).not.toContain('ed-1'));
    expect(await judged(cache, token, verifying)).toBe('key');
  });

  test('whose material changed under the same kid heals within one cooldown though refusals are remembered', async () => {
    const cache = await warmCache();
    const verifying = rememberVerdicts({ examine });
    const [older, newer] = [signedBy(context.ed), signedBy(successor)];
    expect(await judged(cache, older, verifying)).toBe('accepted');
    expect(await judged(cache, newer, verifying)).toBe('signature');
    server.keys = [successor.publicJwk];
    pass(30 * second);
    expect(await judged(cache, newer, verifying)).toBe('accepted');
    expect(await judged(cache, older, verifying)).toBe('signature');
  });

  test('whose material changed a moment after the last look heals within one cooldown', async () => {
    const cache = await warmCache();
    expect(await judged(cache, signedBy(successor))).toBe('signature');
    server.keys = [successor.publicJwk];
    expect(await judged(cache, signedBy(successor))).toBe('signature');
    pass(30 * second);
    expect(await judged(cache, signedBy(successor))).toBe('accepted');
    expect(server.requests()).toBe(3);
  });
});

describe('forged tokens with a known kid', () => {
  test('cost at most one fetch per 30 s together', async () => {
    const cache = await warmCache();
    const forgery = signedBy(successor);
    const outcomes = await Promise.all(Array.from({ length: 200 }, () => judged(cache, forgery)));
    expect(new Set(outcomes)).toEqual(new Set(['signature']));
    expect(server.requests()).toBe(2);
  });

  test('are refused while the provider is down', async () => {
    const cache = await warmCache();
    server.behaviour = 'down';
    expect(await judged(cache, signedBy(successor))).toBe('signature');
    expect(await judged(cache, signedBy(context.ed))).toBe('accepted');
  });
});

describe('a look at the keys at hand', () => {
  test('asks nobody, whether there are any or none', async () => {
    const cold = newCache();
    expect([cold.peek(), server.requests()]).toEqual([undefined, 0]);
    const warm = await warmCache();
    expect([warm.peek(), server.requests(jwksPath)]).toEqual([await warm.current(), 1]);
  });
});

describe('what an operator sees', () => {
  test('of a cache that was never used is nothing', () => {
    const cache = newCache();
    expect(cache.state()).toEqual({
      ...{ fetches: 0, lastSuccess: undefined, lastFailure: undefined, lastError: undefined, failing: false },
      ...{ keys: [], ignored: [], emptied: false },
    });
    expect(cache.retryAfter()).toBe(1);
  });

  test('is each key with its algorithms, each ignored key with the reason, and no key material', async () => {
    const cache = await warmCache();
    const state = cache.state();
    expect(state).toEqual({
      fetches: 1,
      lastSuccess: now,
      lastFailure: undefined,
      lastError: undefined,
      failing: false,
      emptied: false,
      keys: [
        { kid: 'rsa-1', algorithms: ['RS256'] },
        { kid: 'pss-1', algorithms: ['PS256'] },
        { kid: 'ec-1', algorithms: ['ES256'] },
        { kid: 'ed-1', algorithms: ['EdDSA'] },
      ],
      ignored: [
        { kid: 'encryption-1', reason: 'use is enc' },
        { kid: 'weak-1', reason: 'RSA key shorter than 2048 bits' },
      ],
    });
  });

  test('is each failure once, as it happens', async () => {
    const failures: string[] = [];
    const cache = keySetCache({
      fetch,
      clock: () => now,
      jwksUri: () => Promise.resolve(server.jwksUri),
      maxAge: 600,
      onFailure: (error) => failures.push(error.message),
    });
    server.behaviour = 'error';
    await Promise.allSettled([cache.current(), cache.current()]);
    expect(failures).toEqual([`${server.jwksUri} answered 500`]);
  });

  test('is when to try again, as the pauses grow', async () => {
    const cache = newCache();
    server.behaviour = 'error';
    const pauses: number[] = [];
    for (let round = 0; round < 4; round++) {
      await cache.current().catch(() => undefined);
      pauses.push(cache.retryAfter());
      pass(cache.retryAfter() * second);
    }
    expect(pauses).toEqual([1, 2, 4, 8]);
  });
});
