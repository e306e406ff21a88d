import { Kysely, PostgresAdapter, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import type { PostgresSettings } from '../config/database-url';
import { isLoopback } from '../remote';
import { connectError } from './postgres-error';
import { queryInTime, resilientPool } from './postgres-pool';
import type { Tables } from './schema';

/** Milliseconds. Every question of this app is about a handful of rows that an index finds. */
const limits = {
  connecting: 5_000,
  /** After which the server gives up a statement. */
  statement: 5_000,
  /** After which, on top of it, this side gives up a server from which nothing comes at all. */
  grace: 2_000,
  /** After which a connection that nobody uses is closed. */
  idle: 30_000,
};

/** Seconds after which a connection is replaced, so that a moved server is found again by its name. */
const lifetime = 30 * 60;

export interface PostgresOptions {
  /** Milliseconds for one statement instead of the usual ones; for migrations, which may have to build an index. */
  readonly patience?: number;
  /** Milliseconds for a connection to be made, or for one of the pool to become free. */
  readonly connecting?: number;
  /** Told of every idle connection that was lost. */
  readonly onLost?: (error: Error) => void;
}

/** Opens a pool of connections; the first one is made when it is needed. */
export function openPostgres(settings: PostgresSettings, options: PostgresOptions = {}): Kysely<Tables> {
  const { patience = limits.statement, connecting = limits.connecting, onLost } = options;
  const deadline = patience + limits.grace;
  const pool = new pg.Pool({
    connectionString: settings.url,
    max: settings.poolMax,
    connectionTimeoutMillis: connecting,
    idleTimeoutMillis: limits.idle,
    maxLifetimeSeconds: lifetime,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    application_name: 'claimcheck',
    types: { getTypeParser },
    // Not as a parameter of the start, which poolers such as PgBouncer refuse.
    onConnect: (client) => limitStatements(client, { statement: patience, deadline }),
  });
  // An idle connection that is lost has been taken out of the pool already; unheard, its error would end the process.
  pool.on('error', (error) => onLost?.(error));
  return new Kysely<Tables>({ dialect: new Dialect({ pool: resilientPool({ pool, deadline }) }) });
}

/** The machine to which sessions and notes would go unencrypted, as the driver itself reads the settings. */
export function unencryptedHost({ url: connectionString }: PostgresSettings): string | undefined {
  const { host, ssl } = new pg.Client({ connectionString });
  // A path is a socket of this machine.
  return ssl || host.startsWith('/') || isLoopback(host) ? undefined : host;
}

/** `bigint` (OID 20) as a number: times and versions stay far below 2^53. For this pool alone. */
const getTypeParser = ((oid: number, format?: 'text' | 'binary') =>
  oid === 20 ? Number : pg.types.getTypeParser(oid, format as 'text')) as typeof pg.types.getTypeParser;

async function limitStatements(
  client: pg.ClientBase,
  { statement, deadline }: { statement: number; deadline: number },
): Promise<void> {
  try {
    await queryInTime(client, { sql: `set statement_timeout = ${statement}`, deadline });
  } catch (error) {
    throw connectError(error);
  }
}

/**
 * Locks migrations by a row instead of an advisory lock: those are no-ops in CockroachDB, missing in older YugabyteDB,
 * and outlive their holder behind a pooler of transactions. The row is let go with the transaction that locked it.
 */
class RowLockAdapter extends PostgresAdapter {
  override async acquireMigrationLock(
    db: Kysely<unknown>,
    { lockTable, lockRowId, lockTableSchema }: Parameters<PostgresAdapter['acquireMigrationLock']>[1],
  ): Promise<void> {
    const table = sql.table(lockTableSchema === undefined ? lockTable : `${lockTableSchema}.${lockTable}`);
    await sql`select id from ${table} where id = ${lockRowId} for update`.execute(db);
  }

  override async releaseMigrationLock(): Promise<void> {}
}

class Dialect extends PostgresDialect {
  override createAdapter() {
    return new RowLockAdapter();
  }
}

/** Whether a handle leads to PostgreSQL. */
export function isPostgres(db: Kysely<Tables>): boolean {
  return db.getExecutor().adapter instanceof PostgresAdapter;
}
