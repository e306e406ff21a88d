import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { emptyDatabase, openAndMigratePostgres } from '../../test/db/database';
import { inProcessesAtOnce } from '../../test/processes';
import type { DatabaseSettings } from '../config/database-url';
import { migrationState } from './migration-state';
import { migrations } from './migrations';
import { type Database, migrate, openStore } from './open';

let settings: DatabaseSettings & { kind: 'postgres' };
let db: Database;
beforeEach(async () => {
  ({ settings } = (await emptyDatabase('postgres')) as { settings: typeof settings });
  db = openStore(settings);
});
afterEach(() => db.destroy());

const all = Object.keys(migrations);
const done = { done: all, pending: [], unknown: [] };

describe('an empty database of PostgreSQL', () => {
  it('is migrated once by several processes that start together', async () => {
    const call = { file: 'test/db/database.ts', name: 'openAndMigratePostgres', args: [settings.url] };
    const tables = await inProcessesAtOnce(4, call);
    expect(new Set(tables.map((list) => JSON.stringify(list)))).toEqual(
      new Set([JSON.stringify(await openAndMigratePostgres(settings.url))]),
    );
    expect(tables[0]).toEqual(expect.arrayContaining(['note', 'session']));
    expect(await migrationState(db)).toEqual(done);
  }, 60_000);

  it('is migrated once by several handles of one process', async () => {
    const handles = Array.from({ length: 8 }, () => openStore(settings));
    await Promise.all(handles.map((handle) => migrate(handle)));
    await Promise.all(handles.map((handle) => handle.destroy()));
    expect(await migrationState(db)).toEqual(done);
  });

  it('has every migration pending, and stays empty when it is looked at', async () => {
    expect(await migrationState(db)).toEqual({ done: [], pending: all, unknown: [] });
    const { rows } = await sql`select from pg_tables where schemaname = current_schema()`.execute(db);
    expect(rows).toEqual([]);
  });

  it('takes no notice of the tables in the schemas of others', async () => {
    await migrate(db);
    const { settings: other } = await emptyDatabase('postgres');
    const beside = openStore(other);
    expect((await migrationState(beside)).pending).toEqual(all);
    await migrate(beside);
    expect(await migrationState(beside)).toEqual(done);
    await beside.destroy();
  });
});

describe('migrating PostgreSQL', () => {
  it('again changes nothing, and writes nothing', async () => {
    await migrate(db);
    const readOnly = openStore({
      ...settings,
      url: `${settings.url}%20-c%20default_transaction_read_only=on`,
    });
    await migrate(readOnly);
    await readOnly.destroy();
    expect(await migrationState(db)).toEqual(done);
  });

  it('waits for whoever is at it, and then has nothing left to do', async () => {
    await migrate(db);
    const [last = ''] = all.slice(-1);
    await sql`delete from kysely_migration where name = ${last}`.execute(db);
    let migrating: Promise<void> | undefined;
    const holder = openStore(settings);
    await holder.transaction().execute(async (transaction) => {
      await sql`select id from kysely_migration_lock for update`.execute(transaction);
      migrating = migrate(db);
      await expect.poll(() => waiting(transaction)).toBe(1);
      await sql`insert into kysely_migration (name, timestamp) values (${last}, 'then')`.execute(transaction);
    });
    // Else it would have made tables that are there.
    await migrating;
    expect(await migrationState(db)).toEqual(done);
    await holder.destroy();
  });

  /** How many statements wait for a lock of this transaction. */
  async function waiting(transaction: Database): Promise<number | undefined> {
    const { rows } = await sql<{ n: number }>`
      select count(*) as n from pg_stat_activity where pg_backend_pid() = any(pg_blocking_pids(pid))`.execute(
      transaction,
    );
    return rows[0]?.n;
  }

  it('that fails leaves nothing half done, and succeeds once the obstacle is gone', async () => {
    // In the way of the second table of the first migration.
    await db.schema.createTable('note').addColumn('id', 'text').execute();
    await expect(migrate(db)).rejects.toMatchObject({ code: '42P07' });
    expect((await migrationState(db)).done).toEqual([]);
    const { rows } = await sql<{ tablename: string }>`
      select tablename from pg_tables where schemaname = current_schema()`.execute(db);
    expect(rows).toEqual([{ tablename: 'note' }]);
    await db.schema.dropTable('note').execute();
    await migrate(db);
    expect(await migrationState(db)).toEqual(done);
  });

  it('of a newer version of the app is refused', async () => {
    await migrate(db);
    await sql`insert into kysely_migration (name, timestamp) values ('0099_future', 'then')`.execute(db);
    await expect(migrate(db)).rejects.toThrow(/0099_future/);
  });
});
