import { Migrator } from 'kysely';
import { afterEach, describe, expect, it } from 'vitest';
import { dialects, emptyDatabase } from '../../test/db/database';
import { TestClock, testOwner, testSecret, testTokens } from '../../test/session/sessions';
import { migrations } from '../db/migrations';
import { type Database, migrate, openStore } from '../db/open';
import { createSeal } from './seal';
import { SessionStore } from './store';

let db: Database;
let clear: () => void;
afterEach(async () => {
  await db.destroy();
  clear();
});

/** A database as the first release left it. */
async function firstRelease(dialect: (typeof dialects)[number]): Promise<void> {
  const empty = await emptyDatabase(dialect);
  clear = empty.clear;
  db = openStore(empty.settings);
  const first = Object.fromEntries(Object.entries(migrations).slice(0, 1));
  const schema = dialect === 'postgres' ? new URL(urlOf(empty.settings)).searchParams : undefined;
  const { error } = await new Migrator({
    db,
    provider: { getMigrations: async () => first },
    migrationTableSchema: schema?.get('options')?.split('search_path=')[1],
  }).migrateToLatest();
  if (error) throw error;
}

const urlOf = (settings: Parameters<typeof openStore>[0]) =>
  settings.kind === 'postgres' ? settings.url : '';

describe.each(dialects)('an upgrade of the database (%s)', (dialect) => {
  it('signs nobody out, and such a session can be renewed, listed and ended like any other', async () => {
    await firstRelease(dialect);
    const clock = new TestClock();
    const seal = createSeal([testSecret]);
    const tokens = testTokens(clock);
    const old = {
      id_hash: 'a-hash',
      ...testOwner,
      sealed: seal.close(JSON.stringify(tokens), 'a-hash'),
      created_at: clock.now,
      last_used_at: clock.now,
      ends_at: clock.now + 43_200_000,
      version: 1,
    };
    await db
      .insertInto('session')
      .values(old as never)
      .execute();
    await migrate(db);
    const store = new SessionStore({ db, seal, clock: clock.read, idleTimeout: 3_600, maxAge: 43_200 });
    const found = await store.find('a-hash');
    if (found.outcome === 'ended') throw new Error(found.reason);
    expect(found.session).toMatchObject({ tokens, renewal: { leasedFor: 0, pausedFor: 0, failures: 0 } });
    expect(await store.leases.take(found.session, 1_000)).toBeDefined();
    expect(await store.replaceTokens(found.session, tokens)).toBe(true);
    expect(await store.list(testOwner)).toMatchObject([{ handle: 'a-hash', device: '' }]);
    expect(await store.end('a-hash', 'signed-out')).toEqual(tokens);
  });
});
