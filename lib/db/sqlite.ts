import { closeSync, mkdirSync, openSync } from 'node:fs';
import path from 'node:path';
import type { SqliteDatabase, SqliteStatement } from 'kysely';
import Sqlite from 'libsql';

/** How long a writer waits for another one, in milliseconds. */
export const busyTimeout = 5_000;

/**
 * A SQLite file for Kysely, created with its folder where missing. Every committed write is on disk
 * (`synchronous=FULL`); a second process on the same file waits its turn.
 *
 * libsql does not finish a statement that failed with SQLITE_BUSY (tursodatabase/libsql-js#238): until it happens to
 * be collected, later writes of the same connection are reported as done, but not committed, and lock everybody else
 * out. So a connection on which that has happened is exchanged for a new one.
 */
export function openSqlite(file: string): SqliteDatabase {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  createPrivately(file);
  let connection = connect(file);
  let spoilt = false;

  function watched<T>(step: () => T): T {
    try {
      return step();
    } catch (error) {
      spoilt ||= isBusy(error);
      throw error;
    }
  }

  return {
    prepare(sql) {
      // Never inside a transaction, which must first be rolled back where it was begun.
      if (spoilt && !connection.inTransaction) {
        connection.close();
        connection = connect(file);
        spoilt = false;
      }
      const statement: SqliteStatement = connection.prepare(sql);
      return {
        reader: statement.reader,
        all: (parameters) => watched(() => statement.all(parameters)),
        run: (parameters) => watched(() => statement.run(parameters)),
        iterate: (parameters) => watched(() => statement.iterate(parameters)),
      };
    },
    close: () => connection.close(),
  };
}

/** SQLite would create the file readable by everyone; `-wal` and `-shm` get the mode that it has. */
function createPrivately(file: string): void {
  try {
    closeSync(openSync(file, 'wx', 0o600));
  } catch (error) {
    // The mode of a file that is there is its owner's affair; the doctor has a word about it.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

function connect(file: string): Sqlite.Database {
  for (let waited = 0; ; waited += pause) {
    const sqlite = new Sqlite(file);
    try {
      return prepared(sqlite);
    } catch (error) {
      sqlite.close();
      if (!isBusy(error) || waited >= busyTimeout) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pause);
    }
  }
}

/** Milliseconds between two tries of opening. */
const pause = 20;

/**
 * The change of a new file's journal mode fails at once where another process is at it too, whatever the time-out: both
 * hold a read lock that neither gives up. Whoever failed opens again.
 */
function prepared(sqlite: Sqlite.Database): Sqlite.Database {
  sqlite.exec(`PRAGMA busy_timeout = ${busyTimeout}`);
  sqlite.exec('PRAGMA journal_mode = WAL');
  sqlite.exec('PRAGMA synchronous = FULL');
  return sqlite;
}

/** Whether a statement failed because somebody else is writing. */
export function isBusy(error: unknown): boolean {
  return String((error as { code?: unknown }).code).startsWith('SQLITE_BUSY');
}
