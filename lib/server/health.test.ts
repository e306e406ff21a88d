import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type TestDatabase, testDatabase } from '../../test/db/database';
import { database } from './database';
import { health, healthSoon, Watch } from './health';
import { forgetPerProcess } from './per-process';
import { providerMetadata } from './provider';
import { verifier } from './verifier';

vi.mock('./database', () => ({ database: vi.fn() }));
vi.mock('./provider', () => ({ providerMetadata: vi.fn() }));
vi.mock('./verifier', () => ({ verifier: vi.fn() }));

const never = () => new Promise<never>(() => undefined);
const blank = {
  fetches: 1,
  failing: false,
  lastSuccess: undefined,
  lastFailure: undefined,
  lastError: undefined,
};

let store: TestDatabase;
let loadKeys: ReturnType<typeof vi.fn<() => Promise<unknown>>>;

/** A provider whose keys have been loaded once, or never. */
function provider({ loaded }: { loaded: boolean }): void {
  const state = { ...blank, lastSuccess: loaded ? 1 : undefined };
  vi.mocked(providerMetadata).mockReturnValue({ state: () => state } as never);
  vi.mocked(verifier).mockReturnValue({
    ready: loadKeys,
    state: () => ({ ...state, keys: loaded ? [{ kid: 'a' }] : [], ignored: [] }),
  } as never);
}

beforeEach(async () => {
  store = await testDatabase('sqlite');
  loadKeys = vi.fn(async () => undefined);
  vi.mocked(database).mockReset().mockResolvedValue(store.db);
  provider({ loaded: true });
  vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'] });
});
afterEach(async () => {
  vi.useRealTimers();
  forgetPerProcess('store-watch');
  await store.remove();
});

describe('whether the app is alive', () => {
  it('is answered from memory, though neither store nor provider ever answers', () => {
    vi.mocked(database).mockImplementation(never);
    loadKeys.mockImplementation(never);
    provider({ loaded: false });
    expect(health()).toMatchObject({
      ready: false,
      degraded: true,
      checks: { store: { status: 'unknown' } },
    });
    vi.advanceTimersByTime(1_000);
    expect(health().checks.store).toEqual({ status: 'failing' });
    expect(database).toHaveBeenCalledOnce();
  });

  it('starts the first load of keys, and finds out about the store for whoever asks next', async () => {
    expect(health().ready).toBe(false);
    expect(loadKeys).toHaveBeenCalledOnce();
    await vi.waitFor(() => expect(health()).toMatchObject({ ready: true, degraded: false }));
  });

  it('fails nobody where the keys cannot be loaded', () => {
    loadKeys.mockRejectedValue(new Error('down'));
    expect(() => health()).not.toThrow();
  });
});

describe('whether the app is ready', () => {
  it('waits for what is not known yet', async () => {
    expect(await healthSoon()).toMatchObject({ ready: true, checks: { store: { status: 'ok' } } });
  });

  it('waits for a second and no longer', async () => {
    vi.mocked(database).mockImplementation(never);
    let answer: unknown;
    void healthSoon().then((found) => {
      answer = found;
    });
    await vi.advanceTimersByTimeAsync(999);
    expect(answer).toBeUndefined();
    await vi.advanceTimersByTimeAsync(1);
    expect(answer).toMatchObject({ ready: false, checks: { store: { status: 'failing' } } });
  });

  it('is not, where keys have never been loaded', async () => {
    provider({ loaded: false });
    loadKeys.mockRejectedValue(new Error('down'));
    expect(await healthSoon()).toMatchObject({ ready: false, checks: { store: { status: 'ok' } } });
  });
});

describe('what is watched', () => {
  let now = 0;
  const asked = vi.fn<() => Promise<unknown>>();
  const watch = () => new Watch(asked, () => now);
  beforeEach(() => {
    now = 0;
    asked.mockReset().mockResolvedValue(undefined);
  });

  it('is asked once for all who want to know, and again after two seconds', async () => {
    const one = watch();
    await Promise.all([one.look(), one.look(), one.look()]);
    now = 1_999;
    await one.look();
    expect([asked.mock.calls.length, one.status()]).toEqual([1, 'ok']);
    now = 2_000;
    asked.mockRejectedValue(new Error('gone'));
    await one.look();
    expect([asked.mock.calls.length, one.status()]).toEqual([2, 'failing']);
  });

  it('keeps its word while it is asked again, until that takes too long', async () => {
    const one = watch();
    await one.look();
    now = 10_000;
    asked.mockImplementation(never);
    void one.look();
    now += 999;
    expect(one.status()).toBe('ok');
    now += 1;
    void one.look();
    expect([asked.mock.calls.length, one.status()]).toEqual([2, 'failing']);
  });
});
