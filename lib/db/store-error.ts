import { sqlState } from './postgres-error';

/**
 * Whether an error means that the database cannot be used just now, as opposed to a mistake in what it was asked.
 * By code, not by `instanceof`: Next may bundle a driver several times in one process, each with classes of its own.
 */
export function isStoreError(error: unknown): boolean {
  const code = String((error as { code?: unknown } | undefined)?.code ?? '');
  return (
    /^SQLITE_(BUSY|LOCKED|IOERR|FULL|CANTOPEN|READONLY|CORRUPT|NOTADB|NOMEM|PROTOCOL|PERM)/.test(code) ||
    /^POSTGRES_(UNREACHABLE|LOST|TIMEOUT|POOL_EXHAUSTED)$/.test(code) ||
    transientStates.test(sqlState(error) ?? '')
  );
}

/**
 * PostgreSQL, appendix A. In this order: connection, login (a password was changed), database gone, resources, server
 * ending or starting, statement cancelled by its time-out, lock not available, error of its system, files that are
 * damaged, read-only (a replica, after a failover), and one of two transactions that stood in each other's way.
 */
const transientStates = /^(08|28|3D|53|57P0|57014|55P03|58|XX00[12]|25006|40001|40P01)/;

/** Seconds after which asking the database again may help. */
export const storeRetryAfter = 5;
