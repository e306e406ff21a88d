import { describe, expect, test } from 'vitest';
import type { CachedDocument, Loaded } from '.';
import { cachedDocument } from './cached-document';
import { RemoteError } from './remote-error';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

const trouble = new RemoteError('unreachable', 'the provider is down', 'wait');

interface Pending {
  readonly previous: string | undefined;
  readonly resolve: (loaded: Loaded<string>) => void;
  readonly reject: (error: unknown) => void;
}

interface Bench {
  readonly document: CachedDocument<string>;
  readonly failures: Error[];
  /** Moves the clock on, in milliseconds. */
  pass(milliseconds: number): void;
  /** The one load under way. */
  load(): Pending;
  loading(): number;
  answer(value: string, maxAge?: number): Promise<void>;
  fail(error?: unknown): Promise<void>;
}

/** A document whose loads hang until the test lets them end. */
function bench({ maxAge = 600 } = {}): Bench {
  const pending: Pending[] = [];
  const failures: Error[] = [];
  let now = 1_800_000_000_000;
  const document = cachedDocument<string>({
    load: (previous) => new Promise((resolve, reject) => pending.push({ previous, resolve, reject })),
    clock: () => now,
    maxAge,
    onFailure: (error) => failures.push(error),
  });
  const load = () => {
    const one = pending.shift();
    if (!one) throw new Error('nothing is being loaded');
    return one;
  };
  return {
    document,
    failures,
    pass: (milliseconds) => {
      now += milliseconds;
    },
    load,
    loading: () => pending.length,
    async answer(value, age) {
      load().resolve({ value, maxAge: age });
      await turn();
    },
    async fail(error = trouble) {
      load().reject(error);
      await turn();
    },
  };
}

/** Lets everything run that is not waiting for the outside. */
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** What a promise has come to without waiting for it. */
async function soFar<T>(promise: Promise<T>): Promise<T | 'waiting' | { error: unknown }> {
  const settled = promise.catch((error: unknown) => ({ error }));
  return Promise.race([settled, turn().then(() => 'waiting' as const)]);
}

/** A bench that has loaded `first` already. */
async function warm(options?: { maxAge?: number; providerMaxAge?: number }): Promise<Bench> {
  const made = bench(options);
  const got = made.document.get();
  await made.answer('first', options?.providerMaxAge);
  expect(await got).toBe('first');
  return made;
}

describe('a cold document', () => {
  test('is loaded once for all who wait for it', async () => {
    const { document, answer, loading } = bench();
    const callers = Array.from({ length: 200 }, () => document.get());
    expect(loading()).toBe(1);
    await answer('first');
    expect(new Set(await Promise.all(callers))).toEqual(new Set(['first']));
    expect(document.state().fetches).toBe(1);
  });

  test('that cannot be loaded fails for all who wait, and once', async () => {
    const { document, fail, failures } = bench();
    const callers = Promise.allSettled(Array.from({ length: 50 }, () => document.get()));
    await fail();
    expect(new Set((await callers).map((one) => one.status === 'rejected' && one.reason))).toEqual(
      new Set([trouble]),
    );
    expect(failures).toEqual([trouble]);
  });

  test('is known to nobody: no value to peek at, nothing to wait for', () => {
    const { document } = bench();
    expect(document.peek()).toBeUndefined();
    expect(document.retryAfter()).toBe(0);
    expect(document.state()).toEqual({
      fetches: 0,
      lastSuccess: undefined,
      lastFailure: undefined,
      lastError: undefined,
      failing: false,
    });
  });
});

