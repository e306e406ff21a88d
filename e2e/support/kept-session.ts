import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { readDatabase } from '../../lib/config/database-url';
import { Fields } from '../../lib/config/fields';
import { readKeptSecret } from '../../lib/config/generated-secret';
import { openStore } from '../../lib/db/open';
import { readUnverified } from '../../lib/openid';
import { hashSessionId, newSessionId, sessionCookieName } from '../../lib/session/cookie';
import { createSeal } from '../../lib/session/seal';
import type { Session, SessionTokens } from '../../lib/session/session';
import { SessionStore } from '../../lib/session/store';
import type { RunningApp } from './app';

/** A session as the app keeps it. */
export interface KeptSession {
  /** The header that carries it. */
  readonly cookie: string;
  /** Gives it another access token, as a renewal would. */
  replaceToken(accessToken: string): Promise<void>;
}

/** Opens an app's own store. @param secret its SESSION_SECRET, where it does not make its own */
async function inStore<T>(
  app: RunningApp,
  act: (store: SessionStore) => Promise<T>,
  secret?: string,
): Promise<T> {
  const kept = path.join(app.directory, '.data', 'session-secret');
  const seal = createSeal([secret ?? (await readFile(kept, 'utf8')).trim()]);
  const db = openStore(readDatabase(new Fields({ DATABASE_URL: app.databaseUrl }), app.directory));
  try {
    const limits = { idleTimeout: 3_600, maxAge: 3_600 };
    return await act(new SessionStore({ db, seal, clock: Date.now, ...limits }));
  } finally {
    await db.destroy();
  }
}

/** What proves the app to its embedded provider. */
export function clientSecretOf(app: RunningApp): string {
  return readKeptSecret(path.join(app.directory, '.data'), 'client-secret') ?? '';
}

async function live(store: SessionStore, idHash: string): Promise<Session> {
  const found = await store.find(idHash);
  if (found.outcome === 'ended') throw new Error(`the session is over: ${found.reason}`);
  return found.session;
}

/**
 * What an app keeps under a session cookie, for a test that looks behind it.
 * @param secret its SESSION_SECRET, where it does not make its own
 */
export function tokensOf(
  app: RunningApp,
  { cookie }: { cookie: string },
  secret?: string,
): Promise<SessionTokens> {
  const id = cookie.slice(`${sessionCookieName({ secure: false, baseUrl: app.baseUrl })}=`.length);
  return inStore(app, async (store) => (await live(store, hashSessionId(id))).tokens, secret);
}

/** Gives somebody's session another access token, as if settings or keys had changed since it got the one it has. */
export async function replaceAccessToken(
  app: RunningApp,
  { cookie }: { cookie: string },
  change: (accessToken: string) => string,
): Promise<void> {
  const id = cookie.slice(`${sessionCookieName({ secure: false, baseUrl: app.baseUrl })}=`.length);
  await inStore(app, async (store) => {
    const session = await live(store, hashSessionId(id));
    const { tokens } = session;
    await store.replaceTokens(session, { ...tokens, accessToken: change(tokens.accessToken) });
  });
}

/**
 * Puts a session with any access token at all into an app's store. Sign-in keeps none that is refused: this is what a
 * session looks like after settings or keys have changed.
 * @param secret its SESSION_SECRET, where it does not make its own
 * @param sid the provider's session that it was begun in
 */
export async function keepSession(
  app: RunningApp,
  accessToken: string,
  secret?: string,
  sid?: string,
): Promise<KeptSession> {
  const id = newSessionId();
  const idHash = hashSessionId(id);
  const now = Math.floor(Date.now() / 1_000);
  const tokens: SessionTokens = {
    accessToken,
    refreshToken: undefined,
    idToken: undefined,
    accessTokenExpiresAt: now + 300,
    obtainedAt: now,
    scopes: [],
    name: 'Alice Liddell',
  };
  const { iss, sub } = readUnverified(accessToken).claims ?? {};
  const owner = { issuer: String(iss), subject: String(sub) };
  const session = { ...owner, identity: { ...owner, sid }, device: 'any', idHash, tokens };
  await inStore(app, (store) => store.create(session), secret);
  return {
    cookie: `${sessionCookieName({ secure: false, baseUrl: app.baseUrl })}=${id}`,
    async replaceToken(token) {
      const replace = async (store: SessionStore) =>
        store.replaceTokens(await live(store, idHash), { ...tokens, accessToken: token });
      if (!(await inStore(app, replace, secret))) throw new Error('the session has changed meanwhile');
    },
  };
}
