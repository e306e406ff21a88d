import path from 'node:path';
import type { Fields } from './fields';

/** A database file of this machine. */
export interface SqliteSettings {
  readonly kind: 'sqlite';
  /** Absolute path. */
  readonly file: string;
}

/** A server that speaks PostgreSQL's protocol. */
export interface PostgresSettings {
  readonly kind: 'postgres';
  /** As written, password included: a secret. Show {@link placeOf} instead. */
  readonly url: string;
  /** Connections that this process holds at most. */
  readonly poolMax: number;
}

/** Where sessions and notes are kept. */
export type DatabaseSettings = SqliteSettings | PostgresSettings;

const examples = 'file:.data/claimcheck.db, or postgres://user:password@host:5432/database';
const isPostgres = (text: string) => /^postgres(ql)?:/i.test(text);

/** Reads `DATABASE_URL`, and `DATABASE_POOL_MAX` with it. Complaints never show any part of a postgres URL. */
export function readDatabase(fields: Fields, directory: string): DatabaseSettings {
  const text = fields.text('DATABASE_URL') ?? 'file:.data/claimcheck.db';
  const poolMax = fields.integer('DATABASE_POOL_MAX', 10, { min: 1, max: 1_000 });
  if (!isPostgres(text)) return readFile(fields, text, directory);
  const wrong = complaintAbout(text);
  if (wrong) fields.complain('DATABASE_URL', ...wrong);
  return { kind: 'postgres', url: text, poolMax };
}

function readFile(fields: Fields, text: string, directory: string): SqliteSettings {
  const file = text.startsWith('file:') ? text.slice('file:'.length).replace(/^\/\/(?=\/)/, '') : '';
  if (file === '' || file.startsWith('//')) {
    fields.complain('DATABASE_URL', 'is neither a file: path nor a postgres:// URL', `use ${examples}`);
  }
  return { kind: 'sqlite', file: path.resolve(directory, file) };
}

const encode =
  'in user name and password write @ as %40, : as %3A, / as %2F, # as %23, ? as %3F, % as %25, a blank as %20';

/** What is wrong with the shape of a postgres URL, and its fix. */
function complaintAbout(text: string): [problem: string, fix: string] | undefined {
  if (!URL.canParse(text) || /\s/.test(text)) return ['is no URL that can be read', encode];
  const url = new URL(text);
  const parts = [url.username, url.password, url.pathname.slice(1), url.hostname].map(decoded);
  if (parts.includes(undefined)) return ['has a % that encodes nothing', encode];
  const [, , database = ''] = parts;
  if (url.hostname === '' && !url.searchParams.get('host')) {
    return ['names no host', 'use postgres://user:password@host:5432/database'];
  }
  if (database === '') {
    return ['names no database', `use postgres://user:password@host:5432/database; ${encode}`];
  }
  // What follows an unencoded slash or # of a password passes for the name of the database, and would be shown as such.
  if (/[/@]/.test(url.pathname.slice(1)) || url.hash !== '') {
    return ['has a /, @ or # where the name of the database should end', encode];
  }
  return undefined;
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** Where the database is, for people: a path, or host, port and database name. Never a user name or password. */
export function placeOf(database: DatabaseSettings): string {
  if (database.kind === 'sqlite') return database.file;
  const { hostname, port, pathname, searchParams } = new URL(database.url);
  const host = searchParams.get('host') || decoded(hostname);
  return `${host}:${searchParams.get('port') || port || 5432}, database ${decoded(pathname.slice(1))}`;
}

/** What of `DATABASE_URL` must not be shown, in each of its forms. */
export function databaseSecrets(text: string): string[] {
  if (!isPostgres(text) || !URL.canParse(text)) return isPostgres(text) ? [text] : [];
  const { password, searchParams } = new URL(text);
  const queried = searchParams.get('password') ?? '';
  return [text, password, decoded(password) ?? '', queried, encodeURIComponent(queried)].filter(Boolean);
}
