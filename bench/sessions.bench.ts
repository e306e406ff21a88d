import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, test } from 'vitest';
import { startApp } from '../e2e/support/app';
import { signedIn } from '../e2e/support/session';
import type { DatabaseSettings } from '../lib/config/database-url';
import { type Database, migrate, openStore } from '../lib/db/open';
import { hashSessionId, newSessionId } from '../lib/session/cookie';
import { createSeal } from '../lib/session/seal';
import type { SessionTokens } from '../lib/session/session';
import { SessionStore } from '../lib/session/store';
import { startPostgres, type TestPostgres } from '../test/db/postgres';
import { startBareApp } from './bare-app';
import { type Load, mediansInTurns, requestsPerSecond } from './load';

/** On disk with every commit, as people run it. */
let server: TestPostgres;
let folder: string;
beforeAll(async () => {
  server = await startPostgres({ durable: true });
  folder = mkdtempSync(path.join(tmpdir(), 'claimcheck-bench-'));
}, 120_000);
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
}, 60_000);

const rounds = 5;
const atOnce = 16;
const operations = 400;

/** As large as the tokens of common providers. */
const tokens = (): SessionTokens => ({
  accessToken: randomBytes(900).toString('base64url'),
  refreshToken: randomBytes(300).toString('base64url'),
  idToken: randomBytes(800).toString('base64url'),
  accessTokenExpiresAt: 0,
  obtainedAt: 0,
  scopes: ['openid', 'profile', 'example:note:read'],
  name: 'Alice Liddell',
});

/** How often in a second, 16 at a time. */
async function perSecond(step: (index: number) => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  let next = 0;
  const worker = async () => {
    while (next < operations) await step(next++);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return operations / ((performance.now() - begin) / 1_000);
}

function steps(db: Database) {
  const seal = createSeal([randomBytes(32).toString('hex')]);
  const options = { db, seal, clock: Date.now, idleTimeout: 3_600, maxAge: 43_200 };
  const store = new SessionStore(options);
  const ids = Array.from({ length: operations }, () => hashSessionId(newSessionId()));
  let begun = 0;
  const begin = () => {
    // Everybody is somebody else: nobody has to make room.
    const owner = { issuer: 'https://id.example', subject: `person-${begun++}` };
    const idHash = ids[begun] ?? hashSessionId(newSessionId());
    return store.create({
      ...owner,
      identity: { ...owner, sid: 'sid' },
      device: 'Firefox',
      idHash,
      tokens: tokens(),
    });
  };
  const find = (index: number) => store.find(ids[(index % (operations - 1)) + 1] ?? '');
  const renew = async (index: number) => {
    const found = await find(index);
    if (found.outcome === 'ended') throw new Error(`the session is over: ${found.reason}`);
    await store.leases.take(found.session, 15_000);
    await store.replaceTokens(found.session, tokens());
  };
  return { 'begin a session': begin, 'read a session': find, 'renew its tokens': renew };
}

/** Of the table and its indexes; of the whole file on SQLite, which holds next to nothing else. */
async function bytesPerSession(db: Database, { kind }: DatabaseSettings): Promise<number> {
  const size =
    kind === 'sqlite'
      ? sql<number>`(select page_count * page_size from pragma_page_count(), pragma_page_size())`
      : sql<number>`pg_total_relation_size('session')`;
  const { rows } = await sql<{ bytes: number }>`select ${size} / count(*) as bytes from session`.execute(db);
  return rows[0]?.bytes ?? 0;
}

/** What sessions cost the database, in units of reading one from SQLite within the same run. */
test('sessions, the store alone', async () => {
  const places: DatabaseSettings[] = [
    { kind: 'sqlite', file: path.join(folder, 'sessions.db') },
    { kind: 'postgres', url: await server.createDatabase('sessions'), poolMax: 10 },
  ];
  const databases = places.map((settings) => ({ settings, db: openStore(settings) }));
  const candidates: Record<string, () => Promise<number>> = {};
  for (const { settings, db } of databases) {
    await migrate(db);
    for (const [name, step] of Object.entries(steps(db))) {
      candidates[`${settings.kind}, ${name}`] = () => perSecond(step);
    }
  }
  const rates = await mediansInTurns(candidates, rounds);
  const base = rates.get('sqlite, read a session') ?? 0;
  console.log(
    `\nSessions in the store, ${atOnce} at once, median of ${rounds} rounds, Node ${process.version}`,
  );
  for (const [name, rate] of rates) {
    console.log(`${name.padEnd(30)} ${rate.toFixed(0).padStart(7)} per second  ${(rate / base).toFixed(3)}`);
  }
  for (const { settings, db } of databases) {
    const bytes = await bytesPerSession(db, settings);
    console.log(
      `${settings.kind.padEnd(30)} ${(bytes / 1_024).toFixed(1).padStart(7)} KiB per session, indexes included`,
    );
    await db.destroy();
  }
}, 600_000);

/** Requests with a session cookie on either database, beside a route that does nothing, in turns within one run. */
test('sessions, the app', async () => {
  const bare = await startBareApp();
  const apps = {
    'session on SQLite': await startApp(),
    'session on PostgreSQL': await startApp({ env: { DATABASE_URL: await server.createDatabase('app') } }),
  };
  const asking = (load: Pick<Load, 'url' | 'headers'>) => () =>
    requestsPerSecond({ ...load, connections: atOnce, duration: 2_000 });
  const candidates: Record<string, () => Promise<number>> = {
    'bare route handler': asking({ url: bare.url }),
  };
  for (const [name, app] of Object.entries(apps)) {
    const url = `${app.baseUrl.replace('localhost', '127.0.0.1')}/api/my-token`;
    candidates[name] = asking({ url, headers: { ...(await signedIn(app)) } });
  }
  const rates = await mediansInTurns(candidates, rounds);
  await Promise.all([...Object.values(apps).map((app) => app.stop()), bare.stop()]);
  const base = rates.get('bare route handler') ?? 0;
  console.log(`\nRequests per second, ${atOnce} connections, median of ${rounds} rounds of 2 s`);
  for (const [name, rate] of rates) {
    console.log(`${name.padEnd(30)} ${rate.toFixed(0).padStart(7)}  ${(rate / base).toFixed(2)} of bare`);
  }
}, 600_000);
