import 'server-only';
import { currentConfig } from '../config';
import { perProcess } from '../config/per-process';
import { type Database, migrate, openDatabase } from './open';

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
  const db = openDatabase(currentConfig().databaseFile);
  await migrate(db);
  return db;
}
