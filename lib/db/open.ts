import { setTimeout } from 'node:timers/promises';
import { Kysely, Migrator, SqliteDialect, sql } from 'kysely';
import { migrations } from './migrations';
import type { Tables } from './schema';
import { busyTimeout, isBusy, openSqlite } from './sqlite';

export type Database = Kysely<Tables>;

/** Opens the database file, creating folder and file where missing; see {@link openSqlite}. */
export function openDatabase(file: string): Database {
  return new Kysely<Tables>({ dialect: new SqliteDialect({ database: openSqlite(file) }) });
}

/**
 * Brings the tables up to date: the whole way or not at all, and one process at a time. Kysely takes no lock for
 * SQLite, so two starts on one new file would create the same tables.
 * @throws where a migration fails
 */
export async function migrate(db: Database): Promise<void> {
  await db.connection().execute(async (connection) => {
    await beginAlone(connection);
    const migrator = new Migrator({ db: connection, provider: { getMigrations: async () => migrations } });
    const { error } = await migrator.migrateToLatest();
    await sql.raw(error ? 'rollback' : 'commit').execute(connection);
    if (error) throw error;
  });
}

const pause = 20;

/** Begins a transaction as the only writer. Waits without blocking: the other writer may be in this very process. */
async function beginAlone(db: Database): Promise<void> {
  for (let waited = 0; ; waited += pause) {
    try {
      await sql`pragma busy_timeout = 0`.execute(db);
      await sql`begin immediate`.execute(db);
      await sql`pragma busy_timeout = ${sql.raw(String(busyTimeout))}`.execute(db);
      return;
    } catch (error) {
      if (!isBusy(error) || waited >= busyTimeout) throw error;
      await setTimeout(pause);
    }
  }
}
