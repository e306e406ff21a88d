import { connect, createServer, type Server, type Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { startPostgres, type TestPostgres } from '../../test/db/postgres';
import { type Database, migrate } from './open';
import { openPostgres, type PostgresOptions } from './postgres';
import { isStoreError } from './store-error';

/** One of this file's own, because it is ended and started again. */
let server: TestPostgres;
const handles: Database[] = [];
beforeAll(async () => {
  server = await startPostgres();
  const db = open();
  await migrate(db);
  await db.destroy();
});
afterEach(() => Promise.all(handles.splice(0).map((db) => db.destroy())));
afterAll(() => server.stop());

function open({
  url = server.url(),
  poolMax = 4,
  ...options
}: Partial<PostgresOptions & { url: string; poolMax: number }> = {}) {
  const db = openPostgres({ kind: 'postgres', url, poolMax }, options);
  handles.push(db);
  return db;
}

const note = (id: string) => ({
  ...{ id, issuer: 'https://id.example', subject: 'alice', title: 't', body: '' },
  ...{ version: 1, created_at: 1_763_812_800_000, updated_at: 2 },
});
const insert = (db: Database, id: string) => db.insertInto('note').values(note(id)).execute();
const ids = async (db: Database) =>
  (await db.selectFrom('note').select('id').orderBy('id').execute()).map(({ id }) => id);
const thrown = (doing: Promise<unknown>) =>
  doing.then(
    () => undefined,
    (error: unknown) => error,
  );
const one = async <T>(db: Database, text: string) =>
  Object.values((await sql.raw<Record<string, T>>(text).execute(db)).rows[0] ?? {})[0];

/** Ends the connections of this app, and waits until they are gone. */
const endConnections = () =>
  server.run(
    `select pg_terminate_backend(pid, 5000) from pg_stat_activity where application_name = 'claimcheck'`,
  );

describe('a connection', () => {
  it('says who it is, and that its statements may not take for ever', async () => {
    const db = open();
    expect(await one(db, 'show application_name')).toBe('claimcheck');
    expect(await one(db, 'show statement_timeout')).toBe('5s');
    expect(await one(open({ patience: 600_000 }), 'show statement_timeout')).toBe('10min');
  });

  it('gives a bigint as a number, and does so to nobody else', async () => {
    expect(await one(open(), 'select 1763812800000::bigint')).toBe(1_763_812_800_000);
    expect((await server.run('select 1::bigint as n')).rows).toEqual([{ n: '1' }]);
  });

  it('is one of so many at most; who gets none in time is told so', async () => {
    const db = open({ poolMax: 1, connecting: 2_000 });
    const error = await db.connection().execute(() => thrown(one(db, 'select 1')));
    expect(error).toMatchObject({ code: 'POSTGRES_POOL_EXHAUSTED' });
    expect(isStoreError(error)).toBe(true);
    expect(await one(db, 'select 1')).toBe(1);
  });
});

describe('a connection that was ended', () => {
  it('while it was idle is replaced, for reading and for writing, and somebody is told', async () => {
    const told: string[] = [];
    const db = open({ onLost: (error) => told.push(error.message) });
    for (const ask of [() => ids(db), () => insert(db, 'idle')]) {
      await one(db, 'select 1');
      await endConnections();
      await ask();
    }
    expect(await ids(db)).toContain('idle');
    expect(told).toHaveLength(2);
  });

  it('while a select ran on it: the select is asked again on another one', async () => {
    const db = open();
    const running = sql<{ n: number }>`select 1 as n from pg_sleep(0.4)`.execute(db);
    await busy(1);
    await endConnections();
    expect((await running).rows).toEqual([{ n: 1 }]);
  });

  it('while a write ran on it: the write is not repeated, and the next one finds another connection', async () => {
    const db = open();
    const running = thrown(
      sql`insert into note select 'twice', 'i', 's', 't', '', 1, 1, 1 from pg_sleep(1)`.execute(db),
    );
    await busy(1);
    await endConnections();
    expect(isStoreError(await running)).toBe(true);
    expect(await ids(db)).not.toContain('twice');
    await insert(db, 'after a lost write');
    expect(await ids(db)).toContain('after a lost write');
  });

  it('inside a transaction: nothing is repeated, not even a select, and nothing of it is kept', async () => {
    const db = open();
    const error = await thrown(
      db.transaction().execute(async (transaction) => {
        await insert(transaction, 'lost');
        await endConnections();
        await ids(transaction);
      }),
    );
    expect(isStoreError(error)).toBe(true);
    expect(await ids(db)).not.toContain('lost');
  });

  /** Waits until so many statements of the app are running. */
  async function busy(count: number): Promise<void> {
    const running = `select count(*)::int as n from pg_stat_activity where application_name = 'claimcheck' and state = 'active'`;
    await expect.poll(async () => (await server.run(running)).rows[0].n).toBe(count);
  }
});

describe('a statement', () => {
  it('that takes too long is given up by the server, and its connection is as good as before', async () => {
    const db = open({ patience: 100, poolMax: 1 });
    const pid = await one(db, 'select pg_backend_pid()');
    const error = await thrown(sql`select pg_sleep(5)`.execute(db));
    expect(error).toMatchObject({ code: '57014' });
    expect(isStoreError(error)).toBe(true);
    expect(await one(db, 'select pg_backend_pid()')).toBe(pid);
  });

  it('that is wrong is no store error', async () => {
    const db = open();
    await insert(db, 'unique');
    for (const doing of [insert(db, 'unique'), one(db, 'select nonsense')]) {
      expect(isStoreError(await thrown(doing))).toBe(false);
    }
  });

  it('after a transaction that nobody finished runs outside of it', async () => {
    const db = open({ poolMax: 1 });
    await db.connection().execute(async (connection) => {
      await sql`begin`.execute(connection);
      await insert(connection, 'unfinished');
    });
    expect(await ids(db)).not.toContain('unfinished');
  });
});

describe('a server that is not there', () => {
  it('is a store error while it is gone, and none once it is back', async () => {
    const db = open();
    await ids(db);
    await server.halt();
    for (const doing of [ids(db), insert(db, 'gone')]) {
      expect(await thrown(doing)).toMatchObject({ code: 'POSTGRES_UNREACHABLE', reason: 'ECONNREFUSED' });
    }
    await server.start();
    await insert(db, 'back');
    expect(await ids(db)).toContain('back');
  });

  it('any more after kill -9 of all of it is found again too', async () => {
    const db = open();
    await ids(db);
    await server.kill9();
    expect(isStoreError(await thrown(insert(db, 'killed')))).toBe(true);
    await server.start();
    await insert(db, 'revived');
    expect(await ids(db)).toContain('revived');
  });
});

describe('a server that stops answering', () => {
  it('does not keep anybody longer than the deadline, and is left for a new connection', async () => {
    const line = await startLine(server.port);
    const db = open({ url: server.url().replace(String(server.port), String(line.port)), patience: 300 });
    await ids(db);
    line.cut();
    const before = performance.now();
    expect(await thrown(insert(db, 'into the dark'))).toMatchObject({ code: 'POSTGRES_TIMEOUT' });
    expect(performance.now() - before).toBeLessThan(3_000);
    line.mend();
    await insert(db, 'in the light');
    expect(await ids(db)).toContain('in the light');
    expect(await ids(db)).not.toContain('into the dark');
  });
});

/** A line to the server that can swallow everything without a word, as a dropped route does. */
async function startLine(target: number): Promise<{ port: number; cut(): void; mend(): void }> {
  let dark = false;
  const sockets = new Set<Socket>();
  const line: Server = createServer((near) => {
    const far = connect(target, '127.0.0.1');
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      const swallowed = dark;
      from.on('data', (chunk) => void (dark || swallowed || to.write(chunk)));
      from.on('error', () => undefined);
      from.on('close', () => void (dark || to.destroy()));
    }
  });
  await new Promise<void>((resolve) => line.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    line.close();
    await setImmediate();
  });
  const { port } = line.address() as { port: number };
  const turn = (to: boolean) => () => {
    dark = to;
  };
  return { port, cut: turn(true), mend: turn(false) };
}
