import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { dialects } from '../../test/db/database';
import {
  type TestSessions,
  testIdentity,
  testOwner,
  testSessions,
  testTokens,
} from '../../test/session/sessions';
import { isStoreError } from '../db/store-error';
import { type BeginOptions, begin } from './begin';
import { hashSessionId, newSessionId } from './cookie';
import type { OnSignIn } from './on-sign-in';
import { sessionsPerPerson } from './store';

let sessions: TestSessions;
afterEach(() => sessions.database.remove());

/** Nobody waits for it. */
const never = () => new Promise<never>(() => undefined);

function setup(onSignIn: OnSignIn, changes: Partial<BeginOptions> = {}) {
  const revokeUnused = vi.fn();
  const seen = vi.fn(onSignIn);
  const claims = { sub: testIdentity.subject, email: 'alice@example.com' };
  const signedIn = {
    ...testOwner,
    identity: { ...testIdentity, claims },
    tokens: testTokens(sessions.clock),
  };
  const { store } = sessions;
  const options = { store, onSignIn: seen, revokeUnused, sleep: never, ...changes };
  const go = (previousId?: string) => begin(signedIn, { previousId, device: 'Firefox' }, options);
  return { go, revokeUnused, onSignIn: seen, claims };
}

async function withPrevious() {
  const id = newSessionId();
  const idHash = hashSessionId(id);
  await sessions.begin(undefined, { idHash });
  return { id, idHash };
}

describe.each(dialects)('on %s', (dialect) => {
  beforeEach(async () => {
    sessions = await testSessions(dialect);
    const { db } = sessions.database;
    await db.schema
      .createTable('seen')
      .addColumn('subject', 'text', (column) => column.unique())
      .execute();
  });

  const seenTable = () => sessions.database.db.withTables<{ seen: { subject: string } }>().selectFrom('seen');
  const seen = async () => (await seenTable().selectAll().execute()).map(({ subject }) => subject);
  const note: OnSignIn = async ({ subject }, { transaction }) => {
    await transaction
      .withTables<{ seen: { subject: string } }>()
      .insertInto('seen')
      .values({ subject })
      .execute();
    return undefined;
  };

  describe('a sign-in', () => {
    it('begins a session with what the app’s own rule writes, and ends the one the browser had', async () => {
      const previous = await withPrevious();
      const { go, revokeUnused, onSignIn, claims } = setup(note);
      const begun = await go(previous.id);
      if (!('id' in begun)) throw new Error('turned away');
      expect((await sessions.live(hashSessionId(begun.id))).tokens).toEqual(testTokens(sessions.clock));
      expect(await sessions.whyEnded(previous.idHash)).toBe('replaced');
      expect(await seen()).toEqual([testIdentity.subject]);
      expect(revokeUnused).not.toHaveBeenCalled();
      expect(onSignIn.mock.calls.map(([person]) => person)).toEqual([
        {
          issuer: testIdentity.issuer,
          subject: testIdentity.subject,
          claims,
          accessTokenSubject: testOwner.subject,
        },
      ]);
    });

    it('makes room beside others at the same time, and nobody waits for ever', async () => {
      for (let n = 0; n < sessionsPerPerson; n++) await sessions.begin();
      sessions.clock.passSeconds(1);
      const begun = await Promise.all([1, 2, 3, 4, 5].map(() => setup(async () => undefined).go()));
      for (const each of begun) await sessions.live(hashSessionId('id' in each ? each.id : ''));
      const { go } = setup(async () => undefined);
      await go();
      const living = (await sessions.rows()).filter(({ end_reason }) => end_reason === null);
      expect(living.length).toBeLessThanOrEqual(sessionsPerPerson + 5);
    });

    it('in the browser of one of fifty sessions ends that one and no other', async () => {
      const previous = await withPrevious();
      for (let n = 1; n < sessionsPerPerson; n++) await sessions.begin();
      await setup(async () => undefined).go(previous.id);
      const over = (await sessions.rows()).filter(({ end_reason }) => end_reason !== null);
      expect(over).toMatchObject([{ id_hash: previous.idHash, end_reason: 'replaced' }]);
    });

    it('may be told of a session that is long over, or never was', async () => {
      expect(await setup(note).go(newSessionId())).toHaveProperty('id');
    });
  });

  describe('a person whom the app’s own rule turns away', () => {
    it('reads its sentence; nothing is written, the old session goes on, the new tokens are taken back', async () => {
      const previous = await withPrevious();
      const { go, revokeUnused } = setup(async (...asked) => {
        await note(...asked);
        return { refuse: 'Only for members.' };
      });
      expect(await go(previous.id)).toEqual({
        refusal: { status: 400, error: 'access_denied', description: 'Only for members.' },
      });
      expect(await seen()).toEqual([]);
      expect(await sessions.rows()).toHaveLength(1);
      await sessions.live(previous.idHash);
      expect(revokeUnused.mock.calls).toEqual([['refresh-1']]);
    });

    it('is turned away without words, too', async () => {
      const { go } = setup(async () => ({ refuse: '' }));
      expect(await go()).toMatchObject({ refusal: { error: 'access_denied', description: /./ } });
      expect(await sessions.rows()).toEqual([]);
    });
  });

  describe('a rule that fails', () => {
    it.each<[string, OnSignIn]>([
      [
        'throws',
        async (...asked) => {
          await note(...asked);
          throw new Error('out of order');
        },
      ],
      [
        'asks the database for what it does not have',
        async (...asked) => {
          await note(...asked);
          await asked[1].transaction
            .withTables<{ nowhere: { a: string } }>()
            .selectFrom('nowhere')
            .selectAll()
            .execute();
          return undefined;
        },
      ],
      [
        'throws at once',
        () => {
          throw new Error('no promise at all');
        },
      ],
    ])('because it %s signs nobody in: nothing is written, the tokens are taken back', async (_, rule) => {
      const previous = await withPrevious();
      const { go, revokeUnused } = setup(rule);
      await expect(go(previous.id)).rejects.toThrow();
      expect(await seen()).toEqual([]);
      await sessions.live(previous.idHash);
      expect(await sessions.rows()).toHaveLength(1);
      expect(revokeUnused.mock.calls).toEqual([['refresh-1']]);
    });

    it('and does not say so leaves no cookie behind that leads nowhere', async () => {
      const { go } = setup(async (...asked) => {
        await note(...asked);
        await note(...asked).catch(() => undefined);
        return undefined;
      });
      const begun = await go().catch(() => undefined);
      if (begun && 'id' in begun) await sessions.live(hashSessionId(begun.id));
      else expect([await seen(), await sessions.rows()]).toEqual([[], []]);
      expect(begun === undefined).toBe(dialect === 'postgres');
    });

    it('never to end, as one that asks past its transaction, is ended: nobody else waits for it', async () => {
      const { go, revokeUnused } = setup(
        async () => {
          if (dialect === 'sqlite') await seen();
          return never();
        },
        { sleep: async () => undefined },
      );
      await expect(go()).rejects.toThrow(/within 5 s.*transaction/);
      expect(await sessions.rows()).toEqual([]);
      expect(revokeUnused).toHaveBeenCalledOnce();
    });

    it('and goes on after its time writes nothing any more', async () => {
      let proceed = () => {};
      let late: Promise<unknown> = Promise.resolve();
      const { go } = setup(
        (...asked) => {
          const whenOver = new Promise<void>((resolve) => {
            proceed = resolve;
          });
          late = whenOver.then(() => note(...asked));
          return late.then(() => undefined);
        },
        { sleep: async () => undefined },
      );
      await expect(go()).rejects.toThrow('within 5 s');
      proceed();
      await expect(late).rejects.toThrow();
      expect(await seen()).toEqual([]);
    });
  });

  describe('a database that cannot keep the session', () => {
    it('ends the sign-in as trouble of the store, and the tokens are taken back', async () => {
      const { go, revokeUnused } = setup(async () => {
        throw Object.assign(new Error('disk full'), { code: 'SQLITE_FULL' });
      });
      await expect(go()).rejects.toSatisfy(isStoreError);
      expect(revokeUnused.mock.calls).toEqual([['refresh-1']]);
    });

    it('is found out before anything depends on it', async () => {
      await sessions.store.ready();
      expect(await sessions.rows()).toEqual([]);
      await sessions.database.db.schema.alterTable('session').renameTo('elsewhere').execute();
      await expect(sessions.store.ready()).rejects.toThrow();
      await sessions.database.db.schema.alterTable('elsewhere').renameTo('session').execute();
    });
  });
});

