import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openAndMigrate } from '../../test/db/database';
import { inProcessesAtOnce } from '../../test/processes';
import { type Database, migrate, openDatabase } from './open';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'claimcheck-db-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const note = {
  id: 'n1',
  issuer: 'https://id.example',
  subject: 'alice',
  title: 't',
  body: '',
  version: 1,
  created_at: 1,
  updated_at: 1,
};

describe('opening a database', () => {
  it('makes folder and file where they are missing, the folder for its owner alone', async () => {
    const file = path.join(folder, 'a', 'b', 'x.db');
    expect(await openAndMigrate(file)).toEqual(['logout_token', 'note', 'session']);
    expect(statSync(file).isFile()).toBe(true);
    expect(statSync(path.dirname(file)).mode & 0o777).toBe(0o700);
  });

  it('makes the file and what stands beside it for its owner alone, whatever the folder is', async () => {
    chmodSync(folder, 0o755);
    const file = path.join(folder, 'x.db');
    const db = openDatabase(file);
    await sql`create table t (x)`.execute(db);
    const modes = readdirSync(folder).map((name) => [name, statSync(path.join(folder, name)).mode & 0o777]);
    expect(modes).toEqual([
      ['x.db', 0o600],
      ['x.db-shm', 0o600],
      ['x.db-wal', 0o600],
    ]);
    await db.destroy();
  });

  it('leaves the mode of a file that is there', async () => {
    const file = path.join(folder, 'x.db');
    writeFileSync(file, '');
    chmodSync(file, 0o640);
    await openAndMigrate(file);
    expect(statSync(file).mode & 0o777).toBe(0o640);
  });

  it('waits for other writers, and puts every committed write on disk', async () => {
    const db = openDatabase(path.join(folder, 'x.db'));
    const pragma = async (name: string) =>
      Object.values(
        (await sql<Record<string, unknown>>`pragma ${sql.raw(name)}`.execute(db)).rows[0] ?? {},
      )[0];
    expect(await pragma('busy_timeout')).toBe(5000);
    expect(await pragma('journal_mode')).toBe('wal');
    expect(await pragma('synchronous')).toBe(2);
    await db.destroy();
  });

  it('that is no database is an error', async () => {
    const file = path.join(folder, 'x.db');
    writeFileSync(file, 'this is not a database, it only looks like a file of one'.repeat(20));
    await expect(openAndMigrate(file)).rejects.toThrow(/not a database/);
  });
});

describe('migrating', () => {
  it('twice changes nothing and loses nothing', async () => {
    const db = openDatabase(path.join(folder, 'x.db'));
    await migrate(db);
    await db.insertInto('note').values(note).execute();
    await migrate(db);
    expect(await db.selectFrom('note').selectAll().execute()).toEqual([note]);
    await db.destroy();
  });

  it('the same new file through two handles at once succeeds for both', async () => {
    const file = path.join(folder, 'x.db');
    const tables = await Promise.all([openAndMigrate(file), openAndMigrate(file), openAndMigrate(file)]);
    expect(tables).toEqual(Array(3).fill(['logout_token', 'note', 'session']));
  });

  it('the same new file in several processes at once succeeds for all', async () => {
    const call = { file: 'test/db/database.ts', name: 'openAndMigrate', args: [path.join(folder, 'x.db')] };
    expect(await inProcessesAtOnce(3, call)).toEqual(Array(3).fill(['logout_token', 'note', 'session']));
  }, 60_000);

  it('that fails leaves nothing half done', async () => {
    const db = openDatabase(path.join(folder, 'x.db'));
    // In the way of the second table of the first migration.
    await db.schema.createTable('note').addColumn('id', 'text').execute();
    await expect(migrate(db)).rejects.toThrow(/already exists/);
    const tables = (await db.introspection.getTables()).map(({ name }) => name);
    expect(tables).toEqual(['note']);
    await db.schema.dropTable('note').execute();
    await migrate(db);
    await db.insertInto('note').values(note).execute();
    await db.destroy();
  });
});

describe('a write that gave up waiting for another writer', () => {
  const count = async (db: Database) => (await db.selectFrom('note').select('id').execute()).length;

  /** Two handles on one file; the second has just failed to write because the first was writing. */
  async function afterBusy(write: (db: Database) => Promise<unknown>) {
    const file = path.join(folder, 'x.db');
    await openAndMigrate(file);
    const [other, db] = [openDatabase(file), openDatabase(file)];
    await sql`pragma busy_timeout = 10`.execute(db);
    await sql`begin immediate`.execute(other);
    await expect(write(db)).rejects.toMatchObject({ code: 'SQLITE_BUSY' });
    await sql`commit`.execute(other);
    return { other, db };
  }

  const insert = (db: Database) => db.insertInto('note').values(note).execute();

  it.each([
    ['an insert', insert],
    ['an insert that returns', (db: Database) => db.insertInto('note').values(note).returningAll().execute()],
    ['a transaction', (db: Database) => db.transaction().execute((transaction) => insert(transaction))],
  ])('%s: the next ones are committed, seen by others and lock nobody out', async (_, write) => {
    const { other, db } = await afterBusy(write);
    await insert(db);
    expect(await count(other)).toBe(1);
    await other
      .insertInto('note')
      .values({ ...note, id: 'n2' })
      .execute();
    await db.transaction().execute((transaction) =>
      transaction
        .insertInto('note')
        .values({ ...note, id: 'n3' })
        .execute(),
    );
    expect([await count(other), await count(db)]).toEqual([3, 3]);
    await Promise.all([other.destroy(), db.destroy()]);
  });
});
