import type { Config } from './config';
import type { Fields } from './fields';

const minBytes = 32;
const secretFix = 'use at least 32 random bytes, for example from: openssl rand -base64 48';

/**
 * What seals sessions, and how long they last.
 * @param generated gives a kept secret where none has to be set; undefined where one has to
 */
export function readSession(fields: Fields, generated: (() => string) | undefined): Config['session'] {
  const secrets = fields.list('SESSION_SECRET');
  for (const [index, secret] of secrets.entries()) {
    const bytes = Buffer.byteLength(secret);
    if (bytes < minBytes) {
      fields.complain('SESSION_SECRET', `secret ${index + 1} has ${bytes} bytes`, secretFix);
    }
  }
  if (secrets.length === 0 && generated) secrets.push(...keptSecret(fields, 'SESSION_SECRET', generated));
  else if (secrets.length === 0) fields.complain('SESSION_SECRET', 'is missing', secretFix);
  const idleTimeout = fields.integer('SESSION_IDLE_TIMEOUT', 3600, { min: 1, max: 31_536_000 });
  const maxAge = fields.integer('SESSION_MAX_AGE', 43_200, { min: 1, max: 31_536_000 });
  return { secrets, idleTimeout, maxAge };
}

/** A secret that is made where nobody has set one. An empty file, or the start of one, is none. */
export function keptSecret(fields: Fields, variable: string, generated: () => string): string[] {
  // That of the embedded provider cannot be set, only made.
  const orSet = variable === 'SESSION_SECRET' ? `, or ${secretFix}` : '';
  try {
    const secret = generated();
    if (Buffer.byteLength(secret) >= minBytes) return [secret];
    fields.complain(variable, 'is kept in .data, and too short', `delete it there${orSet}`);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    fields.complain(
      variable,
      `is unset, and none can be kept in .data (${code})`,
      `let the user that runs the app write there${orSet}`,
    );
  }
  return [];
}