describe('a known document', () => {
  test('is not loaded again before half of its time', async () => {
    const { document, pass, loading } = await warm();
    pass(300 * second - 1);
    expect(await document.get()).toBe('first');
    expect(loading()).toBe(0);
  });

  test('is renewed from half of its time, once, and nobody waits for that', async () => {
    const { document, pass, loading, answer, load } = await warm();
    pass(300 * second);
    expect(await Promise.all([document.get(), document.get(), document.get()])).toEqual(
      Array(3).fill('first'),
    );
    expect(loading()).toBe(1);
    await answer('second');
    expect(await document.get()).toBe('second');
    expect(load).toThrow('nothing is being loaded');
  });

  test('is waited for when its time is over', async () => {
    const { document, pass, answer } = await warm();
    pass(600 * second);
    const got = document.get();
    expect(await soFar(got)).toBe('waiting');
    await answer('second');
    expect(await got).toBe('second');
  });

  test('is handed to the next load, so that it may stay the same', async () => {
    const { document, load } = await warm();
    document.reload().catch(() => undefined);
    expect(load().previous).toBe('first');
  });

  test.each([
    ['what its provider says', 600, 1_000, 1_000],
    ['the setting where its provider says nothing', 600, undefined, 600],
    ['a minute where its provider says less', 600, 5, 60],
    ['a minute where its provider says 0', 600, 0, 60],
    ['a day where its provider says more', 600, 1e9, 86_400],
    ['a minute where the setting is less', 1, undefined, 60],
    ['a day where the setting is more', 1e9, undefined, 86_400],
  ])('is fresh for %s', async (_name, maxAge, providerMaxAge, seconds) => {
    const { document, pass, loading } = await warm({ maxAge, providerMaxAge });
    pass((seconds * second) / 2 - 1);
    await document.get();
    expect(loading()).toBe(0);
    pass(1);
    expect(await soFar(document.get())).toBe('first');
    expect(loading()).toBe(1);
    pass((seconds * second) / 2);
    expect(await soFar(document.get())).toBe('waiting');
  });
});

describe('after a failed load', () => {
  test('the pauses are 1 s, doubling to 60 s, and a success ends them', async () => {
    const { document, pass, fail, answer, loading } = bench();
    const pauses: number[] = [];
    for (let attempt = 0; attempt < 9; attempt++) {
      const got = soFar(document.get());
      await fail();
      await got;
      const pause = document.retryAfter();
      pauses.push(pause);
      pass(pause * second - 1);
      expect(await soFar(document.get())).toEqual({ error: trouble });
      expect(loading()).toBe(0);
      pass(1);
      expect(document.retryAfter()).toBe(0);
    }
    expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
    const got = document.get();
    await answer('first');
    expect(await got).toBe('first');
    expect(document.retryAfter()).toBe(0);
    const renewed = document.reload().catch(() => 'failed');
    await fail();
    expect(await renewed).toBe('failed');
    expect(document.retryAfter()).toBe(1);
  });

  test('whoever makes pauses of its own waits for none here, but gets what is known', async () => {
    const { document, fail, answer, pass } = bench();
    const first = soFar(document.get({ ownPauses: true }));
    await fail();
    await first;
    const second = document.get({ ownPauses: true });
    expect(await soFar(document.get())).toBe('waiting');
    await answer('first');
    expect(await second).toBe('first');
    pass(600_000);
    const stale = document.get({ ownPauses: true });
    await fail();
    expect([await stale, await soFar(document.get({ ownPauses: true }))]).toEqual(['first', 'first']);
  });

  test('whoever waited for it still gets what is known', async () => {
    const { document, pass, fail } = await warm();
    pass(600 * second);
    const got = document.get();
    await fail();
    expect(await got).toBe('first');
  });

  test('nobody waits any more as long as something usable is known, even for a provider that hangs', async () => {
    const { document, pass, fail, loading } = await warm();
    pass(600 * second);
    const got = document.get();
    await fail();
    await got;
    pass(500);
    expect(await soFar(document.get())).toBe('first');
    expect(loading()).toBe(0);
    pass(500);
    expect(await soFar(document.get())).toBe('first');
    expect(loading()).toBe(1);
    expect(await soFar(document.get())).toBe('first');
    expect(loading()).toBe(1);
  });

  test('in the background nothing breaks, and what is known stays', async () => {
    const { document, pass, fail, failures } = await warm();
    pass(300 * second);
    await document.get();
    await fail();
    expect(failures).toEqual([trouble]);
    expect(await document.get()).toBe('first');
  });

  test('a known document is usable for 24 hours since it was loaded, and not a moment longer', async () => {
    const { document, pass, fail } = await warm();
    pass(600 * second);
    const got = document.get();
    await fail();
    await got;
    pass(24 * hour - 600 * second - 1);
    expect(await soFar(document.get())).toBe('first');
    await fail();
    pass(1);
    expect(await soFar(document.get())).toEqual({ error: trouble });
    expect(document.peek()).toBe('first');
  });

  test('a document that is too old is waited for again, and comes back to life', async () => {
    const { document, pass, answer } = await warm();
    pass(25 * hour);
    const got = document.get();
    expect(await soFar(got)).toBe('waiting');
    await answer('second');
    expect(await got).toBe('second');
  });

  test('a document that is too old fails with the load that was to replace it', async () => {
    const { document, pass, fail } = await warm();
    pass(25 * hour);
    const got = soFar(document.get());
    await fail();
    expect(await document.get().catch((error: unknown) => error)).toBe(trouble);
    await got;
  });

  test('a load that failed in another way counts as trouble of the provider', async () => {
    const { document, fail, failures } = bench();
    const got = document.get().catch((error: unknown) => error);
    await fail(new RangeError('too deep'));
    expect(await got).toMatchObject({
      name: 'RemoteError',
      code: 'malformed',
      message: 'RangeError: too deep',
    });
    expect(failures).toHaveLength(1);
  });

  test('a load that throws before it begins counts as well', async () => {
    const document = cachedDocument<string>({
      load: () => {
        throw trouble;
      },
      clock: () => 0,
      maxAge: 600,
    });
    await expect(document.get()).rejects.toBe(trouble);
    expect(document.state()).toMatchObject({ failing: true, fetches: 1 });
  });
});

