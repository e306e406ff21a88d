import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startPostgres, type TestPostgres } from '../../test/db/postgres';
import { burst } from '../support/burst';
import { type RefreshingApp, type SignedIn, startRefreshingApp } from '../support/refreshing-app';
import type { RefreshCall, Treatment } from '../support/token-proxy';
import {
  burstSize,
  callsWith,
  expectNobodyNoticed,
  expectNothingSpentTwice,
  expectOneCallPerExpiry,
  type Figures,
  failedIn,
  moment,
  report,
  type Storm,
  statuses,
  storm,
  stormAtExpiry,
  throughExpiries,
} from './expiries';

/** Two processes on one PostgreSQL, beside a provider that is not well. Access tokens of 5 s, 200 requests at each expiry. */
let server: TestPostgres;
beforeAll(async () => {
  server = await startPostgres({ durable: true });
});
afterAll(() => server?.stop());

let app: RefreshingApp;
let databases = 0;
afterEach(() => app?.stop());

async function start(): Promise<RefreshingApp> {
  const url = await server.createDatabase(`drill${databases++}`);
  return startRefreshingApp({ lifetime: 5, processes: 2, env: { DATABASE_URL: url } });
}

/** Seconds that a process may have a session to itself. */
const lease = 15;

/** What every third token call gets instead of an answer of the provider. */
const everyThird =
  (instead: (call: number) => Treatment['instead']) =>
  (call: number): Treatment =>
    call % 3 === 0 ? { instead: instead(call) } : {};

describe('200 requests at each expiry make one refresh call that is granted, and nobody notices', () => {
  test.each([
    ['the provider answers after 2 s', 20, () => ({ before: 2_000 })],
    ['every third token call fails with 503', 20, everyThird(() => 503)],
    [
      'every third token call is answered 429, or an empty 200',
      4,
      everyThird((call) => (call % 2 === 0 ? 429 : 'empty')),
    ],
  ])('while %s', async (name, expiries, treatment) => {
    app = await start();
    const someone = await app.signIn();
    const figures = await throughExpiries(app, someone, { expiries, treatment });
    report(name, figures, app);
    expectNobodyNoticed(figures);
    expectNothingSpentTwice(app);
    expectOneCallPerExpiry(figures);
  });

  test('though one of the processes is killed in mid-refresh', async () => {
    app = await start();
    const someone = await app.signIn();
    const before = await throughExpiries(app, someone, { expiries: 6 });
    const { survivors, calls, killed, call, took } = await killInMidRefresh(someone, { before: 4_000 });
    await app.restart(killed);
    const after = await throughExpiries(app, someone, { expiries: 13 });
    const disturbed: Storm = { answers: survivors, calls, expiry: call.replacesExpiry };
    const figures: Figures = {
      storms: [...before.storms, disturbed, ...after.storms],
      quiet: [...before.quiet, ...after.quiet],
    };
    report('one of two processes killed in mid-refresh', figures, app);
    console.log(`  the survivor's requests were answered ${took.toFixed(1)} s after the kill at the latest`);
    expect(call.outcome).toBe('abandoned');
    expectNobodyNoticed(figures);
    expectNothingSpentTwice(app);
    expectOneCallPerExpiry(figures);
    expect(took).toBeLessThan(lease + 3);
  });
});

describe('a process that is killed after the provider rotated, before it wrote that down', () => {
  test('ends that one session at most, and holds nobody up for longer than the lease', async () => {
    app = await start();
    const unlucky = await app.signIn();
    const other = await app.signIn();
    const others: Storm[] = [];
    const { survivors, killed, call, took } = await killInMidRefresh(
      unlucky,
      { after: 4_000 },
      async (dead) => {
        const survivor = { ...app, processes: app.processes.filter((_, index) => index !== dead) };
        // As long as the other one's lease, the session beside it goes on through its own expiries.
        for (let expiry = 0; expiry < 3; expiry++) others.push(await stormAtExpiry(survivor, other, 50));
      },
    );
    const beside = others.flatMap((one) => one.answers);
    const slowest = Math.max(...beside.map(({ latency }) => latency));
    console.log('\nkilled after the provider rotated');
    console.log(
      `  its session's requests to the survivor: ${statuses(survivors)}, after ${took.toFixed(1)} s at most`,
    );
    console.log(`  another session's: ${statuses(beside)}, after ${slowest.toFixed(0)} ms at most`);
    expect(call.outcome).toBe('lost');
    // Signed out, or still in: never an error, and never without an answer.
    expect(survivors.filter(({ status }) => ![200, 307, 401].includes(status))).toEqual([]);
    expect(took).toBeLessThan(lease + 3);
    expect(failedIn(beside)).toEqual([]);
    expect(slowest).toBeLessThan(5_000);
    expect(
      callsWith(
        others.flatMap(({ calls }) => calls).filter(({ family }) => family === other.family),
        'granted',
      ),
    ).toHaveLength(3);
    await app.restart(killed);
    expect(failedIn((await storm(app, other)).answers)).toEqual([]);
    expect(failedIn((await storm(app, await app.signIn())).answers)).toEqual([]);
  });
});

/**
 * Sends a burst at an expiry and kills the process that makes the refresh call, while the proxy holds that.
 * @param meanwhile what else happens while the burst waits; told the number of the killed process
 * @returns what the survivor answered, and the seconds from the kill until its last answer
 */
async function killInMidRefresh(
  someone: SignedIn,
  held: { before: number } | { after: number },
  meanwhile: (killed: number) => Promise<void> = async () => undefined,
) {
  const known = app.proxy.calls.length;
  app.proxy.treat((_call, { family }) =>
    family === someone.family && app.proxy.calls.length === known + 1 ? held : {},
  );
  await moment(someone.family.expiresAt);
  const begin = performance.now();
  const asked = burst(app, someone.headers, burstSize);
  const call = await heldCall(known, 'after' in held);
  const killed = Number(call.caller);
  await app.processes[killed]?.kill();
  const killedAt = performance.now() - begin;
  const [answers] = await Promise.all([asked, meanwhile(killed)]);
  const survivors = answers.filter(({ process }) => process !== killed);
  const took = (Math.max(...survivors.map(({ latency }) => latency)) - killedAt) / 1_000;
  return { survivors, calls: app.proxy.calls.slice(known), killed, call, took };
}

/** The call that the proxy holds: before the provider has seen it, or after that has rotated the token. */
async function heldCall(known: number, rotated: boolean): Promise<RefreshCall> {
  const held = () => {
    const call = app.proxy.calls[known];
    return call !== undefined && (!rotated || (call.family?.expiresAt ?? 0) > call.replacesExpiry);
  };
  await expect.poll(held, { timeout: 10_000, interval: 10 }).toBe(true);
  return app.proxy.calls[known] as RefreshCall;
}
