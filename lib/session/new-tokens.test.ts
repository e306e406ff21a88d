import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { gone, grantOf, live, refresherWith, spent } from '../../test/session/refresher';
import { type TestSessions, testIdentity, testSessions, testTokens } from '../../test/session/sessions';
import type { TokenAnswer } from '../provider/token-answer';

let sessions: TestSessions;
beforeEach(async () => {
  sessions = await testSessions();
});
afterEach(() => sessions.database.remove());

const stored = async (idHash: string) => (await sessions.live(idHash)).tokens;

describe('a store that is gone when the provider has answered', () => {
  it('gets the new tokens when it is back: nobody spends the old one again, nobody is signed out', async () => {
    const { clock } = sessions;
    const { resolve, refresh, store, events } = refresherWith(
      sessions,
      grantOf({ refresh_token: 'refresh-2' }),
    );
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
    const { resolve, store } = refresherWith(sessions, grantOf({ refresh_token: 'refresh-2' }));
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
    const { resolve, store } = refresherWith(sessions, grantOf());
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

describe('an answer in a shape of its own', () => {
  it('with a new refresh token alone keeps that, and asks again with it', async () => {
    const { clock } = sessions;
    const half: TokenAnswer = {
      outcome: 'unavailable',
      reason: 'no access_token',
      refreshToken: 'refresh-2',
    };
    const { resolve, refresh, events } = refresherWith(
      sessions,
      half,
      grantOf({ refresh_token: 'refresh-3' }),
    );
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
    const { resolve, refresh, store } = refresherWith(sessions, half, grantOf());
    const replace = vi.spyOn(store, 'replaceTokens');
    for (let outage = 0; outage < 5; outage++) replace.mockRejectedValueOnce(gone);
    const idHash = await sessions.begin();
    sessions.clock.passSeconds(300);
    live(await resolve(idHash));
    expect(spent(refresh)).toEqual(['refresh-1', 'refresh-2']);
  });

  it('with a new refresh token alone does not bring back whoever has signed out meanwhile', async () => {
    const { resolve, refresh, revoke } = refresherWith(sessions, grantOf());
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
    const { resolve } = refresherWith(sessions, grantOf({ access_token: endless, expires_in: 120 }));
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
    const { resolve, isIdTokenOf } = refresherWith(sessions, grantOf({ id_token: 'id-2' }));
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
