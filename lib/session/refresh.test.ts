import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  anotherProcess,
  grantOf,
  live,
  refresherWith,
  refused,
  spent,
  tokenUntil,
  unavailable,
} from '../../test/session/refresher';
import { type TestSessions, testSessions, testTokens } from '../../test/session/sessions';

let sessions: TestSessions;
beforeEach(async () => {
  sessions = await testSessions();
});
afterEach(() => sessions.database.remove());

/** A promise, and the way to keep it. */
function gate() {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

const stored = async (idHash: string) => (await sessions.live(idHash)).tokens;

describe('resolving a session', () => {
  it('with a token that is good for now asks nobody', async () => {
    const { resolve, refresh } = refresherWith(sessions, grantOf());
    const idHash = await sessions.begin();
    sessions.clock.passSeconds(269);
    expect(live(await resolve(idHash)).tokens.accessToken).toBe('access-1');
    expect(refresh).not.toHaveBeenCalled();
  });

  it('that never was, or is over, is ended', async () => {
    const { resolve, refresh } = refresherWith(sessions, grantOf());
    expect(await resolve('nobody')).toEqual({ outcome: 'ended', reason: 'ended' });
    const idHash = await sessions.begin();
    sessions.clock.passSeconds(43_200);
    expect(await resolve(idHash)).toEqual({ outcome: 'ended', reason: 'expired' });
    expect(refresh).not.toHaveBeenCalled();
  });

  it('with a token that is due renews it and keeps everything new', async () => {
    const { clock } = sessions;
    clock.now += 123;
    const idHash = await sessions.begin();
    clock.passSeconds(270);
    const accessToken = tokenUntil(clock.seconds + 777);
    const { resolve, refresh, events } = refresherWith(
      sessions,
      grantOf({
        ...{ access_token: accessToken, refresh_token: 'refresh-2', id_token: 'id-2' },
        scope: 'openid example:note:create',
      }),
    );
    const session = live(await resolve(idHash));
    expect(session.tokens).toEqual({
      accessToken,
      refreshToken: 'refresh-2',
      idToken: 'id-2',
      // What the token says, not what the answer claims.
      accessTokenExpiresAt: clock.seconds + 777,
      obtainedAt: clock.seconds,
      scopes: ['openid', 'example:note:create'],
      name: 'Alice',
    });
    expect(await sessions.live(idHash)).toEqual({ ...session, lastUsedAt: clock.now });
    expect(session.version).toBe(2);
    expect(spent(refresh)).toEqual(['refresh-1']);
    expect(events()).toEqual([{ event: 'refreshed' }]);
  });

  it('with an answer that leaves out what has not changed keeps refresh token, ID token, scopes and name', async () => {
    const { resolve } = refresherWith(sessions, grantOf());
    const idHash = await sessions.begin();
    sessions.clock.passSeconds(280);
    expect(live(await resolve(idHash)).tokens).toMatchObject({
      accessToken: 'access-2',
      refreshToken: 'refresh-1',
      idToken: 'id-1',
      scopes: testTokens(sessions.clock).scopes,
      name: 'Alice',
    });
  });

  it('again and again spends each refresh token once', async () => {
    const answers = [2, 3, 4].map((n) =>
      grantOf({ access_token: `access-${n}`, refresh_token: `refresh-${n}` }),
    );
    const { resolve, refresh } = refresherWith(sessions, ...answers);
    const idHash = await sessions.begin();
    for (let round = 0; round < 3; round++) {
      sessions.clock.passSeconds(280);
      await resolve(idHash);
    }
    expect(spent(refresh)).toEqual(['refresh-1', 'refresh-2', 'refresh-3']);
    expect((await stored(idHash)).refreshToken).toBe('refresh-4');
  });

  it.each([
    ['says nothing of its life', { expires_in: undefined }, 60],
    ['tells its life in the answer alone', { expires_in: 120 }, 120],
  ])('with a new token that %s counts %s', async (_, changes, lifetime) => {
    const { resolve } = refresherWith(sessions, grantOf(changes));
    const idHash = await sessions.begin();
    sessions.clock.passSeconds(300);
    const { accessTokenExpiresAt } = live(await resolve(idHash)).tokens;
    expect(accessTokenExpiresAt).toBe(sessions.clock.seconds + lifetime);
  });

  it('with a new token that had expired already asks for another once a second, not at every request', async () => {
    const { clock } = sessions;
    const idHash = await sessions.begin();
    clock.passSeconds(300);
    const { resolve, refresh } = refresherWith(
      sessions,
      grantOf({ access_token: tokenUntil(clock.seconds - 1_000) }),
    );
    for (let request = 0; request < 5; request++) live(await resolve(idHash));
    expect(refresh).toHaveBeenCalledTimes(1);
    clock.passSeconds(1);
    live(await resolve(idHash));
    expect(refresh).toHaveBeenCalledTimes(2);
  });
});

describe('requests that arrive together', () => {
  it('share one renewal, all 200 of them', async () => {
    const { refresher, refresh } = refresherWith(sessions, grantOf({ refresh_token: 'refresh-2' }));
    const idHash = await sessions.begin();
    sessions.clock.passSeconds(300);
    const resolutions = await Promise.all(Array.from({ length: 200 }, () => refresher.resolve(idHash)));
    expect(new Set(resolutions.map((resolution) => live(resolution).tokens.accessToken))).toEqual(
      new Set(['access-2']),
    );
    expect(refresh).toHaveBeenCalledTimes(1);
  });

  it('while the token is still good do not wait for the one that renews it', async () => {
    const { refresher, refresh } = refresherWith(sessions, grantOf());
    const idHash = await sessions.begin();
    const { opened, open } = gate();
    refresh.mockImplementation(async () => {
      await opened;
      return grantOf();
    });
    sessions.clock.passSeconds(280);
    const first = refresher.resolve(idHash);
    // Once it is on its way.
    await vi.waitFor(() => expect(refresh).toHaveBeenCalled());
    expect(live(await refresher.resolve(idHash)).tokens.accessToken).toBe('access-1');
    open();
    expect(live(await first).tokens.accessToken).toBe('access-2');
    expect(refresh).toHaveBeenCalledTimes(1);
  });

  it('while the token is still good make one attempt together, not one each', async () => {
    const { refresher, store, refresh } = refresherWith(sessions, grantOf());
    const idHash = await sessions.begin();
    const takeLease = vi.spyOn(store.leases, 'take');
    sessions.clock.passSeconds(280);
    await Promise.all(Array.from({ length: 20 }, () => refresher.resolve(idHash)));
    expect(takeLease).toHaveBeenCalledTimes(1);
    expect(refresh).toHaveBeenCalledTimes(1);
  });

  it('of other sessions do not wait for it', async () => {
    const { refresher, refresh } = refresherWith(sessions, grantOf());
    const [slow, quick] = [
      await sessions.begin(testTokens(sessions.clock, { refreshToken: 'slow' })),
      await sessions.begin(testTokens(sessions.clock, { refreshToken: 'quick' })),
    ];
    const { opened, open } = gate();
    refresh.mockImplementation(async (token) => {
      if (token === 'slow') await opened;
      return grantOf();
    });
    sessions.clock.passSeconds(300);
    const waiting = refresher.resolve(slow);
    expect(live(await refresher.resolve(quick)).tokens.accessToken).toBe('access-2');
    open();
    expect(live(await waiting).tokens.accessToken).toBe('access-2');
  });

  it('and read the row before the renewal ended do not spend the old token afterwards', async () => {
    const { refresher, refresh, store } = refresherWith(sessions, grantOf({ refresh_token: 'refresh-2' }));
    const idHash = await sessions.begin();
    sessions.clock.passSeconds(300);
    const late = gate();
    const find = store.find.bind(store);
    // The late request has its row in hand, and goes on only when the other one has renewed it.
    vi.spyOn(store, 'find').mockImplementationOnce(async (hash) => {
      const row = await find(hash);
      await late.opened;
      return row;
    });
    const lateRequest = refresher.resolve(idHash);
    expect(live(await refresher.resolve(idHash)).tokens.refreshToken).toBe('refresh-2');
    late.open();
    expect(live(await lateRequest).tokens.refreshToken).toBe('refresh-2');
    expect(spent(refresh)).toEqual(['refresh-1']);
  });

  it('share a failure of the store, and the next one is not held up by it', async () => {
    const { refresher, store, refresh } = refresherWith(sessions, grantOf());
    const idHash = await sessions.begin();
    sessions.clock.passSeconds(300);
    vi.spyOn(store.leases, 'take').mockRejectedValueOnce(new Error('disk full'));
    const results = await Promise.allSettled([refresher.resolve(idHash), refresher.resolve(idHash)]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(live(await refresher.resolve(idHash)).tokens.accessToken).toBe('access-2');
    expect(refresh).toHaveBeenCalledTimes(1);
  });
});

describe('several processes', () => {
  it('of which 50 requests each arrive together spend the refresh token once, and all get the new tokens', async () => {
    const first = refresherWith(sessions, grantOf({ refresh_token: 'refresh-2' }));
    const others = [1, 2, 3].map(() => anotherProcess(sessions, first.refresh));
    const idHash = await sessions.begin();
    const { clock } = sessions;
    clock.passSeconds(300);
    first.refresh.mockImplementation(async () => {
      await clock.sleep(2_000);
      return grantOf({ refresh_token: 'refresh-2' });
    });
    const requests = [first, ...others].flatMap(({ refresher }) =>
      Array.from({ length: 50 }, () => refresher.resolve(idHash)),
    );
    const resolutions = await clock.until(Promise.all(requests));
    expect(new Set(resolutions.map((resolution) => live(resolution).tokens.refreshToken))).toEqual(
      new Set(['refresh-2']),
    );
    expect(spent(first.refresh)).toEqual(['refresh-1']);
  });

  it('do not wait for each other while the token is still good', async () => {
    const { refresher, refresh } = refresherWith(sessions, grantOf());
    const idHash = await sessions.begin();
    const { clock } = sessions;
    clock.passSeconds(280);
    refresh.mockImplementation(async () => {
      await clock.sleep(2_000);
      return grantOf();
    });
    const renewing = refresher.resolve(idHash);
    await vi.waitFor(() => expect(refresh).toHaveBeenCalled());
    const other = anotherProcess(sessions, refresh);
    expect(live(await other.refresher.resolve(idHash)).tokens.accessToken).toBe('access-1');
    expect(live(await clock.until(renewing)).tokens.accessToken).toBe('access-2');
    expect(refresh).toHaveBeenCalledTimes(1);
  });

  it('have the whole lease for the call itself: what must be known of the provider is asked for before', async () => {
    const { clock } = sessions;
    const { refresher, prepare, refresh } = refresherWith(sessions, grantOf());
    const idHash = await sessions.begin();
    clock.passSeconds(300);
    const leaseNow = async () => (await sessions.live(idHash)).renewal.leasedFor;
    prepare.mockImplementation(async () => {
      expect(await leaseNow()).toBe(0);
      await clock.sleep(9_000);
      return (call) => refresh(call.refreshToken, call);
    });
    refresh.mockImplementation(async (_refreshToken, { timeLimit }) => {
      expect([await leaseNow(), timeLimit]).toEqual([15_000, 10_000]);
      return grantOf();
    });
    expect(live(await clock.until(refresher.resolve(idHash))).tokens.accessToken).toBe('access-2');
  });

  it('are not blocked for longer than the lease by one that was killed in the middle of a renewal', async () => {
    const { clock } = sessions;
    const killed = refresherWith(sessions, grantOf());
    const idHash = await sessions.begin();
    clock.passSeconds(300);
    killed.refresh.mockImplementation(() => new Promise(() => undefined));
    void killed.refresher.resolve(idHash);
    await vi.waitFor(() => expect(killed.refresh).toHaveBeenCalled());
    const survivor = anotherProcess(
      sessions,
      vi.fn(async () => grantOf()),
    );
    const before = clock.now;
    expect(live(await survivor.resolve(idHash)).tokens.accessToken).toBe('access-2');
    expect(clock.now - before).toBeGreaterThan(14_000);
    expect(clock.now - before).toBeLessThan(16_000);
  });

  it('do not wait for ever for a lease without end', async () => {
    const { clock } = sessions;
    const { resolve, refresh, store } = refresherWith(sessions, grantOf());
    const idHash = await sessions.begin();
    clock.passSeconds(300);
    await store.leases.take(await sessions.live(idHash), 86_400_000);
    expect(await resolve(idHash)).toEqual({ outcome: 'unavailable', retryAfter: 5 });
    await clock.until(clock.sleep(1_000));
    const find = vi.spyOn(store, 'find');
    await clock.until(clock.sleep(60_000));
    expect(find).not.toHaveBeenCalled();
    expect(refresh).not.toHaveBeenCalled();
  });

  it('of which one wakes up after its lease does not overwrite what another has got meanwhile', async () => {
    const { clock } = sessions;
    const { opened, open } = gate();
    const asleep = refresherWith(sessions, grantOf());
    asleep.refresh.mockImplementation(async () => {
      await opened;
      return grantOf({ access_token: 'access-of-the-sleeper', refresh_token: 'refresh-of-the-sleeper' });
    });
    const idHash = await sessions.begin();
    clock.passSeconds(300);
    const waiting = asleep.refresher.resolve(idHash);
    await vi.waitFor(() => expect(asleep.refresh).toHaveBeenCalled());
    const awake = anotherProcess(
      sessions,
      vi.fn(async () => grantOf({ refresh_token: 'refresh-2' })),
    );
    await awake.resolve(idHash);
    open();
    expect(live(await waiting).tokens.refreshToken).toBe('refresh-2');
    expect((await stored(idHash)).refreshToken).toBe('refresh-2');
    // To revoke one of a family would end the other, too.
    expect(asleep.revoke).not.toHaveBeenCalled();
  });

  it('leave a provider in trouble alone together', async () => {
    const { clock } = sessions;
    const first = refresherWith(sessions, unavailable);
    const second = anotherProcess(sessions, first.refresh);
    const idHash = await sessions.begin();
    clock.passSeconds(300);
    // Three failures, 1 s and 2 s apart; the third pause is too long to wait out.
    expect(await first.resolve(idHash)).toEqual({ outcome: 'unavailable', retryAfter: 4 });
    expect(first.refresh).toHaveBeenCalledTimes(3);
    expect(await second.resolve(idHash)).toEqual({ outcome: 'unavailable', retryAfter: 4 });
    expect(first.refresh).toHaveBeenCalledTimes(3);
  });
});

describe('a session ends', () => {
  it.each([
    ...['invalid_grant', 'interaction_required', 'login_required', 'consent_required'],
    ...['account_selection_required', 'insufficient_user_authentication', 'mfa_required'],
  ])('when the provider says %s: only the person can help', async (error) => {
    const { resolve, events, refresh } = refresherWith(sessions, refused(error));
    const idHash = await sessions.begin();
    sessions.clock.passSeconds(280);
    expect(await resolve(idHash)).toEqual({ outcome: 'ended', reason: 'provider' });
    // Whoever comes later is told the same.
    expect(await resolve(idHash)).toEqual({ outcome: 'ended', reason: 'provider' });
    expect(refresh).toHaveBeenCalledTimes(1);
    expect(events()).toEqual([{ event: 'session_ended', reason: error }]);
  });

  it('without a refresh token with its access token, not before', async () => {
    const { resolve, refresh } = refresherWith(sessions, grantOf());
    const idHash = await sessions.begin(testTokens(sessions.clock, { refreshToken: undefined }));
    sessions.clock.passSeconds(299);
    expect(live(await resolve(idHash)).tokens.accessToken).toBe('access-1');
    sessions.clock.passSeconds(1);
    expect(await resolve(idHash)).toEqual({ outcome: 'ended', reason: 'expired' });
    expect(refresh).not.toHaveBeenCalled();
  });

  it.each([
    ['a new', { refresh_token: 'refresh-2' }, 'refresh-2'],
    ['the old', {}, 'refresh-1'],
  ])(
    'and stays ended when its person left during a renewal that brought %s refresh token, which is revoked',
    async (_, changes, revoked) => {
      const { resolve, refresh, revoke } = refresherWith(sessions, grantOf());
      const idHash = await sessions.begin();
      sessions.clock.passSeconds(300);
      refresh.mockImplementation(async () => {
        await sessions.store.end(idHash, 'signed-out');
        return grantOf(changes);
      });
      expect(await resolve(idHash)).toEqual({ outcome: 'ended', reason: 'signed-out' });
      expect(revoke.mock.calls).toEqual([[revoked]]);
      expect(JSON.stringify(await sessions.rows())).not.toMatch(/v1\./);
    },
  );

  it.each(['replaced', 'limit', 'provider'] as const)(
    'because of "%s" during its renewal without anything being revoked: others may hang on it',
    async (reason) => {
      const { resolve, refresh, revoke } = refresherWith(sessions, grantOf());
      const idHash = await sessions.begin();
      sessions.clock.passSeconds(300);
      refresh.mockImplementation(async () => {
        await sessions.store.end(idHash, reason);
        return grantOf({ refresh_token: 'refresh-2' });
      });
      expect(await resolve(idHash)).toEqual({ outcome: 'ended', reason });
      expect(revoke).not.toHaveBeenCalled();
    },
  );

  it('in another process is not undone; one that was renewed there counts as it is there', async () => {
    const { resolve, refresh, revoke } = refresherWith(sessions, grantOf());
    const idHash = await sessions.begin();
    const other = testTokens(sessions.clock, { accessToken: 'access-of-another-process', lifetime: 900 });
    refresh.mockImplementation(async () => {
      await sessions.store.replaceTokens(await sessions.live(idHash), other);
      return grantOf();
    });
    sessions.clock.passSeconds(280);
    expect(live(await resolve(idHash)).tokens).toEqual(other);
    expect(revoke).not.toHaveBeenCalled();
  });
});

describe('a provider in trouble', () => {
  it.each([
    ['time-outs and 5xx', unavailable, 'the token endpoint answered 502'],
    ['invalid_client', refused('invalid_client'), 'invalid_client'],
    ['temporarily_unavailable', refused('temporarily_unavailable'), 'temporarily_unavailable'],
  ])('(%s) does not end a session: the token is used as long as it is valid', async (_, answer, reason) => {
    const { resolve, events, refresh } = refresherWith(sessions, answer);
    const idHash = await sessions.begin();
    sessions.clock.passSeconds(298);
    for (let request = 0; request < 3; request++) {
      expect(live(await resolve(idHash)).tokens).toMatchObject({
        accessToken: 'access-1',
        refreshToken: 'refresh-1',
      });
    }
    expect(refresh).toHaveBeenCalledTimes(1);
    expect(events()).toEqual([{ event: 'refresh_failed', reason }]);
  });

  it('for a moment is not noticed: a request whose token has expired waits and asks again', async () => {
    const { resolve, refresh, events } = refresherWith(sessions, unavailable, grantOf());
    const idHash = await sessions.begin();
    const { clock } = sessions;
    clock.passSeconds(300);
    const before = clock.now;
    expect(live(await resolve(idHash)).tokens.accessToken).toBe('access-2');
    expect(clock.now - before).toBe(1_000);
    expect(spent(refresh)).toEqual(['refresh-1', 'refresh-1']);
    expect(events().map(({ event }) => event)).toEqual(['refresh_failed', 'refreshed']);
  });

  it('for longer makes a session unavailable, and says for how long to wait', async () => {
    const { resolve } = refresherWith(sessions, unavailable, unavailable, unavailable, grantOf());
    const idHash = await sessions.begin();
    sessions.clock.passSeconds(300);
    expect(await resolve(idHash)).toEqual({ outcome: 'unavailable', retryAfter: 4 });
    sessions.clock.passSeconds(4);
    expect(live(await resolve(idHash)).tokens.accessToken).toBe('access-2');
  });

  it('is left alone between attempts: 1 s, doubling to 30 s', async () => {
    const { resolve, refresh } = refresherWith(sessions, unavailable);
    const idHash = await sessions.begin();
    const { clock } = sessions;
    clock.passSeconds(300);
    await resolve(idHash);
    for (const [attempt, wait] of [4, 8, 16, 30, 30].entries()) {
      expect(refresh).toHaveBeenCalledTimes(attempt + 3);
      expect(await resolve(idHash)).toEqual({ outcome: 'unavailable', retryAfter: wait });
      expect(refresh).toHaveBeenCalledTimes(attempt + 3);
      clock.passSeconds(wait);
      await resolve(idHash);
    }
  });

  it('that has recovered starts from 1 s again at its next failure', async () => {
    const { resolve } = refresherWith(
      sessions,
      unavailable,
      unavailable,
      unavailable,
      grantOf(),
      unavailable,
    );
    const idHash = await sessions.begin();
    sessions.clock.passSeconds(300);
    await resolve(idHash);
    sessions.clock.passSeconds(4);
    live(await resolve(idHash));
    expect((await sessions.live(idHash)).renewal).toEqual({ leasedFor: 0, pausedFor: 0, failures: 0 });
    sessions.clock.passSeconds(300);
    expect(await resolve(idHash)).toEqual({ outcome: 'unavailable', retryAfter: 4 });
  });

  it('of one session is not waited for by another', async () => {
    const { resolve, refresh } = refresherWith(sessions, unavailable, unavailable, unavailable, grantOf());
    const [first, second] = [await sessions.begin(), await sessions.begin()];
    sessions.clock.passSeconds(300);
    await resolve(first);
    live(await resolve(second));
    expect(refresh).toHaveBeenCalledTimes(4);
  });

  it.each([
    ['an expired token waits no longer than 20 s', 300, { outcome: 'unavailable', retryAfter: 5 }, 20_000],
    ['a good token waits no longer than 3 s', 280, { outcome: 'live' }, 3_000],
  ])('that hangs: a request with %s', async (_, age, resolution, wait) => {
    const { clock } = sessions;
    const { resolve, refresh } = refresherWith(sessions, grantOf());
    refresh.mockImplementation(() => new Promise(() => undefined));
    const idHash = await sessions.begin();
    clock.passSeconds(age);
    const before = clock.now;
    expect(await resolve(idHash)).toMatchObject(resolution);
    expect(clock.now - before).toBe(wait);
  });
});

describe('what is told about renewals', () => {
  it('never names a token', async () => {
    const { resolve, events } = refresherWith(
      sessions,
      ...[unavailable, grantOf({ refresh_token: 'refresh-2' }), refused('invalid_grant')],
    );
    const idHash = await sessions.begin();
    for (let round = 0; round < 2; round++) {
      sessions.clock.passSeconds(300);
      await resolve(idHash);
    }
    expect(events().map(({ event }) => event)).toEqual(['refresh_failed', 'refreshed', 'session_ended']);
    expect(JSON.stringify(events())).not.toMatch(/access-\d|refresh-\d|id-\d/);
    expect(JSON.stringify(events())).not.toContain(idHash);
  });
});
