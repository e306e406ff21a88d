import { setTimeout as pause } from 'node:timers/promises';
import type { PostgresPool, PostgresPoolClient } from 'kysely';
import type pg from 'pg';
import {
  connectError,
  endsConnection,
  isPostgresError,
  PostgresError,
  reasonOf,
  sqlState,
} from './postgres-error';

export interface PoolOptions {
  readonly pool: pg.Pool;
  /** Milliseconds without an answer after which a connection is given up. */
  readonly deadline: number;
}

/** Milliseconds before a connection that could not be made is tried for a second time. */
const secondTry = 100;

/**
 * A pool for Kysely whose connections survive what can be survived. One that is lost or does not answer is destroyed;
 * a `select` that was the first thing it was asked, and so in no transaction, is asked once more on another one.
 * Nothing that writes is ever repeated: whether it was done is not known.
 */
export function resilientPool(options: PoolOptions): PostgresPool {
  return {
    // Kysely knows a second form of `query`, for cursors, which nothing here uses.
    connect: async () =>
      new PooledConnection(await connect(options.pool), options) as unknown as PostgresPoolClient,
    end: () => options.pool.end(),
  };
}

/** @throws {PostgresError}, or what the server says against it */
async function connect(pool: pg.Pool): Promise<pg.PoolClient> {
  try {
    return await pool.connect();
  } catch (first) {
    if (!isRetryable(first)) throw connectError(first);
    await pause(secondTry);
    return pool.connect().catch((second: unknown) => {
      throw connectError(second);
    });
  }
}

/** Refused or cut off is soon said and soon over; who has waited for a time-out waits for no second one. */
function isRetryable(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', '57P03', '53300'].includes(String(code));
}

class PooledConnection {
  private untouched = true;
  /** Why the connection is of no use any more. */
  private broken: unknown;
  /** What the server last said against a statement. */
  private refusal: unknown;
  /** Undefined once it has been given back and no other one could be had. */
  private client: pg.PoolClient | undefined;

  constructor(
    client: pg.PoolClient,
    private readonly options: PoolOptions,
  ) {
    this.take(client);
  }

  async query(sql: string, parameters: readonly unknown[] = []): Promise<pg.QueryResult> {
    const first = this.untouched;
    this.untouched = false;
    // Lost before it was asked anything: so nothing can have been done.
    if (first && this.broken !== undefined) await this.exchange();
    try {
      return await this.ask(sql, parameters);
    } catch (error) {
      if (!first || !isSelect(sql) || !isLoss(error)) throw error;
      await this.exchange();
      return this.ask(sql, parameters);
    }
  }

  /** Back to the pool, or to its end where it is broken or a transaction is still open on it. */
  release(): void {
    const { client } = this;
    if (!client) return;
    this.client = undefined;
    client.off('error', this.onError);
    client.release(this.broken !== undefined || client.getTransactionStatus() !== 'I');
  }

  private async exchange(): Promise<void> {
    this.release();
    this.take(await connect(this.options.pool));
  }

  private take(client: pg.PoolClient): void {
    this.client = client;
    this.broken = undefined;
    client.on('error', this.onError);
  }

  private async ask(sql: string, parameters: readonly unknown[]): Promise<pg.QueryResult> {
    if (this.broken !== undefined || !this.client) throw this.broken;
    try {
      return await queryInTime(this.client, { sql, parameters, deadline: this.options.deadline });
    } catch (error) {
      throw this.judged(error);
    }
  }

  private judged(error: unknown): unknown {
    // Lost: the driver tells everybody who listens before it tells whoever asked.
    if (sqlState(error) === undefined && this.broken !== undefined) return this.broken;
    // `current transaction is aborted`: of what, is what people need to know.
    if (sqlState(error) === '25P02') return this.refusal ?? error;
    this.refusal = error;
    if (endsConnection(error) || isPostgresError(error)) this.broken = error;
    return error;
  }

  // Unheard, the error of a connection in use would end the process.
  private readonly onError = (error: Error) => {
    this.broken ??= new PostgresError('POSTGRES_LOST', reasonOf(error), error);
  };
}

const isSelect = (sql: string) => /^\s*select\s/i.test(sql);

const isLoss = (error: unknown) =>
  isPostgresError(error) ? error.code === 'POSTGRES_LOST' : endsConnection(error);

export interface TimedQuery {
  readonly sql: string;
  readonly parameters?: readonly unknown[];
  /** Milliseconds. */
  readonly deadline: number;
}

/**
 * Asks and waits no longer than the deadline. The driver's own `query_timeout` leaves behind a connection that looks
 * well and never answers again (brianc/node-postgres#3399); here the caller destroys it.
 * @throws {PostgresError} POSTGRES_TIMEOUT; or whatever the driver throws
 */
export async function queryInTime(
  client: pg.ClientBase,
  { sql, parameters, deadline }: TimedQuery,
): Promise<pg.QueryResult> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new PostgresError('POSTGRES_TIMEOUT', `after ${deadline / 1_000} s`)),
      deadline,
    );
  });
  const answer = client.query(sql, parameters && [...parameters]);
  // Whoever has gone on without it does not hear that it failed in the end.
  answer.catch(() => undefined);
  try {
    return await Promise.race([answer, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
