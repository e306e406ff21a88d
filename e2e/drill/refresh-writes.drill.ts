import { randomBytes, randomInt } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openDatabase } from '../../lib/db/open';
import { startPostgres, type TestPostgres } from '../../test/db/postgres';
import { accessToken } from '../../test/token/tokens';
import { type RunningApp, startApp } from '../support/app';
import { type AppWithOwnProvider, bearer, startWithOwnProvider } from '../support/own-provider';
import { noteScopes } from '../support/session';

/**
 * Programs that write notes over HTTP as fast as they are answered, and `kill -9` at a random moment among some two
 * hundred answers. A note is acknowledged when its 201 has arrived.
 */
const rounds = 20;
const writers = 4;

let directory: string;
let own: AppWithOwnProvider;
let app: RunningApp;
/** Each round has a writer of its own: one person may keep a thousand notes. */
let round: number;
let acknowledged: Map<string, { title: string; body: string }>;
beforeEach(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), 'claimcheck-'));
  round = 0;
  acknowledged = new Map();
});
afterEach(async () => {
  await app?.stop();
  await own?.stop();
  await rm(directory, { recursive: true, force: true });
});

async function start(env: Record<string, string> = {}): Promise<void> {
  own = await startWithOwnProvider('normal', { directory, env });
  app = own.app;
}

/** Starts the app anew on what the killed one has left. */
async function startAgain(): Promise<void> {
  app = await startApp({ directory, port: own.app.port, env: own.env });
}

/** Made when it is used: a drill takes longer than a token lives. */
const credentials = (writer = round) => {
  const now = Math.floor(Date.now() / 1_000);
  return bearer(
    accessToken(own.context, {
      iat: now,
      exp: now + 300,
      sub: `writer-${writer}`,
      scope: noteScopes.join(' '),
    }),
  );
};

/** Of every length, and with characters of one to four bytes. */
function newNote(): { title: string; body: string } {
  const title = `Kill ${randomBytes(6).toString('hex')}`;
  return { title, body: `ä 雪 🐇 ${randomBytes(randomInt(2, 3_000)).toString('base64')}`.slice(0, 4_000) };
}

/** Writes note after note until one is not acknowledged. */
async function write(onAcknowledged: () => void): Promise<void> {
  const headers = { ...credentials(), 'content-type': 'application/json' };
  for (;;) {
    const note = newNote();
    const url = `${app.baseUrl}/api/notes`;
    const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(note) }).catch(
      () => undefined,
    );
    if (response?.status !== 201) return;
    const id = response.headers.get('location')?.split('/').at(-1) ?? '';
    await response.arrayBuffer().catch(() => undefined);
    acknowledged.set(id, note);
    onAcknowledged();
  }
}

/** Writes until a random moment and kills then. @returns when no writer writes any more */
async function writeUntilKilled(kill: () => Promise<void>): Promise<void> {
  let remaining = randomInt(1, 200);
  let killed: Promise<void> | undefined;
  const onAcknowledged = () => {
    remaining -= 1;
    if (remaining <= 0) killed ??= kill();
  };
  await Promise.all(Array.from({ length: writers }, () => write(onAcknowledged)));
  expect(killed, 'a write failed before anything was killed').toBeDefined();
  await killed;
}

/** All notes of one writer, as the API lists them. */
async function listed(writer: number): Promise<Map<string, { title: string; body: string }>> {
  const notes = new Map<string, { title: string; body: string }>();
  const headers = credentials(writer);
  for (let cursor: string | null = ''; cursor !== null; ) {
    const url = `${app.baseUrl}/api/notes?limit=100${cursor && `&cursor=${encodeURIComponent(cursor)}`}`;
    const response = await fetch(url, { headers });
    if (response.status !== 200) throw new Error(`${response.status}: ${await response.text()}`);
    const page = (await response.json()) as Listed;
    for (const { id, title, body } of page.notes) notes.set(id, { title, body });
    cursor = page.nextCursor;
  }
  return notes;
}

interface Listed {
  notes: { id: string; title: string; body: string }[];
  nextCursor: string | null;
}

/** @returns the acknowledged notes that are not there byte for byte */
async function lost(): Promise<string[]> {
  const notes = new Map<string, { title: string; body: string }>();
  for (let writer = 0; writer <= round; writer++) {
    for (const [id, note] of await listed(writer)) notes.set(id, note);
  }
  const isThere = ([id, { title, body }]: [string, { title: string; body: string }]) =>
    notes.get(id)?.title === title && notes.get(id)?.body === body;
  return [...acknowledged].filter((entry) => !isThere(entry)).map(([id]) => id);
}

const answers = async () =>
  (await fetch(`${app.baseUrl}/api/notes?limit=1`, { headers: credentials() })).status;

function report(name: string, missing: number): void {
  console.log(`\nkill -9 during writes, ${name}`);
  console.log(`  rounds ${rounds}  acknowledged notes ${acknowledged.size}  lost ${missing}`);
}

/** What SQLite finds wrong with a file; `ok` where nothing. */
async function integrity(): Promise<unknown> {
  const db = openDatabase(path.join(directory, '.data', 'claimcheck.db'));
  try {
    return (await sql`pragma integrity_check`.execute(db)).rows;
  } finally {
    await db.destroy();
  }
}

describe('no acknowledged note is lost by kill -9 during writes', () => {
  test('on SQLite, of the app', async () => {
    await start();
    const missing: string[] = [];
    for (round = 0; round < rounds; round++) {
      await writeUntilKilled(() => app.kill());
      expect(await integrity()).toEqual([{ integrity_check: 'ok' }]);
      await startAgain();
      missing.push(...(await lost()));
    }
    report('SQLite', missing.length);
    expect(missing).toEqual([]);
  });

  describe('on PostgreSQL', () => {
    let server: TestPostgres;
    beforeEach(async () => {
      server = await startPostgres({ durable: true });
    });
    afterEach(() => server.stop());

    /** Checks that every index has every row of its table. @throws where one has not */
    const checkIndexes = () =>
      server.run(
        `create extension if not exists amcheck;
         select bt_index_check(index.indexrelid, true) from pg_index index
           join pg_class class on class.oid = index.indexrelid
           join pg_namespace space on space.oid = class.relnamespace
           join pg_am method on method.oid = class.relam
          where method.amname = 'btree' and space.nspname = 'public'`,
        'claimcheck',
      );

    test('of the app and of the server in turns', async () => {
      await start({ DATABASE_URL: server.url() });
      const missing: string[] = [];
      for (round = 0; round < rounds; round++) {
        if (round % 2 === 0) {
          await writeUntilKilled(() => app.kill());
          await startAgain();
        } else {
          await writeUntilKilled(() => server.kill9());
          await server.start();
          await expect.poll(answers, { timeout: 15_000, interval: 50 }).toBe(200);
        }
        missing.push(...(await lost()));
        await checkIndexes();
      }
      report('PostgreSQL', missing.length);
      expect(missing).toEqual([]);
    });
  });
});
