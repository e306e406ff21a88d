import { type RawBuilder, sql } from 'kysely';
import type { Database } from './open';
import { isPostgres } from './postgres';

/** Now, in milliseconds since the epoch, as a statement of the store says it. */
export type StoreTime = () => RawBuilder<number>;

/**
 * The clock that all who share a store have in common. Instances on several machines share PostgreSQL, whose own clock
 * it is; those that share an SQLite file are on one machine.
 * @param clock of this process, in milliseconds since the epoch
 */
export function storeTimeOf(db: Database, clock: () => number): StoreTime {
  if (!isPostgres(db)) return () => sql<number>`${clock()}`;
  // Not `now()`, which is the start of the transaction: a statement may have waited for a lock.
  return () => sql<number>`(extract(epoch from clock_timestamp()) * 1000)::bigint`;
}

/** So many milliseconds from now. */
export const from = (now: StoreTime, milliseconds: number): RawBuilder<number> =>
  sql<number>`${now()} + cast(${milliseconds} as bigint)`;
