/**
 * Whether an error means that the database cannot be used just now, as opposed to a mistake in what it was asked.
 * Told by its code: the classes of a driver differ from bundle to bundle.
 */
export function isStoreTrouble(error: unknown): boolean {
  const code = String((error as { code?: unknown } | undefined)?.code ?? '');
  return /^SQLITE_(BUSY|LOCKED|IOERR|FULL|CANTOPEN|READONLY|CORRUPT|NOTADB|NOMEM|PROTOCOL|PERM)/.test(code);
}

/** Seconds after which asking the database again may help. */
export const storeRetryAfter = 5;