it('a replica that takes no writes is no place for a session', async () => {
  sessions = await testSessions('postgres');
  const { settings } = sessions.database;
  if (settings.kind !== 'postgres') throw new Error('no server');
  const { db } = sessions.database;
  await db.connection().execute(async (connection) => {
    await sql`set default_transaction_read_only = on`.execute(connection);
  });
  await expect(sessions.store.ready()).rejects.toSatisfy(isStoreError);
});

it('a rule that reads before it writes is not disturbed by another process on the same SQLite file', async () => {
  sessions = await testSessions('sqlite');
  const other = sessions.database.again();
  await sql`pragma busy_timeout = 0`.execute(other);
  const readsFirst: OnSignIn = async ({ subject }, { transaction }) => {
    await transaction.selectFrom('note').selectAll().execute();
    await expect(other.deleteFrom('note').execute()).rejects.toSatisfy(isStoreError);
    await transaction.deleteFrom('note').where('subject', '=', subject).execute();
    return undefined;
  };
  expect(await setup(readsFirst).go()).toHaveProperty('id');
});

it('an SQLite file in which somebody else is writing for too long is no place for a session, either', async () => {
  sessions = await testSessions('sqlite');
  await sql`pragma busy_timeout = 0`.execute(sessions.database.db);
  const other = sessions.database.again();
  await other.connection().execute(async (writer) => {
    await sql`begin immediate`.execute(writer);
    await expect(sessions.store.ready()).rejects.toSatisfy(isStoreError);
    await sql`rollback`.execute(writer);
  });
  await sessions.store.ready();
});
