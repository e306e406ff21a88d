import { afterEach, describe, expect, test } from 'vitest';
import { burst } from '../support/burst';
import { type RefreshingApp, startRefreshingApp } from '../support/refreshing-app';

/** The short form of `npm run drill -- refresh`. The provider ends a session whose refresh token is used twice. */
let app: RefreshingApp;
afterEach(() => app?.stop());

const lifetime = 3;

describe('sixty requests at an expiry make one refresh call, and all succeed', () => {
  test.each([
    ['one process', 1],
    ['two processes on one database file', 2],
  ])('sent to %s', { timeout: 120_000 }, async (_name, processes) => {
    app = await startRefreshingApp({ lifetime, processes });
    const { headers, family } = await app.signIn();
    for (let expiry = 1; expiry <= 2; expiry++) {
      const { expiresAt } = family;
      const now = () => Date.now() / 1_000;
      await expect.poll(now, { timeout: 10_000, interval: 20 }).toBeGreaterThan(expiresAt);
      const answers = await burst(app, headers, 60);
      expect(answers.filter(({ good }) => !good)).toEqual([]);
      expect(app.proxy.calls.filter(({ replacesExpiry }) => replacesExpiry === expiresAt)).toHaveLength(1);
    }
    const { calls } = app.proxy;
    expect(new Set(calls.map(({ outcome }) => outcome))).toEqual(new Set(['granted']));
    expect(new Set(calls.map(({ refreshToken }) => refreshToken)).size).toBe(calls.length);
  });
});
