import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { anotherProcess, gone, grantOf, live, refresherWith, spent } from '../../test/session/refresher';
import { type TestSessions, testSessions } from '../../test/session/sessions';
import type { SessionStore } from './store';

let sessions: TestSessions;
beforeEach(async () => {
  sessions = await testSessions();
});
afterEach(() => sessions.database.remove());

const stored = async (idHash: string) => (await sessions.live(idHash)).tokens;

describe('a lease that the store gave late', () => {
  /** The store takes its time to give the next leases. */
  function slowly(store: SessionStore, ...delays: number[]) {
    const take = store.leases.take.bind(store.leases);
    return vi.spyOn(store.leases, 'take').mockImplementation(async (...asked) => {
      const lease = await take(...asked);
      await sessions.clock.sleep(delays.shift() ?? 0);
      return lease;
    });
  }

  it.each([
    [0, 10_000],
    [3_000, 10_000],
    [4_000, 9_000],
    [8_000, 5_000],
  ])('after %i ms leaves %i ms for the call', async (delay, left) => {
    const { resolve, refresh, store } = refresherWith(sessions, grantOf());
    slowly(store, delay);
    const idHash = await sessions.begin();
    sessions.clock.passSeconds(300);
    await resolve(idHash);
    expect(refresh.mock.calls.map(([, { timeLimit }]) => timeLimit)).toEqual([left]);
  });

  it.each([8_001, 14_000])(
    'after %i ms is given back, and nobody asks with what is left of it',
    async (delay) => {
      const { clock } = sessions;
      const { refresher, refresh, store } = refresherWith(sessions, grantOf({ refresh_token: 'refresh-2' }));
      const take = slowly(store, delay);
      const idHash = await sessions.begin();
      clock.passSeconds(300);
      const session = live(await clock.until(refresher.resolve(idHash)));
      expect(session.tokens.refreshToken).toBe('refresh-2');
      expect(take).toHaveBeenCalledTimes(2);
      expect(refresh.mock.calls.map(([, { timeLimit }]) => timeLimit)).toEqual([10_000]);
    },
  );

  it('is not asked for again and again: a request that has waited for long is told to come back', async () => {
    const { clock } = sessions;
    const { refresher, refresh, store } = refresherWith(sessions, grantOf());
    const take = slowly(store, ...Array(20).fill(9_000));
    const idHash = await sessions.begin();
    clock.passSeconds(300);
    expect(await clock.until(refresher.resolve(idHash))).toMatchObject({ outcome: 'unavailable' });
    await clock.until(clock.sleep(60_000));
    expect(take.mock.calls.length).toBeLessThan(4);
    expect(refresh).not.toHaveBeenCalled();
  });

  it('never has two processes spend one refresh token', async () => {
    const { clock } = sessions;
    const first = refresherWith(sessions, grantOf({ refresh_token: 'refresh-2' }));
    first.refresh.mockImplementation(async (_refreshToken, { timeLimit }) => {
      await clock.sleep(timeLimit);
      return grantOf({ refresh_token: 'refresh-2' });
    });
    const second = anotherProcess(sessions, first.refresh);
    slowly(first.store, 8_000);
    const idHash = await sessions.begin();
    clock.passSeconds(300);
    const both = [first, second].map(({ refresher }) => refresher.resolve(idHash));
    const resolutions = await clock.until(Promise.all(both));
    expect(resolutions.map((resolution) => live(resolution).tokens.refreshToken)).toEqual([
      'refresh-2',
      'refresh-2',
    ]);
    expect(spent(first.refresh)).toEqual(['refresh-1']);
  });
});

describe('a token endpoint that is not known', () => {
  it('takes no lease, and is left alone like one in trouble', async () => {
    const { clock } = sessions;
    const { resolve, prepare, refresh, store, events } = refresherWith(sessions, grantOf());
    const take = vi.spyOn(store.leases, 'take');
    prepare.mockRejectedValue(new Error('https://id.example cannot be reached'));
    const idHash = await sessions.begin();
    clock.passSeconds(300);
    expect(await resolve(idHash)).toEqual({ outcome: 'unavailable', retryAfter: 4 });
    expect([prepare.mock.calls.length, take.mock.calls.length]).toEqual([3, 0]);
    expect(refresh).not.toHaveBeenCalled();
    expect(events()[0]).toEqual({ event: 'refresh_failed', reason: 'https://id.example cannot be reached' });
    const { renewal } = await sessions.live(idHash);
    expect(renewal).toEqual({ leasedFor: 0, pausedFor: 4_000, failures: 3 });
  });
});

describe('a process that is about to end', () => {
  it('begins no renewal: the old token is used while it is good, else the session is unavailable', async () => {
    const { clock } = sessions;
    const { resolve, refresh, work, store } = refresherWith(sessions, grantOf());
    const take = vi.spyOn(store.leases, 'take');
    const idHash = await sessions.begin();
    await work.stop(clock.sleep(15_000));
    clock.passSeconds(280);
    expect(live(await resolve(idHash)).tokens.accessToken).toBe('access-1');
    clock.passSeconds(20);
    expect(await resolve(idHash)).toEqual({ outcome: 'unavailable', retryAfter: 1 });
    expect(await resolve(idHash, { refusedToken: 'access-1' })).toMatchObject({ outcome: 'unavailable' });
    expect([take.mock.calls.length, refresh.mock.calls.length]).toEqual([0, 0]);
  });

  it('waits for a renewal under way, its write included, though nobody asks for it any more', async () => {
    const { clock } = sessions;
    const { refresher, refresh, work, store } = refresherWith(sessions, grantOf());
    vi.spyOn(store, 'replaceTokens').mockRejectedValueOnce(gone);
    refresh.mockImplementation(async () => {
      await clock.sleep(5_000);
      return grantOf({ refresh_token: 'refresh-2' });
    });
    const idHash = await sessions.begin();
    clock.passSeconds(280);
    void refresher.resolve(idHash);
    await vi.waitFor(() => expect(refresh).toHaveBeenCalled());
    await clock.until(work.stop(clock.sleep(15_000)));
    expect((await stored(idHash)).refreshToken).toBe('refresh-2');
  });

  it('gives a lease back that came after the word to stop', async () => {
    const { clock } = sessions;
    const { refresher, refresh, work, store } = refresherWith(sessions, grantOf());
    const take = store.leases.take.bind(store.leases);
    vi.spyOn(store.leases, 'take').mockImplementation(async (...asked) => {
      const lease = await take(...asked);
      void work.stop(clock.sleep(15_000));
      return lease;
    });
    const idHash = await sessions.begin();
    clock.passSeconds(300);
    expect(await clock.until(refresher.resolve(idHash))).toMatchObject({ outcome: 'unavailable' });
    expect((await sessions.live(idHash)).renewal.leasedFor).toBe(0);
    expect(refresh).not.toHaveBeenCalled();
  });
});
