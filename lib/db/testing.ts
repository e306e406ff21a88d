import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Database, migrate, openDatabase } from './open';

/** A database file in a folder of its own. */
export interface TestDatabase {
  readonly file: string;
  readonly db: Database;
  /** Another handle on the same file, as another process has one. */
  again(): Database;
  /** Closes every handle and removes the folder. */
  remove(): Promise<void>;
}

/** Makes an empty, migrated database in a new temporary folder. */
export async function testDatabase(): Promise<TestDatabase> {
  const folder = mkdtempSync(path.join(tmpdir(), 'claimcheck-db-'));
  const file = path.join(folder, 'test.db');
  const handles: Database[] = [];
  const again = () => {
    const handle = openDatabase(file);
    handles.push(handle);
    return handle;
  };
  const db = again();
  await migrate(db);
  return {
    file,
    db,
    again,
    async remove() {
      for (const handle of handles) await handle.destroy();
      rmSync(folder, { recursive: true });
    },
  };
}

/** Opens and migrates a file; for a test that does so in several processes at once. @returns its tables */
export async function openAndMigrate(file: string): Promise<string[]> {
  const db = openDatabase(file);
  try {
    await migrate(db);
    return (await db.introspection.getTables()).map(({ name }) => name);
  } finally {
    await db.destroy();
  }
}
