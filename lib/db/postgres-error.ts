/** What can be wrong with a server of PostgreSQL apart from what it says itself. */
export type PostgresErrorCode =
  /** No connection could be made. */
  | 'POSTGRES_UNREACHABLE'
  /** The connection ended while it was in use. What it was asked last may or may not have been done. */
  | 'POSTGRES_LOST'
  /** No answer in time; the connection was given up. What it was asked may or may not have been done. */
  | 'POSTGRES_TIMEOUT'
  /** Every connection of this process was in use for too long. */
  | 'POSTGRES_POOL_EXHAUSTED';

/**
 * The connection to the database failed. The driver's own errors often have no code, and the codes of Node
 * (`ECONNREFUSED`) do not say whose connection it was.
 */
export class PostgresError extends Error {
  override readonly name = 'PostgresError';
  constructor(
    readonly code: PostgresErrorCode,
    /** The driver's words, or Node's code for them. Never a password. */
    readonly reason: string,
    cause?: unknown,
  ) {
    super(`${sentences[code]} (${reason})`, { cause });
  }
}

const sentences: Readonly<Record<PostgresErrorCode, string>> = {
  POSTGRES_UNREACHABLE: 'the database cannot be reached',
  POSTGRES_LOST: 'the connection to the database was lost',
  POSTGRES_TIMEOUT: 'the database did not answer in time',
  POSTGRES_POOL_EXHAUSTED: 'every connection to the database is in use',
};

/** The five characters with which a server says what is wrong (PostgreSQL, appendix A); undefined where it did not say. */
export function sqlState(error: unknown): string | undefined {
  const { code, severity } = (error ?? {}) as { code?: unknown; severity?: unknown };
  // Node has codes of five characters too, such as EPIPE; only a server names a severity.
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && severity !== undefined ? code : undefined;
}

/**
 * Whether a server has ended the connection along with its answer: class 08, shutdowns (57P0x), whatever is fatal.
 * A server that has become read-only (25006) was the primary once; its address may lead to the new one.
 */
export function endsConnection(error: unknown): boolean {
  const state = sqlState(error) ?? '';
  const { severity } = (error ?? {}) as { severity?: unknown };
  return severity === 'FATAL' || severity === 'PANIC' || /^(08|57P0|25006)/.test(state);
}

/** By code, not by `instanceof`: Next bundles this module several times in one process, and each bundle has a class of its own. */
export function isPostgresError(error: unknown): error is PostgresError {
  return /^POSTGRES_/.test(String((error as { code?: unknown } | undefined)?.code));
}

/** How Node or the driver says what went wrong, in a few words. */
export function reasonOf(error: unknown): string {
  if (isPostgresError(error)) return error.reason;
  const { code, message, syscall, path } = (error ?? {}) as Record<string, unknown>;
  // A file that the URL names, such as `sslrootcert`; of a socket the call is `connect`.
  if (syscall === 'open') return `${code} on opening ${path}`;
  return String(code || message || error);
}

/** What went wrong while a connection was being made. */
export function connectError(error: unknown): unknown {
  if (sqlState(error) !== undefined || isPostgresError(error)) return error;
  const waited = /timeout exceeded when trying to connect/.test(String((error as Error).message));
  return new PostgresError(
    waited ? 'POSTGRES_POOL_EXHAUSTED' : 'POSTGRES_UNREACHABLE',
    reasonOf(error),
    error,
  );
}
