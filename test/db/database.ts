import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sql } from 'kysely';
import type { DatabaseSettings } from '../../lib/config/database-url';
import { type Database, migrate, openDatabase, openStore } from '../../lib/db/open';

/** Where sessions and notes can be kept; what holds for one must hold for the other. */
export const dialects = ['sqlite', 'postgres'] as const;
export type Dialect = (typeof dialects)[number];

/** A database of a test's own. */
export interface TestDatabase {
  readonly settings: DatabaseSettings;
  /** Path of the SQLite file; empty where it is none. */
  readonly file: string;
  readonly db: Database;
  /** Another handle on the same database, as another process has one. */
  again(): Database;
  /** Closes every handle and removes what can be removed. */
  remove(): Promise<void>;
}

/** Makes an empty, migrated database: in a new temporary folder, or in a new schema of the run's PostgreSQL server. */
export async function testDatabase(dialect: Dialect = 'sqlite'): Promise<TestDatabase> {
  const { settings, clear } = await emptyDatabase(dialect);
  const handles: Database[] = [];
  const again = () => {
    const handle = openStore(settings);
    handles.push(handle);
    return handle;
  };
  const db = again();
  await migrate(db);
  return {
    settings,
    file: settings.kind === 'sqlite' ? settings.file : '',
    db,
    again,
    async remove() {
      for (const handle of handles) await handle.destroy();
      clear();
    },
  };
}

/** A place for a database that nobody has migrated yet. */
export async function emptyDatabase(
  dialect: Dialect,
): Promise<{ settings: DatabaseSettings; clear: () => void }> {
  if (dialect === 'postgres') return { settings: await emptySchema(), clear: () => undefined };
  const folder = mkdtempSync(path.join(tmpdir(), 'claimcheck-db-'));
  const clear = () => rmSync(folder, { recursive: true });
  return { settings: { kind: 'sqlite', file: path.join(folder, 'test.db') }, clear };
}

/** The URL of the run's PostgreSQL server, which is started when it is first needed. */
export async function postgresUrl(): Promise<string> {
  // Not above: other processes of a test load this file without its runner.
  const { inject } = await import('vitest');
  const response = await fetch(inject('postgresStarter'));
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  return text;
}

async function emptySchema(): Promise<DatabaseSettings> {
  const url = new URL(await postgresUrl());
  const schema = `test_${randomUUID().replaceAll('-', '')}`;
  const db = openStore({ kind: 'postgres', url: url.href, poolMax: 1 });
  await sql`create schema ${sql.id(schema)}`.execute(db);
  await db.destroy();
  url.searchParams.set('options', `-c search_path=${schema}`);
  return { kind: 'postgres', url: url.href.replaceAll('+', '%20'), poolMax: 10 };
}

/** Opens and migrates a file; for a test that does so in several processes at once. @returns its tables */
export async function openAndMigrate(file: string): Promise<string[]> {
  return tablesAfterMigrating(openDatabase(file));
}

/** The same for a server. @returns the tables of its current schema */
export async function openAndMigratePostgres(url: string): Promise<string[]> {
  return tablesAfterMigrating(openStore({ kind: 'postgres', url, poolMax: 2 }));
}

async function tablesAfterMigrating(db: Database): Promise<string[]> {
  try {
    await migrate(db);
    const [tables, mine] = [await db.introspection.getTables(), await schemaOf(db)];
    return tables.filter(({ schema }) => schema === mine).map(({ name }) => name);
  } finally {
    await db.destroy();
  }
}

async function schemaOf(db: Database): Promise<string | undefined> {
  const { rows } = await sql<{ schema: string }>`select current_schema() as schema`
    .execute(db)
    // SQLite knows no schemas.
    .catch(() => ({ rows: [] }));
  return rows[0]?.schema;
}
