import { afterEach, describe, test } from 'vitest';
import { startPostgres, type TestPostgres } from '../../test/db/postgres';
import { type RefreshingApp, startRefreshingApp } from '../support/refreshing-app';
import {
  expectNobodyNoticed,
  expectNothingSpentTwice,
  expectOneCallPerExpiry,
  report,
  throughExpiries,
} from './expiries';

/**
 * Access tokens of 5 s, and a provider that ends the session when a refresh token is used twice. At each expiry 200
 * requests at once, to pages and to the API, all of one session.
 */
let app: RefreshingApp;
let server: TestPostgres | undefined;
afterEach(async () => {
  await app?.stop();
  await server?.stop();
});

async function twoProcessesOnPostgres() {
  server = await startPostgres({ durable: true });
  return { processes: 2, env: { DATABASE_URL: server.url() } };
}

describe('200 requests at each of 20 expiries make one refresh call, and nobody notices', () => {
  test.each([
    ['one process on SQLite', async () => ({ processes: 1 })],
    ['two processes on one PostgreSQL', twoProcessesOnPostgres],
  ])('%s', async (name, options) => {
    app = await startRefreshingApp({ lifetime: 5, ...(await options()) });
    const someone = await app.signIn();
    const figures = await throughExpiries(app, someone, { expiries: 20 });
    report(name, figures, app);
    expectNobodyNoticed(figures);
    expectNothingSpentTwice(app);
    expectOneCallPerExpiry(figures);
  });
});
