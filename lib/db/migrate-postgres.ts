import { setTimeout as pause } from 'node:timers/promises';
import { Migrator, sql } from 'kysely';
import { migrationState } from './migration-state';
import { migrations } from './migrations';
import type { Database } from './open';
import { sqlState } from './postgres-error';

/** Tries, and the milliseconds before the next one grow with each. */
const tries = 6;
const firstPause = 50;

/**
 * Brings the tables up to date: the whole way or not at all. Instances that start together wait for each other at a
 * locked row; where that row is only just being made, or an engine has it that one of two transactions must fail
 * (40001), whoever failed looks whether another one has done the work, and else tries again.
 * @throws where a migration fails again and again
 */
export async function migratePostgres(db: Database): Promise<void> {
  for (let tried = 1; ; tried++) {
    const { pending, unknown } = await migrationState(db);
    if (pending.length === 0 && unknown.length === 0) return;
    const error = await attempt(db).catch((thrown: unknown) => thrown);
    if (error === undefined) return;
    if (tried === tries || unknown.length > 0 || isPermanent(error)) throw error;
    await pause(firstPause * 2 ** tried * (0.5 + Math.random()));
  }
}

/** No rights (42501), or nowhere to make tables (3F000): no other try changes that. */
const isPermanent = (error: unknown) => ['42501', '3F000'].includes(sqlState(error) ?? '');

/** @returns why it failed; undefined where it did not */
async function attempt(db: Database): Promise<unknown> {
  return db.connection().execute(async (connection) => {
    const schema = await currentSchema(connection);
    await sql`begin`.execute(connection);
    // For this transaction alone, also behind a pooler; how long is too long is the handle's affair.
    await sql`set local statement_timeout = 0`.execute(connection);
    const migrator = new Migrator({
      db: connection,
      provider: { getMigrations: async () => migrations },
      // Else Kysely takes a table of that name in any other schema for its own.
      migrationTableSchema: schema,
      disableTransactions: true,
    });
    const { error } = await migrator.migrateToLatest();
    await sql.raw(error === undefined ? 'commit' : 'rollback').execute(connection);
    return error;
  });
}

/** Where unqualified tables are made: the first schema of the `search_path` that exists. */
async function currentSchema(db: Database): Promise<string> {
  const { rows } = await sql<{ schema: string | null }>`select current_schema() as schema`.execute(db);
  const schema = rows[0]?.schema;
  if (!schema) throw new Error('no schema of the search_path exists in this database');
  return schema;
}
