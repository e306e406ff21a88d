import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { testDatabase } from '../../test/db/database';
import { migrationState } from './migration-state';
import { migrations } from './migrations';
import { openDatabase } from './open';

const all = Object.keys(migrations);

it('finds every migration done after a start', async () => {
  const { db, remove } = await testDatabase();
  expect(await migrationState(db)).toEqual({ done: all, pending: [], unknown: [] });
  await remove();
});

it('finds every migration pending in an empty file, and leaves it empty', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'claimcheck-db-'));
  const db = openDatabase(path.join(folder, 'x.db'));
  expect(await migrationState(db)).toEqual({ done: [], pending: all, unknown: [] });
  expect(await db.introspection.getTables({ withInternalKyselyTables: true })).toEqual([]);
  await db.destroy();
  rmSync(folder, { recursive: true });
});

it('finds what a newer version has done', async () => {
  const { db, remove } = await testDatabase();
  await sql`insert into kysely_migration (name, timestamp) values ('0099_future', 'then')`.execute(db);
  expect(await migrationState(db)).toMatchObject({ pending: [], unknown: ['0099_future'] });
  await remove();
});
