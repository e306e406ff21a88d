import 'server-only';
import type { DatabaseSettings } from '../config/database-url';
import { type Database, migrate, openStore, reasonOf } from '../db';

import { currentConfig } from './config';
import { log } from './log';
import { perProcess } from './per-process';

/** The database of this process, opened and migrated on first use. A failed opening is tried again next time. */
export async function database(): Promise<Database> {
  const slot = perProcess<{ opening?: Promise<Database> }>('database', () => ({}));
  slot.opening ??= open().catch((error) => {
    slot.opening = undefined;
    throw error;
  });
  return slot.opening;
}

async function open(): Promise<Database> {
  const settings = currentConfig().database;
  await bringUpToDate(settings);
  const onLost = (error: Error) => log().warn({ event: 'database_connection_lost', reason: reasonOf(error) });
  return openStore(settings, { onLost });
}

/** Milliseconds for one statement of a migration. */
const patience = 10 * 60_000;

/** By a handle of its own: what a request may take is too little for an index on a table of millions. */
async function bringUpToDate(settings: DatabaseSettings): Promise<void> {
  const db = openStore(settings, { patience });
  try {
    await migrate(db);
  } finally {
    await db.destroy();
  }
}
