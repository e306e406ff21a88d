import { randomBytes } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { tokensOf } from '../support/kept-session';
import { type RefreshingApp, startRefreshingApp } from '../support/refreshing-app';

let app: RefreshingApp;
afterEach(() => app?.stop());

describe('a stop in the midst of a renewal', () => {
  const secret = randomBytes(32).toString('hex');
  // Due for renewal after 4 s, expired after 5.
  const lifetime = 5;

  test('whose client has gone waits for it: the new tokens are kept', { timeout: 60_000 }, async () => {
    app = await startRefreshingApp({ lifetime, env: { SESSION_SECRET: secret } });
    const [server] = app.processes as [(typeof app.processes)[number]];
    const { headers, family } = await app.signIn();
    app.proxy.treat(() => ({ after: 3_000 }));
    await setTimeout(family.expiresAt * 1_000 - Date.now());
    const client = new AbortController();
    const asked = fetch(`${app.baseUrl}/auth/session`, { headers, signal: client.signal }).catch(
      () => 'gone',
    );
    await expect.poll(() => app.proxy.calls.length, { timeout: 5_000, interval: 20 }).toBe(1);
    client.abort();
    expect(await asked).toBe('gone');

    const { code, took } = await server.stop();
    expect(code).toBe(0);
    expect(took).toBeGreaterThan(2_000);
    expect(took).toBeLessThan(10_000);
    const [call] = app.proxy.calls;
    expect(call?.outcome).toBe('granted');
    const tokens = await tokensOf(server, headers, secret);
    expect(tokens.refreshToken).not.toBe(call?.refreshToken);

    // The provider ends a session whose refresh token comes twice.
    app.proxy.treat(() => ({}));
    await app.restart(0);
    const answer = await fetch(`${app.baseUrl}/auth/session`, { headers });
    expect(await answer.json()).toMatchObject({ signedIn: true });
  });
});
