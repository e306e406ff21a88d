import path from 'node:path';
import type { BrowserContext } from '@playwright/test';
import { openDatabase } from '../../lib/db/open';
import { hashSessionId } from '../../lib/session/cookie';
import type { RunningApp } from './app';
import { sessionCookie } from './steps';

interface Age {
  /** How long ago it was last used, in seconds. */
  readonly unusedFor?: number;
  /** When it ends whatever happens, in seconds from now. */
  readonly endsIn?: number;
}

/** Makes a browser's session older than it is, in the app's own store, so that no test waits for time to pass. */
export async function ageSession(
  app: RunningApp,
  context: BrowserContext,
  { unusedFor, endsIn }: Age,
): Promise<void> {
  const cookie = await sessionCookie(context);
  const db = openDatabase(path.join(app.directory, '.data', 'claimcheck.db'));
  const now = Date.now();
  try {
    const { numUpdatedRows } = await db
      .updateTable('session')
      .set({
        ...(unusedFor !== undefined && { last_used_at: now - unusedFor * 1_000 }),
        ...(endsIn !== undefined && { ends_at: now + endsIn * 1_000 }),
      })
      .where('id_hash', '=', hashSessionId(cookie?.value ?? ''))
      .executeTakeFirst();
    if (numUpdatedRows !== 1n) throw new Error('this browser has no session');
  } finally {
    await db.destroy();
  }
}
