import type { Kysely, Migration } from 'kysely';

/**
 * The one migration source, for every dialect: text and bigint columns only. A migration that has been released is
 * never edited; add the next one.
 */
export const migrations: Record<string, Migration> = {
  '0001_sessions_and_notes': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('session')
        .addColumn('id_hash', 'text', (column) => column.primaryKey())
        .addColumn('issuer', 'text', (column) => column.notNull())
        .addColumn('subject', 'text', (column) => column.notNull())
        .addColumn('sealed', 'text', (column) => column.notNull())
        .addColumn('created_at', 'bigint', (column) => column.notNull())
        .addColumn('last_used_at', 'bigint', (column) => column.notNull())
        .addColumn('ends_at', 'bigint', (column) => column.notNull())
        .addColumn('version', 'bigint', (column) => column.notNull())
        .execute();
      await db.schema.createIndex('session_ends_at').on('session').column('ends_at').execute();
      await db.schema
        .createTable('note')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('issuer', 'text', (column) => column.notNull())
        .addColumn('subject', 'text', (column) => column.notNull())
        .addColumn('title', 'text', (column) => column.notNull())
        .addColumn('body', 'text', (column) => column.notNull())
        .addColumn('version', 'bigint', (column) => column.notNull())
        .addColumn('created_at', 'bigint', (column) => column.notNull())
        .addColumn('updated_at', 'bigint', (column) => column.notNull())
        .execute();
      await db.schema
        .createIndex('note_by_owner')
        .on('note')
        .columns(['issuer', 'subject', 'created_at', 'id'])
        .execute();
    },
  },
  '0002_leases_devices_and_logout': {
    async up(db: Kysely<unknown>) {
      // One at a time: SQLite adds no more than one column in a statement.
      for (const column of ['identity_issuer', 'identity_subject', 'sid', 'end_reason']) {
        await db.schema.alterTable('session').addColumn(column, 'text').execute();
      }
      await db.schema
        .alterTable('session')
        .addColumn('device', 'text', (column) => column.notNull().defaultTo(''))
        .execute();
      for (const counter of ['lease_until', 'retry_at', 'failures']) {
        await db.schema
          .alterTable('session')
          .addColumn(counter, 'bigint', (column) => column.notNull().defaultTo(0))
          .execute();
      }
      for (const column of ['sid', 'identity_subject', 'last_used_at']) {
        await db.schema.createIndex(`session_${column}`).on('session').column(column).execute();
      }
      await db.schema
        .createIndex('session_by_owner')
        .on('session')
        .columns(['issuer', 'subject', 'last_used_at'])
        .execute();
      await db.schema
        .createTable('logout_token')
        .addColumn('id_hash', 'text', (column) => column.primaryKey())
        .addColumn('forget_at', 'bigint', (column) => column.notNull())
        .execute();
      await db.schema.createIndex('logout_token_forget_at').on('logout_token').column('forget_at').execute();
    },
  },
};
