import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { readDatabase } from '../../lib/config/database-url';
import { Fields } from '../../lib/config/fields';
import { openStore } from '../../lib/db/open';
import { hashSessionId, newSessionId, sessionCookieName } from '../../lib/session/cookie';
import { createSeal } from '../../lib/session/seal';
import type { SessionTokens } from '../../lib/session/session';
import { SessionStore } from '../../lib/session/store';
import { readUnverified } from '../../lib/token/unverified';
import type { RunningApp } from './app';

/** A session as the app keeps it. */
export interface KeptSession {
  /** The header that carries it. */
  readonly cookie: string;
  /** Gives it another access token, as a renewal would. */
  replaceToken(accessToken: string): Promise<void>;
}

/**
 * Puts a session with any access token at all into an app's store. Sign-in keeps none that is refused: this is what a
 * session looks like after settings or keys have changed.
 * @param secret its SESSION_SECRET, where it does not make its own
 */
export async function keepSession(
  app: RunningApp,
  accessToken: string,
  secret?: string,
): Promise<KeptSession> {
  const data = path.join(app.directory, '.data');
  const secrets = [secret ?? (await readFile(path.join(data, 'session-secret'), 'utf8')).trim()];
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

  async function inStore(act: (store: SessionStore) => Promise<unknown>): Promise<void> {
    const db = openStore(readDatabase(new Fields({ DATABASE_URL: app.databaseUrl }), app.directory));
    try {
      const limits = { idleTimeout: 3_600, maxAge: 3_600 };
      await act(new SessionStore({ db, seal: createSeal(secrets), clock: Date.now, ...limits }));
    } finally {
      await db.destroy();
    }
  }

  const { iss, sub } = readUnverified(accessToken, []).claims ?? {};
  const owner = { issuer: String(iss), subject: String(sub) };
  const identity = { ...owner, sid: undefined };
  await inStore((store) => store.create({ ...owner, identity, device: 'any', idHash, tokens }));
  return {
    cookie: `${sessionCookieName(false)}=${id}`,
    replaceToken: (token) =>
      inStore(async (store) => {
        const found = await store.find(idHash);
        if (found.outcome === 'ended') throw new Error(`the session is over: ${found.reason}`);
        const { session } = found;
        await store.replaceTokens(session, { ...session.tokens, accessToken: token });
      }),
  };
}
