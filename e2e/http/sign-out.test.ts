import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { discover } from '../../test/idp/client';
import { type RunningApp, startApp } from '../support/app';
import { clientSecretOf, tokensOf } from '../support/kept-session';
import { cookieOf, fetchCode, onwardFrom, redeem, sameOrigin, sessionOf, signedIn } from '../support/session';

let app: RunningApp;
beforeAll(async () => {
  app = await startApp();
}, 300_000);
afterAll(() => app.stop());

type Cookie = { cookie: string };

function signOut(session: Cookie, reach?: string, headers: Record<string, string> = sameOrigin) {
  return fetch(`${app.baseUrl}/auth/logout`, {
    method: 'POST',
    headers: { ...session, ...headers },
    redirect: 'manual',
    ...(reach !== undefined && { body: new URLSearchParams({ reach }) }),
  });
}

/** Spends a refresh token at the provider itself, as the app would. */
async function spend(refreshToken: string | undefined): Promise<string> {
  const { token_endpoint: url } = await discover(app.embeddedIssuer);
  const client = { client_id: 'claimcheck', client_secret: clientSecretOf(app) };
  const form = { grant_type: 'refresh_token', ...client, refresh_token: refreshToken ?? '' };
  const answer = await fetch(url, { method: 'POST', body: new URLSearchParams(form) });
  return answer.ok ? 'granted' : ((await answer.json()) as { error: string }).error;
}

const refreshTokenOf = async (session: Cookie) => (await tokensOf(app, session)).refreshToken;

const home = () => `${app.baseUrl}/`;
const alive = expect.objectContaining({ signedIn: true });
const over = (reason: string) => ({ signedIn: false, reason });

describe('signing out', () => {
  test.each([undefined, 'app', 'provider', 'everywhere'])(
    'with the reach "%s" revokes the refresh token, which worked until then',
    async (reach) => {
      const [left, kept] = [await signedIn(app), await signedIn(app, { username: 'bob' })];
      const [spent, untouched] = [await refreshTokenOf(left), await refreshTokenOf(kept)];
      await signOut(left, reach);
      expect(await spend(spent)).toBe('invalid_grant');
      expect(await spend(untouched)).toBe('granted');
      expect(await sessionOf(app, left)).toEqual(over('signed-out'));
    },
  );

  test('of this app alone leads home, leaves the provider signed in, and other sessions alone', async () => {
    const [session, other] = [await signedIn(app), await signedIn(app)];
    const answer = await signOut(session, 'app');
    expect([answer.status, answer.headers.get('location')]).toEqual([303, home()]);
    expect(answer.headers.getSetCookie()[0]).toMatch(/^claimcheck_session_\d+=; .*Max-Age=0/);
    expect(await sessionOf(app, session)).toEqual(over('signed-out'));
    expect(await sessionOf(app, other)).toEqual(alive);
  });

  test.each([undefined, 'provider', 'nonsense'])(
    'with the reach "%s" goes on at the provider',
    async (reach) => {
      const [session, other] = [await signedIn(app), await signedIn(app)];
      const answer = await signOut(session, reach);
      expect([answer.status, answer.headers.get('location')]).toEqual([200, null]);
      expect(new URL(onwardFrom(await answer.text())).origin).toBe(app.embeddedIssuer);
      expect(await sessionOf(app, other)).toEqual(alive);
    },
  );

  test('everywhere ends every session of the person, revokes each, and goes on at the provider', async () => {
    const [here, there, bob] = [
      await signedIn(app),
      await signedIn(app),
      await signedIn(app, { username: 'bob' }),
    ];
    const tokens = [await refreshTokenOf(here), await refreshTokenOf(there)];
    const answer = await signOut(here, 'everywhere');
    expect(new URL(onwardFrom(await answer.text())).origin).toBe(app.embeddedIssuer);
    expect(await sessionOf(app, here)).toEqual(over('signed-out'));
    expect(await sessionOf(app, there)).toEqual(over('elsewhere'));
    expect(await sessionOf(app, bob)).toEqual(alive);
    for (const token of tokens) expect(await spend(token)).toBe('invalid_grant');
  });

  test('from another site does nothing, however far it would reach', async () => {
    const session = await signedIn(app);
    for (const reach of ['app', 'provider', 'everywhere']) {
      expect((await signOut(session, reach, { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    }
    expect(await sessionOf(app, session)).toEqual(alive);
  });

  test('with a body too large to be a form is a sign-out all the same', async () => {
    const session = await signedIn(app);
    expect((await signOut(session, 'x'.repeat(100_000))).status).toBe(200);
    expect(await sessionOf(app, session)).toEqual(over('signed-out'));
  });
});

describe('a sign-in that replaces the browser’s session', () => {
  test('ends it and revokes nothing: to the provider both may be one', async () => {
    const before = await signedIn(app);
    const token = await refreshTokenOf(before);
    const answer = await redeem(app, await fetchCode(app), {}, { ...sameOrigin, ...before });
    expect(await sessionOf(app, { cookie: cookieOf(answer) })).toEqual(alive);
    expect(await sessionOf(app, before)).toEqual(over('replaced'));
    expect(await spend(token)).toBe('granted');
  });
});

describe('what a script may learn of a session that is over', () => {
  test('is its reason, again and again; a page tells it too, and leaves the cookie', async () => {
    const session = await signedIn(app);
    await signOut(session, 'app');
    for (let request = 0; request < 2; request++) {
      const api = await fetch(`${app.baseUrl}/api/notes`, { headers: session });
      expect([api.status, api.headers.getSetCookie()]).toEqual([401, []]);
      expect(await sessionOf(app, session)).toEqual(over('signed-out'));
    }
    const page = await fetch(`${app.baseUrl}/notes`, { headers: session, redirect: 'manual' });
    expect(page.headers.get('location')).toBe(`${app.baseUrl}/login?returnTo=%2Fnotes&reason=signed-out`);
    // Taking it back could take that of a sign-in in another tab meanwhile.
    expect(page.headers.getSetCookie()).toEqual([]);
  });
});
