import { afterEach, beforeEach, describe, expect, it, type Mock, vi } from 'vitest';
import { WorkUnderWay } from '../config/under-way';
import type { TokenAnswer, TokenGrant } from '../provider/token-answer';
import { type RefreshCall, Refresher, type Resolution, type ResolveOptions } from './refresh';
import { isRefreshDue } from './renewed-tokens';
import type { Session } from './session';
import type { SessionStore } from './store';
import { type TestSessions, testIdentity, testSessions, testTokens } from './testing';

let sessions: TestSessions;
beforeEach(async () => {
  sessions = await testSessions();
});
afterEach(() => sessions.database.remove());

/** As an access token says when it expires; nobody here looks at its signature. */
function tokenUntil(expiresAt: number, name = 'access-2'): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'RS256' })}.${part({ exp: expiresAt, name })}.c2ln`;
}

const grantOf = (changes: Partial<TokenGrant> = {}): TokenAnswer => ({
  outcome: 'granted',
  grant: { access_token: 'access-2', token_type: 'Bearer', expires_in: 300, ...changes },
});
const refused = (error: string): TokenAnswer => ({ outcome: 'refused', error, description: undefined });
const unavailable: TokenAnswer = { outcome: 'unavailable', reason: 'the token endpoint answered 502' };

type Refresh = (refreshToken: string, call: RefreshCall) => Promise<TokenAnswer>;

/** A process that renews sessions, and whose provider gives these answers in turn, the last one again and again. */
function refresherWith(...answers: [TokenAnswer, ...TokenAnswer[]]) {
  const [last] = answers.slice(-1) as [TokenAnswer];
  const refresh = vi.fn(async (_refreshToken: string, _call: RefreshCall) => answers.shift() ?? last);
  return anotherProcess(refresh);
}

/** A process of its own, in front of the same database and the same provider. */
function anotherProcess(
  refresh: Mock<Refresh>,
  { store = sessions.storeWith({}) }: { store?: SessionStore } = {},
) {
  const { clock } = sessions;
  const revoke = vi.fn(async (_refreshToken: string) => undefined);
  const onEvent = vi.fn();
  const prepare = vi.fn(async () => (call: RefreshCall) => refresh(call.refreshToken, call));
  const isIdTokenOf = vi.fn((_session: Session, _token: { idToken: string; accessToken: string }) => true);
  const work = new WorkUnderWay();
  const time = { clock: clock.read, sleep: clock.sleep };
  const refresher = new Refresher({ store, prepare, isIdTokenOf, revoke, work, ...time, onEvent });
  const events = () => onEvent.mock.calls.map(([event]) => event);
  /** The session as a request gets it, however long that takes. */
  const resolve = (idHash: string, options: ResolveOptions = {}) =>
    clock.until(refresher.resolve(idHash, options));
  return { refresher, resolve, prepare, isIdTokenOf, refresh, revoke, work, events, store };
}

/** A promise, and the way to keep it. */
function gate() {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

function live(resolution: Resolution): Session {
  if (resolution.outcome !== 'live') throw new Error(`the session is ${resolution.outcome}`);
  return resolution.session;
}

/** The refresh tokens that were spent, in turn. */
const spent = (refresh: Mock<Refresh>) => refresh.mock.calls.map(([refreshToken]) => refreshToken);

const stored = async (idHash: string) => (await sessions.live(idHash)).tokens;

describe('an access token is due for renewal', () => {
  it.each([
    // lifetime, first second at which it is due: 30 s before the end, or at 80 % of what is shorter than 150 s
    [3_600, 3_570],
    [300, 270],
    [150, 120],
    [149, 119.2],
    [100, 80],
    [10, 8],
    [1, 0.8],
  ])('with %i s to live, after %f s', (lifetime, due) => {
    const token = { obtainedAt: 1_000_000, accessTokenExpiresAt: 1_000_000 + lifetime };
    expect(isRefreshDue(token, 1_000_000)).toBe(false);
    expect(isRefreshDue(token, 1_000_000 + due - 0.01)).toBe(false);
    expect(isRefreshDue(token, 1_000_000 + due + 0.01)).toBe(true);
    expect(isRefreshDue(token, 1_000_000 + lifetime)).toBe(true);
  });

  it('at once, where it had expired when it was obtained', () => {
    expect(isRefreshDue({ obtainedAt: 1_000, accessTokenExpiresAt: 900 }, 1_000)).toBe(true);
  });
});

describe('resolving a session', () => {
  it('with a token that is good for now asks nobody', async () => {
    const { resolve, refresh } = refresherWith(grantOf());
    const idHash = await sessions.begin();
    sessions.clock.passSeconds(269);
    expect(live(await resolve(idHash)).tokens.accessToken).toBe('access-1');
    expect(refresh).not.toHaveBeenCalled();
  });

  it('that never was, or is over, is ended', async () => {
    const { resolve, refresh } = refresherWith(grantOf());
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
    const { resolve } = refresherWith(grantOf());
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
    const { resolve, refresh } = refresherWith(...(answers as [TokenAnswer]));
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
    const { resolve } = refresherWith(grantOf(changes));
    const idHash = await sessions.begin();
    sessions.clock.passSeconds(300);
    const { accessTokenExpiresAt } = live(await resolve(idHash)).tokens;
    expect(accessTokenExpiresAt).toBe(sessions.clock.seconds + lifetime);
  });

  it('with a new token that had expired already asks for another once a second, not at every request', async () => {
    const { clock } = sessions;
    const idHash = await sessions.begin();
    clock.passSeconds(300);
    const { resolve, refresh } = refresherWith(grantOf({ access_token: tokenUntil(clock.seconds - 1_000) }));
    for (let request = 0; request < 5; request++) live(await resolve(idHash));
    expect(refresh).toHaveBeenCalledTimes(1);
    clock.passSeconds(1);
    live(await resolve(idHash));
    expect(refresh).toHaveBeenCalledTimes(2);
  });
});

describe('requests that arrive together', () => {
  it('share one renewal, all 200 of them', async () => {
    const { refresher, refresh } = refresherWith(grantOf({ refresh_token: 'refresh-2' }));
    const idHash = await sessions.begin();
    sessions.clock.passSeconds(300);
    const resolutions = await Promise.all(Array.from({ length: 200 }, () => refresher.resolve(idHash)));
    expect(new Set(resolutions.map((resolution) => live(resolution).tokens.accessToken))).toEqual(
      new Set(['access-2']),
    );
    expect(refresh).toHaveBeenCalledTimes(1);
  });

  it('while the token is still good do not wait for the one that renews it', async () => {
    const { refresher, refresh } = refresherWith(grantOf());
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
    const { refresher, store, refresh } = refresherWith(grantOf());
    const idHash = await sessions.begin();
    const takeLease = vi.spyOn(store.leases, 'take');
    sessions.clock.passSeconds(280);
    await Promise.all(Array.from({ length: 20 }, () => refresher.resolve(idHash)));
    expect(takeLease).toHaveBeenCalledTimes(1);
    expect(refresh).toHaveBeenCalledTimes(1);
  });

  it('of other sessions do not wait for it', async () => {
    const { refresher, refresh } = refresherWith(grantOf());
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
    const { refresher, refresh, store } = refresherWith(grantOf({ refresh_token: 'refresh-2' }));
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
    const { refresher, store, refresh } = refresherWith(grantOf());
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
    const first = refresherWith(grantOf({ refresh_token: 'refresh-2' }));
    const others = [1, 2, 3].map(() => anotherProcess(first.refresh));
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
    const { refresher, refresh } = refresherWith(grantOf());
    const idHash = await sessions.begin();
    const { clock } = sessions;
    clock.passSeconds(280);
    refresh.mockImplementation(async () => {
      await clock.sleep(2_000);
      return grantOf();
    });
    const renewing = refresher.resolve(idHash);
    await vi.waitFor(() => expect(refresh).toHaveBeenCalled());
    const other = anotherProcess(refresh);
    expect(live(await other.refresher.resolve(idHash)).tokens.accessToken).toBe('access-1');
    expect(live(await clock.until(renewing)).tokens.accessToken).toBe('access-2');
    expect(refresh).toHaveBeenCalledTimes(1);
  });

  it('have the whole lease for the call itself: what must be known of the provider is asked for before', async () => {
    const { clock } = sessions;
    const { refresher, prepare, refresh } = refresherWith(grantOf());
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
    const killed = refresherWith(grantOf());
    const idHash = await sessions.begin();
    clock.passSeconds(300);
    killed.refresh.mockImplementation(() => new Promise(() => undefined));
    void killed.refresher.resolve(idHash);
    await vi.waitFor(() => expect(killed.refresh).toHaveBeenCalled());
    const survivor = anotherProcess(vi.fn(async () => grantOf()));
    const before = clock.now;
    expect(live(await survivor.resolve(idHash)).tokens.accessToken).toBe('access-2');
    expect(clock.now - before).toBeGreaterThan(14_000);
    expect(clock.now - before).toBeLessThan(16_000);
  });

  it('do not wait for ever for a lease without end', async () => {
    const { clock } = sessions;
    const { resolve, refresh, store } = refresherWith(grantOf());
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
    const asleep = refresherWith(grantOf());
    asleep.refresh.mockImplementation(async () => {
      await opened;
      return grantOf({ access_token: 'access-of-the-sleeper', refresh_token: 'refresh-of-the-sleeper' });
    });
    const idHash = await sessions.begin();
    clock.passSeconds(300);
    const waiting = asleep.refresher.resolve(idHash);
    await vi.waitFor(() => expect(asleep.refresh).toHaveBeenCalled());
    const awake = anotherProcess(vi.fn(async () => grantOf({ refresh_token: 'refresh-2' })));
    await awake.resolve(idHash);
    open();
    expect(live(await waiting).tokens.refreshToken).toBe('refresh-2');
    expect((await stored(idHash)).refreshToken).toBe('refresh-2');
    // To revoke one of a family would end the other, too.
    expect(asleep.revoke).not.toHaveBeenCalled();
  });

  it('leave a provider in trouble alone together', async () => {
    const { clock } = sessions;
    const first = refresherWith(unavailable);
    const second = anotherProcess(first.refresh);
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
    const { resolve, events, refresh } = refresherWith(refused(error));
    const idHash = await sessions.begin();
    sessions.clock.passSeconds(280);
    expect(await resolve(idHash)).toEqual({ outcome: 'ended', reason: 'provider' });
    // Whoever comes later is told the same.
    expect(await resolve(idHash)).toEqual({ outcome: 'ended', reason: 'provider' });
    expect(refresh).toHaveBeenCalledTimes(1);
    expect(events()).toEqual([{ event: 'session_ended', reason: error }]);
  });

  it('without a refresh token with its access token, not before', async () => {
    const { resolve, refresh } = refresherWith(grantOf());
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
      const { resolve, refresh, revoke } = refresherWith(grantOf());
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
      const { resolve, refresh, revoke } = refresherWith(grantOf());
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
    const { resolve, refresh, revoke } = refresherWith(grantOf());
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
    const { resolve, events, refresh } = refresherWith(answer);
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
    const { resolve, refresh, events } = refresherWith(unavailable, grantOf());
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
    const { resolve } = refresherWith(unavailable, unavailable, unavailable, grantOf());
    const idHash = await sessions.begin();
    sessions.clock.passSeconds(300);
    expect(await resolve(idHash)).toEqual({ outcome: 'unavailable', retryAfter: 4 });
    sessions.clock.passSeconds(4);
    expect(live(await resolve(idHash)).tokens.accessToken).toBe('access-2');
  });

  it('is left alone between attempts: 1 s, doubling to 30 s', async () => {
    const { resolve, refresh } = refresherWith(unavailable);
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
    const { resolve } = refresherWith(unavailable, unavailable, unavailable, grantOf(), unavailable);
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
    const { resolve, refresh } = refresherWith(unavailable, unavailable, unavailable, grantOf());
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
    const { resolve, refresh } = refresherWith(grantOf());
    refresh.mockImplementation(() => new Promise(() => undefined));
    const idHash = await sessions.begin();
    clock.passSeconds(age);
    const before = clock.now;
    expect(await resolve(idHash)).toMatchObject(resolution);
    expect(clock.now - before).toBe(wait);
  });
});

describe('a store that is gone when the provider has answered', () => {
  const gone = Object.assign(new Error('the database is locked'), { code: 'SQLITE_BUSY' });

  it('gets the new tokens when it is back: nobody spends the old one again, nobody is signed out', async () => {
    const { clock } = sessions;
    const { resolve, refresh, store, events } = refresherWith(grantOf({ refresh_token: 'refresh-2' }));
    const idHash = await sessions.begin();
    clock.passSeconds(300);
    const replace = vi.spyOn(store, 'replaceTokens');
    for (let outage = 0; outage < 15; outage++) replace.mockRejectedValueOnce(gone);
    expect(live(await resolve(idHash)).tokens.refreshToken).toBe('refresh-2');
    expect((await stored(idHash)).refreshToken).toBe('refresh-2');
    expect(refresh).toHaveBeenCalledTimes(1);
    expect(events()).toEqual([
      { event: 'new_tokens_held', reason: 'the store cannot be reached' },
      { event: 'refreshed' },
    ]);
  });

  it('though it wrote what it could not acknowledge: the renewal counts once', async () => {
    const { clock } = sessions;
    const { resolve, store } = refresherWith(grantOf({ refresh_token: 'refresh-2' }));
    const idHash = await sessions.begin();
    clock.passSeconds(300);
    const write = store.replaceTokens.bind(store);
    vi.spyOn(store, 'replaceTokens').mockImplementationOnce(async (...change) => {
      await write(...change);
      throw gone;
    });
    const session = live(await resolve(idHash));
    expect([session.tokens.refreshToken, session.version]).toEqual(['refresh-2', 2]);
  });

  it('for good: requests are told, and the process does not hold tokens for ever', async () => {
    const { clock } = sessions;
    const { resolve, store } = refresherWith(grantOf());
    const idHash = await sessions.begin();
    clock.passSeconds(300);
    const replace = vi.spyOn(store, 'replaceTokens').mockRejectedValue(gone);
    expect(await resolve(idHash)).toEqual({ outcome: 'unavailable', retryAfter: 5 });
    await clock.until(clock.sleep(130_000));
    const tries = replace.mock.calls.length;
    await clock.until(clock.sleep(130_000));
    expect(replace.mock.calls.length).toBe(tries);
  });
});

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
    const { resolve, refresh, store } = refresherWith(grantOf());
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
      const { refresher, refresh, store } = refresherWith(grantOf({ refresh_token: 'refresh-2' }));
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
    const { refresher, refresh, store } = refresherWith(grantOf());
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
    const first = refresherWith(grantOf({ refresh_token: 'refresh-2' }));
    first.refresh.mockImplementation(async (_refreshToken, { timeLimit }) => {
      await clock.sleep(timeLimit);
      return grantOf({ refresh_token: 'refresh-2' });
    });
    const second = anotherProcess(first.refresh);
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
    const { resolve, prepare, refresh, store, events } = refresherWith(grantOf());
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

describe('an answer in a shape of its own', () => {
  it('with a new refresh token alone keeps that, and asks again with it', async () => {
    const { clock } = sessions;
    const half: TokenAnswer = {
      outcome: 'unavailable',
      reason: 'no access_token',
      refreshToken: 'refresh-2',
    };
    const { resolve, refresh, events } = refresherWith(half, grantOf({ refresh_token: 'refresh-3' }));
    const idHash = await sessions.begin();
    clock.passSeconds(280);
    expect(live(await resolve(idHash)).tokens).toEqual({
      ...testTokens(clock, { obtainedAt: clock.seconds - 280, accessTokenExpiresAt: clock.seconds + 20 }),
      refreshToken: 'refresh-2',
    });
    const { renewal } = await sessions.live(idHash);
    expect(renewal).toEqual({ leasedFor: 0, pausedFor: 1_000, failures: 1 });
    clock.passSeconds(1);
    expect(live(await resolve(idHash)).tokens.refreshToken).toBe('refresh-3');
    expect(spent(refresh)).toEqual(['refresh-1', 'refresh-2']);
    expect(events().map(({ event }) => event)).toEqual(['refresh_failed', 'refreshed']);
  });

  it('with a new refresh token alone is held for a store that is gone', async () => {
    const half: TokenAnswer = {
      outcome: 'unavailable',
      reason: 'no access_token',
      refreshToken: 'refresh-2',
    };
    const { resolve, refresh, store } = refresherWith(half, grantOf());
    const gone = Object.assign(new Error('the database is locked'), { code: 'SQLITE_BUSY' });
    const replace = vi.spyOn(store, 'replaceTokens');
    for (let outage = 0; outage < 5; outage++) replace.mockRejectedValueOnce(gone);
    const idHash = await sessions.begin();
    sessions.clock.passSeconds(300);
    live(await resolve(idHash));
    expect(spent(refresh)).toEqual(['refresh-1', 'refresh-2']);
  });

  it('with a new refresh token alone does not bring back whoever has signed out meanwhile', async () => {
    const { resolve, refresh, revoke } = refresherWith(grantOf());
    const idHash = await sessions.begin();
    sessions.clock.passSeconds(300);
    refresh.mockImplementation(async () => {
      await sessions.store.end(idHash, 'signed-out');
      return { outcome: 'unavailable', reason: 'no access_token', refreshToken: 'refresh-2' };
    });
    expect(await resolve(idHash)).toEqual({ outcome: 'ended', reason: 'signed-out' });
    expect(revoke.mock.calls).toEqual([['refresh-2']]);
  });

  it('whose access token says it never expires counts by the answer: the session stays readable', async () => {
    const part = (json: string) => Buffer.from(json).toString('base64url');
    const endless = `${part('{"alg":"RS256"}')}.${part('{"exp":1e999}')}.c2ln`;
    const { resolve } = refresherWith(grantOf({ access_token: endless, expires_in: 120 }));
    const idHash = await sessions.begin();
    sessions.clock.passSeconds(300);
    live(await resolve(idHash));
    expect((await stored(idHash)).accessTokenExpiresAt).toBe(sessions.clock.seconds + 120);
  });
});

describe('an ID token that a refresh brings', () => {
  it.each([
    [true, 'id-2'],
    [false, 'id-1'],
  ])('takes the place of the old one where it verifies (%s), and holds up nothing', async (fits, kept) => {
    const { resolve, isIdTokenOf } = refresherWith(grantOf({ id_token: 'id-2' }));
    isIdTokenOf.mockReturnValue(fits);
    const idHash = await sessions.begin();
    sessions.clock.passSeconds(300);
    const { tokens } = live(await resolve(idHash));
    expect([tokens.idToken, tokens.accessToken]).toEqual([kept, 'access-2']);
    const [session, token] = isIdTokenOf.mock.calls[0] ?? [];
    expect(session?.identity).toEqual({ issuer: testIdentity.issuer, subject: testIdentity.subject });
    expect(token).toEqual({ idToken: 'id-2', accessToken: 'access-2' });
  });
});

describe('a refresh token that is dead by another name', () => {
  const names = ['invalid_request', 'access_denied', 'unauthorized_client', 'invalid_scope', 'token_expired'];

  it.each(names)('(%s) lets people go on while their access token is good', async (error) => {
    const { clock } = sessions;
    const { resolve, refresh } = refresherWith(refused(error));
    const idHash = await sessions.begin();
    clock.passSeconds(270);
    expect(live(await resolve(idHash)).tokens.accessToken).toBe('access-1');
    // Asked again after a pause, not at every request.
    expect(live(await resolve(idHash)).tokens.accessToken).toBe('access-1');
    expect(refresh).toHaveBeenCalledTimes(1);
    clock.passSeconds(30);
    expect(await resolve(idHash)).toEqual({ outcome: 'ended', reason: 'provider' });
    expect(refresh).toHaveBeenCalledTimes(2);
  });

  it.each(['invalid_client', 'temporarily_unavailable', 'server_error', 'slow_down', 'Bad Request'])(
    'is not what %s means: nobody is signed out for it',
    async (error) => {
      const { resolve } = refresherWith(refused(error));
      const idHash = await sessions.begin();
      sessions.clock.passSeconds(300);
      expect(await resolve(idHash)).toEqual({ outcome: 'unavailable', retryAfter: 4 });
      await sessions.live(idHash);
    },
  );
});

describe('a session whose access token is refused', () => {
  it('is renewed once for all who ask together', async () => {
    const { refresher, refresh, events } = refresherWith(grantOf({ refresh_token: 'refresh-2' }));
    const idHash = await sessions.begin();
    const refusedToken = 'access-1';
    const resolutions = await Promise.all(
      Array.from({ length: 50 }, () => refresher.resolve(idHash, { refusedToken })),
    );
    expect(new Set(resolutions.map((resolution) => live(resolution).tokens.accessToken))).toEqual(
      new Set(['access-2']),
    );
    expect(spent(refresh)).toEqual(['refresh-1']);
    expect(events()).toEqual([{ event: 'refreshed', reason: 'the access token was refused' }]);
    // Whoever comes late with the old verdict gets the new token.
    expect(live(await refresher.resolve(idHash, { refusedToken })).tokens.accessToken).toBe('access-2');
    expect(refresh).toHaveBeenCalledTimes(1);
  });

  it('is renewed once by several processes', async () => {
    const first = refresherWith(grantOf({ refresh_token: 'refresh-2' }));
    const second = anotherProcess(first.refresh);
    const idHash = await sessions.begin();
    const both = [first, second].map(({ refresher }) =>
      refresher.resolve(idHash, { refusedToken: 'access-1' }),
    );
    for (const resolution of await sessions.clock.until(Promise.all(both))) {
      expect(live(resolution).tokens.accessToken).toBe('access-2');
    }
    expect(spent(first.refresh)).toEqual(['refresh-1']);
  });

  it('does not get another renewal for the token that this has brought, until an ordinary one', async () => {
    const { clock } = sessions;
    const answers = [2, 3, 4].map((n) => grantOf({ access_token: `access-${n}` }));
    const { resolve, refresh } = refresherWith(...(answers as [TokenAnswer]));
    const idHash = await sessions.begin();
    await resolve(idHash, { refusedToken: 'access-1' });
    for (let request = 0; request < 3; request++) {
      const { tokens } = live(await resolve(idHash, { refusedToken: 'access-2' }));
      expect([tokens.accessToken, tokens.renewedAfterRefusal]).toEqual(['access-2', true]);
    }
    expect(refresh).toHaveBeenCalledTimes(1);
    clock.passSeconds(280);
    expect(live(await resolve(idHash)).tokens.renewedAfterRefusal).toBeUndefined();
    expect(live(await resolve(idHash, { refusedToken: 'access-3' })).tokens.accessToken).toBe('access-4');
    expect(refresh).toHaveBeenCalledTimes(3);
  });

  it('and to which the provider gives the same token again is not renewed for ever', async () => {
    const { resolve, refresh } = refresherWith(grantOf({ access_token: 'access-1' }));
    const idHash = await sessions.begin();
    for (let request = 0; request < 3; request++) live(await resolve(idHash, { refusedToken: 'access-1' }));
    expect(refresh).toHaveBeenCalledTimes(1);
  });

  it('stays as it is without a refresh token', async () => {
    const { resolve, refresh } = refresherWith(grantOf());
    const idHash = await sessions.begin(testTokens(sessions.clock, { refreshToken: undefined }));
    expect(live(await resolve(idHash, { refusedToken: 'access-1' })).tokens.accessToken).toBe('access-1');
    expect(refresh).not.toHaveBeenCalled();
  });

  it('is unavailable while the provider is in trouble: nobody is sent away for that', async () => {
    const { resolve, refresh } = refresherWith(unavailable);
    const idHash = await sessions.begin();
    const answer = await resolve(idHash, { refusedToken: 'access-1' });
    expect(answer).toEqual({ outcome: 'unavailable', retryAfter: 4 });
    expect(await resolve(idHash, { refusedToken: 'access-1' })).toEqual(answer);
    expect(refresh).toHaveBeenCalledTimes(3);
  });

  it.each(['invalid_grant', 'access_denied'])('ends where the provider says %s', async (error) => {
    const { resolve } = refresherWith(refused(error));
    const idHash = await sessions.begin();
    expect(await resolve(idHash, { refusedToken: 'access-1' })).toEqual({
      outcome: 'ended',
      reason: 'provider',
    });
  });

  it('waits for an ordinary renewal under way, and is content with what that brings', async () => {
    const { clock } = sessions;
    const { refresher, refresh } = refresherWith(grantOf());
    refresh.mockImplementation(async () => {
      await clock.sleep(2_000);
      return grantOf();
    });
    const idHash = await sessions.begin();
    clock.passSeconds(280);
    const both = [refresher.resolve(idHash), refresher.resolve(idHash, { refusedToken: 'access-1' })];
    for (const resolution of await clock.until(Promise.all(both))) {
      expect(live(resolution).tokens).toMatchObject({ accessToken: 'access-2' });
    }
    expect(refresh).toHaveBeenCalledTimes(1);
  });
});

describe('a process that is about to end', () => {
  it('begins no renewal: the old token is used while it is good, else the session is unavailable', async () => {
    const { clock } = sessions;
    const { resolve, refresh, work, store } = refresherWith(grantOf());
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
    const { refresher, refresh, work, store } = refresherWith(grantOf());
    const gone = Object.assign(new Error('the database is locked'), { code: 'SQLITE_BUSY' });
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
    const { refresher, refresh, work, store } = refresherWith(grantOf());
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

describe('what is told about renewals', () => {
  it('never names a token', async () => {
    const { resolve, events } = refresherWith(
      ...([unavailable, grantOf({ refresh_token: 'refresh-2' }), refused('invalid_grant')] as const),
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
