import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { dialects, type TestDatabase, testDatabase } from '../../test/db/database';
import { TestClock } from '../../test/session/sessions';
import { UsedLogoutTokens } from './used-logout-tokens';

let database: TestDatabase;
let clock: TestClock;
let used: UsedLogoutTokens;
describe.each(dialects)('on %s', (dialect) => {
  beforeEach(async () => {
    clock = new TestClock();
    database = await testDatabase(dialect);
    used = new UsedLogoutTokens({ db: database.db, clock: clock.read });
  });
  afterEach(() => database.remove());

  const token = (id: string, issuer = 'https://id.example') => ({
    issuer,
    id,
    refusedFrom: clock.seconds + 330.5,
  });

  describe('a logout token', () => {
    test('is used once, here and in every other instance', async () => {
      const elsewhere = new UsedLogoutTokens({ db: database.again(), clock: clock.read });
      expect(await used.has(token('1'))).toBe(false);
      expect(await used.add(token('1'))).toBe(true);
      for (const instance of [used, elsewhere]) {
        expect(await instance.has(token('1'))).toBe(true);
        expect(await instance.add(token('1'))).toBe(false);
      }
    });

    test('of many uses at once is used by one', async () => {
      const elsewhere = new UsedLogoutTokens({ db: database.again(), clock: clock.read });
      const firsts = await Promise.all(
        Array.from({ length: 20 }, (_, turn) => (turn % 2 ? used : elsewhere).add(token('1'))),
      );
      expect(firsts.filter(Boolean)).toHaveLength(1);
    });

    test('is another one where issuer or jti differ', async () => {
      await used.add(token('1'));
      expect(await used.add(token('2'))).toBe(true);
      expect(await used.add(token('1', 'https://id.example/other'))).toBe(true);
      expect(await used.add(token('1', 'https://id.exampl'))).toBe(true);
    });

    test('leaves nothing behind by which it could be known', async () => {
      await used.add(token('secret-jti'));
      const rows = await database.db.selectFrom('logout_token').selectAll().execute();
      expect(rows).toEqual([
        { id_hash: expect.stringMatching(/^[\w-]{43}$/), forget_at: (clock.seconds + 391) * 1_000 },
      ]);
    });
  });

  describe('sweeping', () => {
    test('forgets what is too old to pass, so many at a time, from any instance', async () => {
      for (const id of ['1', '2', '3']) await used.add(token(id));
      clock.passSeconds(100);
      await used.add(token('4'));
      clock.passSeconds(291);
      const elsewhere = new UsedLogoutTokens({ db: database.again(), clock: clock.read });
      expect(await elsewhere.sweep(2)).toBe(2);
      expect(await used.sweep(2)).toBe(1);
      expect(await used.sweep(2)).toBe(0);
      expect(await used.has(token('4'))).toBe(true);
    });

    test('keeps a token for as long as it passes, and a minute more', async () => {
      await used.add(token('1'));
      clock.passSeconds(390);
      expect(await used.sweep(100)).toBe(0);
      expect(await used.has(token('1'))).toBe(true);
    });
  });
});
