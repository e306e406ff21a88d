import { isPostgresError, sqlState } from './postgres-error';

/** Reasons that no wait changes: TLS, a missing password, and a file that the URL names and nobody can open. */
const permanent = /CERT|SELF_SIGNED|TLS|SSL|SCRAM|on opening/;

/** Whether a server that could not be used may be usable soon: it is starting, or full, or its network is. */
export function isTransient(error: unknown): boolean {
  if (isPostgresError(error)) return !permanent.test(error.reason);
  return /^(08|53|57P0)/.test(sqlState(error) ?? '');
}

const name = 'DATABASE_URL';

/** By SQLSTATE: why a server may refuse a new connection. */
const refusals: Readonly<Record<string, readonly [problem: string, fix: string]>> = {
  '28P01': ['refuses user name or password', `correct user name and password in ${name}`],
  '28000': [
    'does not let this user in',
    `see its log and pg_hba.conf; where it wants TLS, add ?sslmode=verify-full to ${name}`,
  ],
  '3D000': ['has no database of that name', `correct the name in ${name}, or make it: createdb`],
  '42501': [
    'lets nobody of this user’s rights make tables',
    'as its owner: grant create, usage on schema public to the user',
  ],
  '53300': ['has no connection to spare', 'raise its max_connections, or lower DATABASE_POOL_MAX'],
  '57P03': ['is still starting', 'start the app once it is up'],
};

/** Why a server cannot be used, as the rest of a sentence that begins with its place, and the fix. */
export function explainRefusal(error: unknown): { problem: string; fix: string } | undefined {
  if (isPostgresError(error)) {
    const fix = permanent.test(error.reason)
      ? `see sslmode and sslrootcert in docs/scaling.md, and whether ${name} has a password`
      : `start it, or correct host and port in ${name}`;
    return { problem: `cannot be reached: ${error.reason}`, fix };
  }
  const state = sqlState(error);
  const refusal = state && refusals[state];
  return refusal ? { problem: `${refusal[0]} (${state})`, fix: refusal[1] } : undefined;
}
