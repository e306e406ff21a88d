import { afterEach, expect, test } from 'vitest';
import { crowd } from '../support/crowd';
import { type RefreshingApp, startRefreshingApp } from '../support/refreshing-app';

/** The short form of `npm run drill -- refresh`. The provider ends a session whose refresh token is used twice. */
let app: RefreshingApp;
afterEach(() => app?.stop());

const lifetime = 3;

test.each([
  ['one process', 1],
  ['two processes on one database', 2],
])('sixty requests at an expiry, to %s, make one refresh call and all succeed', async (_name, processes) => {
  app = await startRefreshingApp({ lifetime, processes });
  const { headers, family } = await app.signIn();
  for (let expiry = 1; expiry <= 2; expiry++) {
    const { expiresAt } = family;
    await expect.poll(() => Date.now() / 1_000, { timeout: 10_000, interval: 20 }).toBeGreaterThan(expiresAt);
    const answers = await crowd(app, headers, 60);
    expect(answers.filter(({ good }) => !good)).toEqual([]);
    expect(app.proxy.calls.filter(({ replacesExpiry }) => replacesExpiry === expiresAt)).toHaveLength(1);
  }
  expect(new Set(app.proxy.calls.map(({ outcome }) => outcome))).toEqual(new Set(['granted']));
  expect(new Set(app.proxy.calls.map(({ refreshToken }) => refreshToken)).size).toBe(app.proxy.calls.length);
});
