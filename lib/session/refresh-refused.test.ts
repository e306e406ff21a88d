import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  anotherProcess,
  grantOf,
  live,
  refresherWith,
  refused,
  spent,
  unavailable,
} from '../../test/session/refresher';
import { type TestSessions, testSessions, testTokens } from '../../test/session/sessions';

let sessions: TestSessions;
beforeEach(async () => {
  sessions = await testSessions();
});
afterEach(() => sessions.database.remove());

describe('a refresh token that is dead by another name', () => {
  const names = ['invalid_request', 'access_denied', 'unauthorized_client', 'invalid_scope', 'token_expired'];

  it.each(names)('(%s) lets people go on while their access token is good', async (error) => {
    const { clock } = sessions;
    const { resolve, refresh } = refresherWith(sessions, refused(error));
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
      const { resolve } = refresherWith(sessions, refused(error));
      const idHash = await sessions.begin();
      sessions.clock.passSeconds(300);
      expect(await resolve(idHash)).toEqual({ outcome: 'unavailable', retryAfter: 4 });
      await sessions.live(idHash);
    },
  );
});

describe('a session whose access token is refused', () => {
  it('is renewed once for all who ask together', async () => {
    const { refresher, refresh, events } = refresherWith(sessions, grantOf({ refresh_token: 'refresh-2' }));
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
    const first = refresherWith(sessions, grantOf({ refresh_token: 'refresh-2' }));
    const second = anotherProcess(sessions, first.refresh);
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
    const { resolve, refresh } = refresherWith(sessions, ...answers);
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
    const { resolve, refresh } = refresherWith(sessions, grantOf({ access_token: 'access-1' }));
    const idHash = await sessions.begin();
    for (let request = 0; request < 3; request++) live(await resolve(idHash, { refusedToken: 'access-1' }));
    expect(refresh).toHaveBeenCalledTimes(1);
  });

  it('stays as it is without a refresh token', async () => {
    const { resolve, refresh } = refresherWith(sessions, grantOf());
    const idHash = await sessions.begin(testTokens(sessions.clock, { refreshToken: undefined }));
    expect(live(await resolve(idHash, { refusedToken: 'access-1' })).tokens.accessToken).toBe('access-1');
    expect(refresh).not.toHaveBeenCalled();
  });

  it('is unavailable while the provider is in trouble: nobody is sent away for that', async () => {
    const { resolve, refresh } = refresherWith(sessions, unavailable);
    const idHash = await sessions.begin();
    const answer = await resolve(idHash, { refusedToken: 'access-1' });
    expect(answer).toEqual({ outcome: 'unavailable', retryAfter: 4 });
    expect(await resolve(idHash, { refusedToken: 'access-1' })).toEqual(answer);
    expect(refresh).toHaveBeenCalledTimes(3);
  });

  it.each(['invalid_grant', 'access_denied'])('ends where the provider says %s', async (error) => {
    const { resolve } = refresherWith(sessions, refused(error));
    const idHash = await sessions.begin();
    expect(await resolve(idHash, { refusedToken: 'access-1' })).toEqual({
      outcome: 'ended',
      reason: 'provider',
    });
  });

  it('waits for an ordinary renewal under way, and is content with what that brings', async () => {
    const { clock } = sessions;
    const { refresher, refresh } = refresherWith(sessions, grantOf());
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
