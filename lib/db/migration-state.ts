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
  const done = await namesKept(db);
  return {
    done,
    pending: Object.keys(migrations).filter((name) => !done.includes(name)),
    unknown: done.filter((name) => !Object.hasOwn(migrations, name)),
  };
}

/** Asked of the table itself: where it is looked for, the `search_path` of PostgreSQL included, is the database's affair. */
async function namesKept(db: Database): Promise<string[]> {
  try {
    const { rows } = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(db);
    return rows.map(({ name }) => name);
  } catch (error) {
    if (isMissingTable(error)) return [];
    throw error;
  }
}

function isMissingTable(error: unknown): boolean {
  const { code, message } = error as { code?: unknown; message?: unknown };
  return code === '42P01' || (code === 'SQLITE_ERROR' && /^no such table/.test(String(message)));
}
