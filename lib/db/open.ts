import { setTimeout } from 'node:timers/promises';
import { Kysely, Migrator, SqliteDialect, sql, type Transaction } from 'kysely';
import type { DatabaseSettings } from '../config/database-url';
import { migratePostgres } from './migrate-postgres';
import { migrations } from './migrations';
import { isPostgres, openPostgres, type PostgresOptions } from './postgres';
import type { Tables } from './schema';
import { busyTimeout, isBusy, openSqlite } from './sqlite';

export type Database = Kysely<Tables>;
export type DatabaseTransaction = Transaction<Tables>;

/** Opens the database file, creating folder and file where missing; see {@link openSqlite}. */
export function openDatabase(file: string): Database {
  return new Kysely<Tables>({ dialect: new SqliteDialect({ database: openSqlite(file) }) });
}

/** Opens the database that the settings name. A server is first asked when something is asked of the database. */
export function openStore(settings: DatabaseSettings, options: PostgresOptions = {}): Database {
  return settings.kind === 'sqlite' ? openDatabase(settings.file) : openPostgres(settings, options);
}

/**
 * Brings the tables up to date: the whole way or not at all, and once, however many instances start together.
 * @throws where a migration fails
 */
export async function migrate(db: Database): Promise<void> {
  return isPostgres(db) ? migratePostgres(db) : migrateSqlite(db);
}

/** Kysely takes no lock for SQLite, so two starts on one new file would create the same tables. */
async function migrateSqlite(db: Database): Promise<void> {
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