describe('a reload', () => {
  test('shares the load that is under way', async () => {
    const { document, answer, loading } = bench();
    const got = [document.get(), document.reload(), document.reload()];
    expect(loading()).toBe(1);
    await answer('first');
    expect(await Promise.all(got)).toEqual(['first', 'first', 'first']);
  });

  test('waits for no pause, and rejects where it fails although a value is known', async () => {
    const { document, fail } = await warm();
    const first = document.reload().catch((error: unknown) => error);
    await fail();
    expect(await first).toBe(trouble);
    const second = document.reload().catch((error: unknown) => error);
    await fail();
    expect(await second).toBe(trouble);
    expect(await document.get()).toBe('first');
  });
});

test('the state tells when, what and how often', async () => {
  const { document, pass, fail, answer } = await warm();
  const start = 1_800_000_000_000;
  expect(document.state()).toMatchObject({ fetches: 1, lastSuccess: start, failing: false });
  pass(10 * second);
  document.reload().catch(() => undefined);
  await fail();
  expect(document.state()).toEqual({
    fetches: 2,
    lastSuccess: start,
    lastFailure: start + 10 * second,
    lastError: trouble,
    failing: true,
  });
  pass(minute);
  document.reload().catch(() => undefined);
  await answer('second');
  expect(document.state()).toMatchObject({
    fetches: 3,
    lastSuccess: start + 70 * second,
    lastError: trouble,
    failing: false,
  });
});

describe('where something suffices without a load', () => {
  const withFallback = () => {
    let now = 1_800_000_000_000;
    const loads: { resolve: (value: string) => void; reject: (error: Error) => void }[] = [];
    const failures: Error[] = [];
    const document = cachedDocument<string>({
      load: () =>
        new Promise((resolve, reject) => {
          loads.push({ resolve: (value) => resolve({ value, maxAge: undefined }), reject });
        }),
      clock: () => now,
      maxAge: 600,
      fallback: 'by hand',
      onFailure: (error) => failures.push(error),
    });
    return { document, loads, failures, pass: (ms: number) => (now += ms) };
  };
  const settled = () => new Promise((resolve) => setImmediate(resolve));

  test('nobody waits, and a load is tried in the background', async () => {
    const { document, loads } = withFallback();
    expect(document.peek()).toBe('by hand');
    expect(await document.get()).toBe('by hand');
    expect(loads).toHaveLength(1);
    loads[0]?.resolve('discovered');
    await settled();
    expect(await document.get()).toBe('discovered');
    expect(document.peek()).toBe('discovered');
  });

  test('that loads fail is no outage, is told once, and is tried again ever more rarely', async () => {
    const { document, loads, failures, pass } = withFallback();
    for (let pause = 1; pause <= 1_024; pause *= 2) {
      expect(await document.get()).toBe('by hand');
      loads.at(-1)?.reject(trouble);
      await settled();
      pass(Math.min(pause, 600) * second - 1);
      const before = loads.length;
      await document.get();
      expect(loads).toHaveLength(before);
      pass(1);
    }
    expect(failures).toEqual([trouble]);
    expect(document.state()).toMatchObject({ failing: false, lastError: trouble });
  });

  test('what was loaded and is too old makes way for it', async () => {
    const { document, loads, pass } = withFallback();
    await document.get();
    loads[0]?.resolve('discovered');
    await settled();
    pass(24 * hour - 1);
    expect(await document.get()).toBe('discovered');
    pass(1);
    expect(await document.get()).toBe('by hand');
  });
});
