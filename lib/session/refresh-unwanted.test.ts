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
import { type TestSessions, testSessions } from '../../test/session/sessions';

let sessions: TestSessions;
beforeEach(async () => {
  sessions = await testSessions();
});
afterEach(() => sessions.database.remove());

const unwantedToken = 'access-1';

describe('a session whose owner wants its token renewed before its time', () => {
  it('is renewed once for all who ask together, and spends its refresh token once', async () => {
    const { refresher, refresh } = refresherWith(sessions, grantOf({ refresh_token: 'refresh-2' }));
    const idHash = await sessions.begin();
    const resolutions = await Promise.all(
      Array.from({ length: 50 }, (_, n) => refresher.resolve(idHash, n % 2 ? {} : { unwantedToken })),
    );
    const tokens = resolutions.map((resolution) => live(resolution).tokens.accessToken);
    // Whoever did not ask for it does not wait for it.
    expect(tokens.filter((_, n) => n % 2 === 0)).toEqual(Array(25).fill('access-2'));
    expect(spent(refresh)).toEqual(['refresh-1']);
  });

  it('is renewed once by several processes', async () => {
    const first = refresherWith(sessions, grantOf({ refresh_token: 'refresh-2' }));
    const second = anotherProcess(sessions, first.refresh);
    const idHash = await sessions.begin();
    const both = [first, second].map(({ refresher }) => refresher.resolve(idHash, { unwantedToken }));
    for (const resolution of await sessions.clock.until(Promise.all(both))) {
      expect(live(resolution).tokens.accessToken).toBe('access-2');
    }
    expect(spent(first.refresh)).toEqual(['refresh-1']);
  });

  it('is left alone where another renewal has replaced the token already', async () => {
    const { resolve, refresh } = refresherWith(sessions, grantOf());
    const idHash = await sessions.begin();
    sessions.clock.passSeconds(280);
    await resolve(idHash);
    expect(live(await resolve(idHash, { unwantedToken })).tokens.accessToken).toBe('access-2');
    expect(refresh).toHaveBeenCalledTimes(1);
  });

  it('takes the same token again for an answer', async () => {
    const { resolve, refresh } = refresherWith(sessions, grantOf({ access_token: 'access-1' }));
    const idHash = await sessions.begin();
    expect(live(await resolve(idHash, { unwantedToken })).version).toBe(2);
    expect(refresh).toHaveBeenCalledTimes(1);
  });

  it.each([
    ['does not answer', unavailable],
    ['refuses the client', refused('invalid_client')],
  ])('goes on with the token it has where the provider %s', async (_, answer) => {
    const { resolve } = refresherWith(sessions, answer);
    const idHash = await sessions.begin();
    expect(await resolve(idHash, { unwantedToken })).toMatchObject({ outcome: 'unavailable' });
    expect(live(await resolve(idHash)).tokens.accessToken).toBe('access-1');
  });

  it('ends where the provider has taken the refresh token back', async () => {
    const { resolve } = refresherWith(sessions, refused('invalid_grant'));
    const idHash = await sessions.begin();
    expect(await resolve(idHash, { unwantedToken })).toEqual({ outcome: 'ended', reason: 'provider' });
  });
});
