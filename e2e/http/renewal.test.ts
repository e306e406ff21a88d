import { afterEach, describe, expect, test } from 'vitest';
import { type RunningApp, startApp } from '../support/app';
import { replaceAccessToken } from '../support/kept-session';
import { asked } from '../support/scopes';
import { signedIn } from '../support/session';

let app: RunningApp;
afterEach(() => app?.stop());

const events = (name: string) => app.output().match(new RegExp(`"event":"${name}"`, 'g'))?.length ?? 0;

describe('a refresh at Entra ID, with one registration for app and API', () => {
  test('names the scopes that were granted, and is answered', async () => {
    app = await startApp({ personality: 'entra', env: { IDP_ACCESS_TOKEN_TTL: '3' } });
    const names = ['openid', 'profile', 'email', 'offline_access', asked(app, 'note:read')];
    const headers = await signedIn(app, { scopes: names });
    const scopes = async () => (await fetch(`${app.baseUrl}/api/my-scopes`, { headers })).json();
    const before = await scopes();
    expect(before.length).toBeGreaterThan(0);
    for (const renewals of [1, 2]) {
      await expect
        .poll(async () => [await scopes(), events('refreshed')], { timeout: 8_000, interval: 200 })
        .toEqual([before, renewals]);
    }
    expect([events('refresh_failed'), events('session_ended')]).toEqual([0, 0]);
  });
});

describe('a session whose access token is refused', () => {
  test('is renewed once, for all who ask together; nobody is sent to sign in', async () => {
    app = await startApp();
    const headers = await signedIn(app);
    // The signature of another key.
    await replaceAccessToken(app, headers, (token) => token.replace(/[^.]{20}$/, 'A'.repeat(20)));
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => fetch(`${app.baseUrl}/api/my-scopes`, { headers })),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(events('refreshed')).toBe(1);
    expect(app.output()).not.toMatch(/eyJ/);
  });
});
