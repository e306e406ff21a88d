import { sqlState } from './postgres-trouble';

/**
 * Whether an error means that the database cannot be used just now, as opposed to a mistake in what it was asked.
 * Told by its code: the classes of a driver differ from bundle to bundle.
 */
export function isStoreTrouble(error: unknown): boolean {
  const code = String((error as { code?: unknown } | undefined)?.code ?? '');
  return (
    /^SQLITE_(BUSY|LOCKED|IOERR|FULL|CANTOPEN|READONLY|CORRUPT|NOTADB|NOMEM|PROTOCOL|PERM)/.test(code) ||
    /^POSTGRES_(UNREACHABLE|LOST|TIMEOUT|POOL_EXHAUSTED)$/.test(code) ||
    passing.test(sqlState(error) ?? '')
  );
}

/**
 * PostgreSQL, appendix A. In this order: connection, login (a password was changed), database gone, resources, server
 * ending or starting, statement cancelled by its time-out, lock not to be had, trouble of its system, files that are
 * damaged, read-only (a replica, after a failover), and one of two transactions that stood in each other's way.
 */
const passing = /^(08|28|3D|53|57P0|57014|55P03|58|XX00[12]|25006|40001|40P01)/;

/** Seconds after which asking the database again may help. */
export const storeRetryAfter = 5;
