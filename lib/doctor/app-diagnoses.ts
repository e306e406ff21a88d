import { type DatabaseSettings, placeOf } from '../config/database-url';
import { explainRefusal, unencryptedHost } from '../db';

import { isLoopback } from '../remote';
import { sessionCookieName } from '../session/cookie';
import { type Diagnosis, type Finding, fail, pass, warn } from './diagnosis';
import { readableByOthers } from './file-mode';

/** Whether the app is for this machine alone. */
export const isLocal = (baseUrl: string) => isLoopback(new URL(baseUrl).hostname);

/** Addresses that stand for all of them. */
const everywhere = ['0.0.0.0', '::', '[::]'];

/** Where people reach the app, and where it listens. */
export const address: Diagnosis = {
  name: 'address',
  title: 'People reach the app where it listens',
  examine({ config: { baseUrl, host, port } }) {
    const at = `APP_BASE_URL is ${baseUrl}; the app listens on ${host}:${port}`;
    if (!isLocal(baseUrl)) return pass(`${at}. Other machines reach it over https.`);
    if (everywhere.includes(host)) {
      return warn(
        `${at}: other machines can reach it, but nobody can sign in from there.`,
        'Set APP_BASE_URL to its public https address, or leave HOSTNAME out.',
      );
    }
    const { port: named, protocol, pathname } = new URL(baseUrl);
    if (protocol === 'http:' && Number(named || 80) !== port) {
      return warn(
        `${at}: people are sent to another port.`,
        `APP_BASE_URL=http://localhost:${port}${pathname === '/' ? '' : pathname}`,
      );
    }
    return pass(`${at}. Plain http is all right there: it does not leave this machine.`);
  },
};

/** RFC 6265bis §4.1.3: what https allows to promise. */
export const cookie: Diagnosis = {
  name: 'cookie',
  title: 'The session cookie is as strict as it can be',
  examine({ config }) {
    const name = sessionCookieName(config);
    const { pathname } = new URL(config.baseUrl);
    const reach = pathname === '/' ? 'bound to this host' : `for ${pathname} alone`;
    return config.secure
      ? pass(`${name}: HttpOnly, Secure, SameSite=Lax, ${reach}.`)
      : pass(`${name}: HttpOnly, SameSite=Lax; without Secure, as this is plain http on this machine.`);
  },
};

/** The one way for a raw token to reach a page. */
export const reveal: Diagnosis = {
  name: 'reveal',
  title: 'Raw tokens stay on the server',
  examine({ config: { reveal: on, baseUrl } }) {
    if (!on) return pass('TOKEN_REVEAL is off.');
    if (isLocal(baseUrl))
      return pass('Except when somebody presses “Reveal access token”, which is fine on this machine.');
    return warn(
      `TOKEN_REVEAL is on for ${baseUrl}: whoever is signed in there can have their raw access token shown.`,
      'TOKEN_REVEAL=off',
    );
  },
};

function unusable(database: DatabaseSettings, error: Error): Finding {
  const refusal = explainRefusal(error);
  if (refusal)
    return fail(`The database server at ${placeOf(database)}, ${refusal.problem}.`, `${refusal.fix}.`);
  return fail(
    `The database ${placeOf(database)} cannot be used: ${error.message}.`,
    database.kind === 'sqlite' ? 'DATABASE_URL, and who may write to that folder.' : 'DATABASE_URL.',
  );
}

/** What there is to say of a database that works. */
function exposed(database: DatabaseSettings): Finding | undefined {
  if (database.kind === 'sqlite') {
    return readableByOthers(database.file)
      ? warn(
          `It can be read, and by everybody who has an account on this machine: ${database.file} holds notes in clear.`,
          `chmod 600 ${database.file}*`,
        )
      : undefined;
  }
  const host = unencryptedHost(database);
  return host === undefined
    ? undefined
    : warn(
        `It can be read, but without TLS: whoever is on the way to ${host} reads the password, notes and sessions.`,
        'DATABASE_URL: add ?sslmode=verify-full (docs/scaling.md).',
      );
}

/** Sessions and notes. */
export const store: Diagnosis = {
  name: 'store',
  title: 'The database can be used, and is up to date',
  async examine({ config: { database }, store: ask }) {
    const found = await ask().catch((error: Error & { code?: string }) => error);
    if (found instanceof Error) return unusable(database, found);
    if (found.state === 'absent') return pass(`${placeOf(database)} will be made at the first start.`);
    const { done, pending, unknown } = found.migrations;
    if (unknown.length > 0) {
      return fail(
        `A newer version of Claimcheck has changed the database (${unknown.join(', ')}).`,
        'Run that version, or point DATABASE_URL to another database.',
      );
    }
    const warning = exposed(database);
    if (warning) return warning;
    if (pending.length > 0) {
      return pass(
        `It can be read. Its tables will be brought up to date at the next start: ${pending.join(', ')}.`,
      );
    }
    return pass(
      `It can be read, and has seen ${done.length === 1 ? 'its migration' : `all ${done.length} migrations`}.`,
    );
  },
};
