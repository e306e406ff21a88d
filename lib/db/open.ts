import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { Kysely, Migrator, SqliteDialect } from 'kysely';
import Sqlite from 'libsql';
import { migrations } from './migrations';
import type { Tables } from './schema';

export type Database = Kysely<Tables>;

/**
 * Opens the database file, creating folder and file where missing.
 * Every committed write is on disk (`synchronous=FULL`); a second process on the same file waits its turn.
 */
export function openDatabase(file: string): Database {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const sqlite = new Sqlite(file);
  // First of all: without it the next statement fails where two processes start at once.
  sqlite.exec('PRAGMA busy_timeout = 5000');
  sqlite.exec('PRAGMA journal_mode = WAL');
  sqlite.exec('PRAGMA synchronous = FULL');
  return new Kysely<Tables>({ dialect: new SqliteDialect({ database: sqlite }) });
}

/** Brings the tables up to date. @throws where a migration fails */
export async function migrate(db: Database): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } });
  const { error } = await migrator.migrateToLatest();
  if (error) throw error;
}
