import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { TokenAnswer, TokenGrant } from '../provider/token-endpoint';
import type { AccessToken } from '../token/access-token';
import type { Judgement } from '../token/judge';
import { refusalBy } from '../token/testing';
import { isRefreshDue, Refresher, type Resolution } from './refresh';
import type { Session } from './session';
import { type TestSessions, testAccessToken, testSessions, testTokens } from './testing';

let sessions: TestSessions;
beforeEach(async () => {
  sessions = await testSessions();
});
afterEach(() => sessions.database.remove());

const grantOf = (changes: Partial<TokenGrant> = {}): TokenAnswer => ({
  outcome: 'granted',
  grant: { access_token: 'access-2', token_type: 'Bearer', ...changes },
});
const refused = (error: string): TokenAnswer => ({ outcome: 'refused', error, description: undefined });
const unavailable: TokenAnswer = { outcome: 'unavailable', reason: 'the token endpoint answered 502' };

/** A refresher whose provider gives these answers in turn, the last one again and again. */
function refresherWith(...answers: [TokenAnswer, ...TokenAnswer[]]) {
  const { clock, store } = sessions;
  const [last] = answers.slice(-1) as [TokenAnswer];
  const refresh = vi.fn(async (_refreshToken: string) => answers.shift() ?? last);
  const judge = vi.fn(
    async (_token: string): Promise<Judgement<AccessToken>> => ({
      outcome: 'accepted',
      value: testAccessToken(clock),
    }),
  );
  const onEvent = vi.fn();
  const refresher = new Refresher({ store, refresh, judge, clock: clock.read, onEvent });
  const events = () => onEvent.mock.calls.map(([event]) => event);
  return { refresher, refresh, judge, events };
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

const stored = async (idHash: string) => (await sessions.store.find(idHash))?.tokens;

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
    const { refresher, refresh, judge } = refresherWith(grantOf());
    const idHash = await sessions.begin();
    sessions.clock.passSeconds(269);
    expect(live(await refresher.resolve(idHash)).tokens.accessToken).toBe('access-1');
    expect(refresh).not.toHaveBeenCalled();
    expect(judge).not.toHaveBeenCalled();
  });

  it('that never was, or is over, is ended', async () => {
    const { refresher, refresh } = refresherWith(grantOf());
    expect(await refresher.resolve('nobody')).toEqual({ outcome: 'ended' });
    const idHash = await sessions.begin();
    sessions.clock.passSeconds(43_200);
    expect(await refresher.resolve(idHash)).toEqual({ outcome: 'ended' });
    expect(refresh).not.toHaveBeenCalled();
  });

  it('with a token that is due renews it and keeps everything new', async () => {
    const { refresher, refresh, judge, events } = refresherWith(
      grantOf({ refresh_token: 'refresh-2', id_token: 'id-2', scope: 'openid example:note:create' }),
    );
    const idHash = await sessions.begin();
    const { clock } = sessions;
    clock.passSeconds(270);
    const session = live(await refresher.resolve(idHash));
    expect(session.tokens).toEqual({
      accessToken: 'access-2',
      refreshToken: 'refresh-2',
      idToken: 'id-2',
      accessTokenExpiresAt: clock.seconds + 300,
      obtainedAt: clock.seconds,
      scopes: ['openid', 'example:note:create'],
      name: 'Alice',
    });
    expect(await stored(idHash)).toEqual(session.tokens);
    expect(session.version).toBe(2);
    expect(refresh.mock.calls).toEqual([['refresh-1']]);
    expect(judge.mock.calls).toEqual([['access-2']]);
    expect(events()).toEqual([{ event: 'refreshed' }]);
  });

  it('with an answer that leaves out what has not changed keeps the old refresh token, ID token and name', async () => {
    const { refresher, judge } = refresherWith(grantOf());
    const idHash = await sessions.begin();
    sessions.clock.passSeconds(280);
    judge.mockResolvedValue({
      outcome: 'accepted',
      value: testAccessToken(sessions.clock, { scopes: ['example:note:delete'] }),
    });
    expect(live(await refresher.resolve(idHash)).tokens).toMatchObject({
      accessToken: 'access-2',
      refreshToken: 'refresh-1',
      idToken: 'id-1',
      // What the token itself says, where the answer does not.
      scopes: ['example:note:delete'],
      name: 'Alice',
    });
  });

  it('again and again spends each refresh token once', async () => {
    const answers = [2, 3, 4].map((n) =>
      grantOf({ access_token: `access-${n}`, refresh_token: `refresh-${n}` }),
    );
    const { refresher, refresh } = refresherWith(...(answers as [TokenAnswer]));
    const idHash = await sessions.begin();
    for (let round = 0; round < 3; round++) {
      sessions.clock.passSeconds(280);
      await refresher.resolve(idHash);
    }
    expect(refresh.mock.calls).toEqual([['refresh-1'], ['refresh-2'], ['refresh-3']]);
    expect((await stored(idHash))?.refreshToken).toBe('refresh-4');
  });
});

