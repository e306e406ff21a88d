import { sql } from 'kysely';
import { migrations } from './migrations';
import type { Database } from './open';

/** How far the tables of a database are. */
export interface MigrationState {
  readonly done: readonly string[];
  /** Known here, and not yet run there. */
  readonly pending: readonly string[];
  /** Run there, and not known here: a newer version of the app has been at it. */
  readonly unknown: readonly string[];
}

/** Which migrations a database has seen. Changes nothing. @throws where it cannot be read */
export async function migrationState(db: Database): Promise<MigrationState> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
  const kept = tables.some(({ name }) => name === 'kysely_migration');
  const { rows } = kept
    ? await sql<{ name: string }>`select name from kysely_migration order by name`.execute(db)
    : { rows: [] };
  const done = rows.map(({ name }) => name);
  return {
    done,
    pending: Object.keys(migrations).filter((name) => !done.includes(name)),
    unknown: done.filter((name) => !Object.hasOwn(migrations, name)),
  };
}
