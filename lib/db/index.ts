/** The database, on SQLite or PostgreSQL. */

export { explainRefusal } from './explain-error';
export { type MigrationState, migrationState } from './migration-state';
export { type Database, type DatabaseTransaction, migrate, openStore } from './open';
export { unencryptedHost } from './postgres';
export { reasonOf } from './postgres-error';
export type { NoteTable, SessionTable } from './schema';
export { whenReachable } from './wait';