describe('requests that arrive together', () => {
  it('share one renewal, all 200 of them', async () => {
    const { refresher, refresh } = refresherWith(grantOf({ refresh_token: 'refresh-2' }));
    const idHash = await sessions.begin();
    sessions.clock.passSeconds(299);
    const resolutions = await Promise.all(Array.from({ length: 200 }, () => refresher.resolve(idHash)));
    expect(new Set(resolutions.map((resolution) => live(resolution).tokens.accessToken))).toEqual(
      new Set(['access-2']),
    );
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
    sessions.clock.passSeconds(280);
    const waiting = refresher.resolve(slow);
    expect(live(await refresher.resolve(quick)).tokens.accessToken).toBe('access-2');
    open();
    expect(live(await waiting).tokens.accessToken).toBe('access-2');
  });

  it('and read the row before the renewal ended do not spend the old token afterwards', async () => {
    const { refresher, refresh } = refresherWith(grantOf({ refresh_token: 'refresh-2' }));
    const idHash = await sessions.begin();
    sessions.clock.passSeconds(280);
    const late = gate();
    const find = sessions.store.find.bind(sessions.store);
    // The late request has its row in hand, and goes on only when the other one has renewed it.
    vi.spyOn(sessions.store, 'find').mockImplementationOnce(async (hash) => {
      const row = await find(hash);
      await late.opened;
      return row;
    });
    const lateRequest = refresher.resolve(idHash);
    expect(live(await refresher.resolve(idHash)).tokens.refreshToken).toBe('refresh-2');
    late.open();
    expect(live(await lateRequest).tokens.refreshToken).toBe('refresh-2');
    expect(refresh.mock.calls).toEqual([['refresh-1']]);
  });

  it('share a failure too, and the next one is not held up by it', async () => {
    const { refresher, refresh } = refresherWith(grantOf());
    const idHash = await sessions.begin();
    sessions.clock.passSeconds(280);
    refresh.mockRejectedValueOnce(new Error('disk full'));
    const results = await Promise.allSettled([refresher.resolve(idHash), refresher.resolve(idHash)]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(live(await refresher.resolve(idHash)).tokens.accessToken).toBe('access-2');
  });
});

describe('a session ends', () => {
  it.each([
    [
      'the provider says invalid_grant',
      (r: ReturnType<typeof refresherWith>) => r.refresh.mockResolvedValue(refused('invalid_grant')),
      'invalid_grant',
    ],
    [
      'the new token is refused',
      (r: ReturnType<typeof refresherWith>) =>
        r.judge.mockResolvedValue({
          outcome: 'refused',
          refusal: refusalBy('audience'),
        }),
      'new access token refused: audience',
    ],
    [
      'the new token is for someone else',
      (r: ReturnType<typeof refresherWith>) =>
        r.judge.mockResolvedValue({
          outcome: 'accepted',
          value: testAccessToken(sessions.clock, { subject: 'mallory' }),
        }),
      'new access token names someone else',
    ],
  ])('when %s', async (_, arrange, reason) => {
    const setup = refresherWith(grantOf());
    arrange(setup);
    const idHash = await sessions.begin();
    sessions.clock.passSeconds(280);
    expect(await setup.refresher.resolve(idHash)).toEqual({ outcome: 'ended' });
    expect(await stored(idHash)).toBeUndefined();
    expect(setup.events()).toEqual([{ event: 'session_ended', reason }]);
  });

  it('without a refresh token with its access token, not before', async () => {
    const { refresher, refresh } = refresherWith(grantOf());
    const idHash = await sessions.begin(testTokens(sessions.clock, { refreshToken: undefined }));
    sessions.clock.passSeconds(299);
    expect(live(await refresher.resolve(idHash)).tokens.accessToken).toBe('access-1');
    sessions.clock.passSeconds(1);
    expect(await refresher.resolve(idHash)).toEqual({ outcome: 'ended' });
    expect(refresh).not.toHaveBeenCalled();
  });

  it('and stays ended when it was removed while its renewal was under way', async () => {
    const { refresher, refresh } = refresherWith(grantOf());
    const idHash = await sessions.begin();
    sessions.clock.passSeconds(280);
    refresh.mockImplementation(async () => {
      await sessions.store.remove(idHash);
      return grantOf({ refresh_token: 'refresh-2' });
    });
    expect(await refresher.resolve(idHash)).toEqual({ outcome: 'ended' });
    expect(await stored(idHash)).toBeUndefined();
  });

  it('in another process is not undone; one that was renewed there counts as it is there', async () => {
    const { refresher, refresh } = refresherWith(grantOf());
    const idHash = await sessions.begin();
    const other = testTokens(sessions.clock, { accessToken: 'access-of-another-process', lifetime: 900 });
    refresh.mockImplementation(async () => {
      const session = await sessions.store.find(idHash);
      if (session) await sessions.store.replaceTokens(session, other);
      return grantOf();
    });
    sessions.clock.passSeconds(280);
    expect(live(await refresher.resolve(idHash)).tokens).toEqual(other);
  });
});

describe('a provider in trouble', () => {
  it.each([
    ['time-outs and 5xx', unavailable, 'the token endpoint answered 502'],
    ['invalid_client', refused('invalid_client'), 'invalid_client'],
    ['temporarily_unavailable', refused('temporarily_unavailable'), 'temporarily_unavailable'],
  ])('(%s) does not end a session: the token is used as long as it is valid', async (_, answer, reason) => {
    const { refresher, events } = refresherWith(answer);
    const idHash = await sessions.begin();
    sessions.clock.passSeconds(299);
    expect(live(await refresher.resolve(idHash)).tokens).toMatchObject({
      accessToken: 'access-1',
      refreshToken: 'refresh-1',
    });
    expect(events()).toEqual([{ event: 'refresh_failed', reason }]);
    expect(await stored(idHash)).toBeDefined();
  });

  it('makes a session unavailable once its token has expired, and says for how long to wait', async () => {
    const { refresher } = refresherWith(unavailable, grantOf());
    const idHash = await sessions.begin();
    sessions.clock.passSeconds(300);
    expect(await refresher.resolve(idHash)).toEqual({ outcome: 'unavailable', retryAfter: 1 });
    sessions.clock.passSeconds(1);
    expect(live(await refresher.resolve(idHash)).tokens.accessToken).toBe('access-2');
  });

  it('is left alone between attempts: 1 s, doubling to 30 s', async () => {
    const { refresher, refresh } = refresherWith(unavailable);
    const idHash = await sessions.begin();
    sessions.clock.passSeconds(300);
    for (const [attempt, wait] of [1, 2, 4, 8, 16, 30, 30].entries()) {
      expect(await refresher.resolve(idHash)).toEqual({ outcome: 'unavailable', retryAfter: wait });
      expect(refresh).toHaveBeenCalledTimes(attempt + 1);
      sessions.clock.now += wait * 1_000 - 1;
      expect(await refresher.resolve(idHash)).toEqual({ outcome: 'unavailable', retryAfter: 1 });
      expect(refresh).toHaveBeenCalledTimes(attempt + 1);
      sessions.clock.now += 1;
    }
  });

  it('that has recovered starts from 1 s again at its next failure', async () => {
    const { refresher } = refresherWith(unavailable, unavailable, grantOf(), unavailable);
    const idHash = await sessions.begin();
    sessions.clock.passSeconds(300);
    await refresher.resolve(idHash);
    sessions.clock.passSeconds(1);
    expect(await refresher.resolve(idHash)).toEqual({ outcome: 'unavailable', retryAfter: 2 });
    sessions.clock.passSeconds(2);
    live(await refresher.resolve(idHash));
    sessions.clock.passSeconds(300);
    expect(await refresher.resolve(idHash)).toEqual({ outcome: 'unavailable', retryAfter: 1 });
  });

  it('of one session is not waited for by another', async () => {
    const { refresher, refresh } = refresherWith(unavailable, grantOf());
    const [first, second] = [await sessions.begin(), await sessions.begin()];
    sessions.clock.passSeconds(300);
    await refresher.resolve(first);
    live(await refresher.resolve(second));
    expect(refresh).toHaveBeenCalledTimes(2);
  });

  it('whose keys cannot be had: the new refresh token is kept, for the old one is spent', async () => {
    const { refresher, judge } = refresherWith(
      grantOf({ refresh_token: 'refresh-2', expires_in: 120 }),
      grantOf(),
    );
    judge.mockResolvedValueOnce({ outcome: 'unavailable', retryAfter: 5 });
    const idHash = await sessions.begin();
    const { clock } = sessions;
    clock.passSeconds(280);
    expect(live(await refresher.resolve(idHash)).tokens).toMatchObject({
      accessToken: 'access-2',
      refreshToken: 'refresh-2',
      accessTokenExpiresAt: clock.seconds + 120,
      scopes: testTokens(clock).scopes,
    });
    expect((await stored(idHash))?.refreshToken).toBe('refresh-2');
  });

  it('whose keys cannot be had and that names no lifetime: the token counts for a minute', async () => {
    const { refresher, judge } = refresherWith(grantOf());
    judge.mockResolvedValueOnce({ outcome: 'unavailable', retryAfter: 5 });
    const idHash = await sessions.begin();
    sessions.clock.passSeconds(280);
    const { accessTokenExpiresAt } = live(await refresher.resolve(idHash)).tokens;
    expect(accessTokenExpiresAt).toBe(sessions.clock.seconds + 60);
  });
});

describe('what is told about renewals', () => {
  it('never names a token', async () => {
    const { refresher, events } = refresherWith(
      unavailable,
      grantOf({ refresh_token: 'refresh-2' }),
      refused('invalid_grant'),
    );
    const idHash = await sessions.begin();
    for (let round = 0; round < 3; round++) {
      sessions.clock.passSeconds(300);
      await refresher.resolve(idHash);
    }
    expect(events().map(({ event }) => event)).toEqual(['refresh_failed', 'refreshed', 'session_ended']);
    expect(JSON.stringify(events())).not.toMatch(/access-\d|refresh-\d|id-\d/);
    expect(JSON.stringify(events())).not.toContain(idHash);
  });
});
