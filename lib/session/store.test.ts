import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { PluginTransformQueryArgs, PluginTransformResultArgs } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dialects } from '../../test/db/database';
import {
  type TestSessions,
  testIdentity,
  testOwner,
  testSecret,
  testSessions,
  testTokens,
} from '../../test/session/sessions';
import type { SessionTable } from '../db/schema';
import { createSeal } from './seal';
import { endReasons, type Identity, type SessionTokens } from './session';
import { type SessionStore, sessionsPerPerson } from './store';

let sessions: TestSessions;
afterEach(() => sessions.database.remove());

const rows = () => sessions.rows();
const lastUsed = async () => (await rows())[0]?.last_used_at;
const sealedOf = async (idHash: string) =>
  (await rows()).find((row) => row.id_hash === idHash)?.sealed ?? 'no such row';
const setRow = (idHash: string, change: Partial<SessionTable>) =>
  sessions.database.db.updateTable('session').set(change).where('id_hash', '=', idHash).execute();

describe.each(dialects)('on %s', (dialect) => {
  beforeEach(async () => {
    sessions = await testSessions(dialect);
  });

  describe('a session', () => {
    it('comes back as it was stored', async () => {
      const { clock } = sessions;
      const idHash = await sessions.begin();
      expect(await sessions.live(idHash)).toEqual({
        ...testOwner,
        idHash,
        tokens: testTokens(clock),
        createdAt: clock.now,
        lastUsedAt: clock.now,
        endsAt: clock.now + 43_200_000,
        version: 1,
        identity: { issuer: testIdentity.issuer, subject: testIdentity.subject },
        renewal: { leasedFor: 0, pausedFor: 0, failures: 0 },
      });
    });

    it('may have neither refresh nor ID token', async () => {
      const tokens = testTokens(sessions.clock, { refreshToken: undefined, idToken: undefined });
      expect((await sessions.live(await sessions.begin(tokens))).tokens).toEqual(tokens);
    });

    it('is nobody else’s: another hash finds nothing, and ends nothing', async () => {
      const idHash = await sessions.begin();
      expect(await sessions.whyEnded('something')).toBe('ended');
      expect(await sessions.whyEnded(`${idHash} `)).toBe('ended');
      await sessions.live(idHash);
    });
  });

  describe('the end of a session', () => {
    it.each(endReasons)(
      'because of "%s" stays known, and leaves no token in the database',
      async (reason) => {
        const { store, clock } = sessions;
        const [idHash, kept] = [await sessions.begin(), await sessions.begin()];
        expect(await store.end(idHash, reason)).toEqual(testTokens(clock));
        expect(await sessions.whyEnded(idHash)).toBe(reason);
        expect(await sealedOf(idHash)).toBe('');
        await sessions.live(kept);
      },
    );

    it('comes once: whoever ends it again gets no tokens, and the first reason stays', async () => {
      const { store } = sessions;
      const idHash = await sessions.begin();
      await store.end(idHash, 'signed-out');
      expect(await store.end(idHash, 'provider')).toBeUndefined();
      expect(await sessions.whyEnded(idHash)).toBe('signed-out');
      expect(await store.end('something', 'provider')).toBeUndefined();
    });

    it('beside a renewal hands out the tokens that won: none is left behind unrevoked', async () => {
      const { store, clock } = sessions;
      for (let round = 0; round < 20; round++) {
        const session = await sessions.live(await sessions.begin());
        const newer = testTokens(clock, { refreshToken: 'refresh-2' });
        const calls = [
          () => store.end(session.idHash, 'signed-out'),
          () => store.replaceTokens(session, newer),
        ] as const;
        const [end, renew] = round % 2 ? [calls[0](), calls[1]()] : [calls[1](), calls[0]()].toReversed();
        expect((await end) as SessionTokens).toEqual((await renew) ? newer : session.tokens);
      }
    });

    it('comes when it has been idle for its time', async () => {
      const idHash = await sessions.begin();
      sessions.clock.passSeconds(3600);
      expect(await sessions.whyEnded(idHash)).toBe('idle');
      expect(await sealedOf(idHash)).toBe('');
    });

    it('does not come a moment earlier', async () => {
      const idHash = await sessions.begin();
      sessions.clock.now += 3_600_000 - 1;
      await sessions.live(idHash);
    });

    it('comes at its absolute time however much it is used', async () => {
      const { clock } = sessions;
      const idHash = await sessions.begin();
      for (let minutes = 0; minutes < 719; minutes++) {
        clock.passSeconds(60);
        await sessions.live(idHash);
      }
      clock.passSeconds(60);
      expect(await sessions.whyEnded(idHash)).toBe('expired');
      expect(await sealedOf(idHash)).toBe('');
    });
  });

  describe('sweeping', () => {
    it('removes what has been over for an hour: ended, expired or idle; and nothing that lives', async () => {
      const { clock, store } = sessions;
      const [ended, idle] = [await sessions.begin(), await sessions.begin()];
      await store.end(ended, 'signed-out');
      clock.now += 3_600_000 - 1;
      expect(await store.sweep(100)).toBe(0);
      clock.now += 1;
      expect(await store.sweep(100)).toBe(1);
      expect(await sessions.whyEnded(ended)).toBe('ended');
      const used = await sessions.begin();
      clock.passSeconds(3_599);
      await sessions.live(used);
      clock.passSeconds(1);
      // Nobody came back to the idle one to be told.
      expect(await store.sweep(100)).toBe(1);
      expect((await rows()).map((row) => row.id_hash)).toEqual([used]);
      expect(idle).not.toBe(used);
      const long = sessions.storeWith({ idleTimeout: 1_000_000, maxAge: 7_200 });
      clock.passSeconds(43_200);
      expect(await long.sweep(100)).toBe(1);
    });

    it('takes a batch at a time, and two instances at once remove each row once', async () => {
      for (let n = 0; n < 7; n++) await sessions.begin();
      sessions.clock.passSeconds(43_200 + 3_600);
      const kept = await sessions.begin();
      expect(await sessions.store.sweep(3)).toBe(3);
      const counts = await Promise.all([sessions.store.sweep(100), sessions.storeWith({}).sweep(100)]);
      expect(counts.reduce((sum, count) => sum + count)).toBe(4);
      expect((await rows()).map((row) => row.id_hash)).toEqual([kept]);
    });
  });

  describe('the sessions of a person', () => {
    const bob = { ...testOwner, subject: 'bob' };
    const elsewhere = { ...testOwner, issuer: 'https://another.example' };

    it('are listed to them alone, the latest used first, with device and times', async () => {
      const { clock, store } = sessions;
      const [first, second] = [
        await sessions.begin(testTokens(clock), { device: 'Firefox' }),
        await sessions.begin(testTokens(clock), { device: 'Chrome' }),
      ];
      const begun = clock.now;
      await sessions.begin(testTokens(clock), bob);
      await sessions.begin(testTokens(clock), elsewhere);
      clock.passSeconds(60);
      await sessions.live(first);
      const times = { createdAt: begun, endsAt: begun + 43_200_000 };
      expect(await store.list(testOwner)).toEqual([
        { handle: first, device: 'Firefox', lastUsedAt: clock.now, ...times },
        { handle: second, device: 'Chrome', lastUsedAt: begun, ...times },
      ]);
    });

    it('are not listed any more once they are over', async () => {
      const { clock, store } = sessions;
      await store.end(await sessions.begin(), 'signed-out');
      await sessions.begin();
      clock.passSeconds(3_600);
      expect(await store.list(testOwner)).toEqual([]);
      const busy = sessions.storeWith({ idleTimeout: 1_000_000 });
      const idHash = await sessions.begin();
      clock.passSeconds(43_199);
      expect((await busy.list(testOwner)).map(({ handle }) => handle)).toEqual([idHash]);
      clock.passSeconds(1);
      expect(await busy.list(testOwner)).toEqual([]);
    });

    it('end one by one for their owner, and for nobody else', async () => {
      const { store, clock } = sessions;
      const [mine, bobs] = [await sessions.begin(), await sessions.begin(testTokens(clock), bob)];
      expect(await store.endOwned(testOwner, bobs)).toBeUndefined();
      expect(await store.endOwned(elsewhere, mine)).toBeUndefined();
      expect(await store.endOwned(testOwner, 'something')).toBeUndefined();
      await sessions.live(bobs);
      await sessions.live(mine);
      expect(await store.endOwned(testOwner, mine)).toEqual(testTokens(clock));
      expect(await sessions.whyEnded(mine)).toBe('elsewhere');
    });

    it('end all but one, or all', async () => {
      const { store, clock } = sessions;
      const [one, two, three] = [await sessions.begin(), await sessions.begin(), await sessions.begin()];
      const bobs = await sessions.begin(testTokens(clock), bob);
      expect(await store.endAll(testOwner, two)).toHaveLength(2);
      expect([await sessions.whyEnded(one), await sessions.whyEnded(three)]).toEqual([
        'elsewhere',
        'elsewhere',
      ]);
      await sessions.live(two);
      expect(await store.endAll(testOwner)).toHaveLength(1);
      await sessions.live(bobs);
    });

    it('are 50 at most: the one unused for longest makes room', async () => {
      const { store, clock } = sessions;
      const begun: string[] = [];
      for (let n = 0; n < sessionsPerPerson; n++) {
        clock.passSeconds(60);
        begun.push(await sessions.begin(testTokens(clock)));
      }
      const [first = '', second = ''] = begun;
      await sessions.begin(testTokens(clock), bob);
      clock.passSeconds(60);
      await sessions.live(first);
      const newest = { ...testOwner, identity: testIdentity, device: '', tokens: testTokens(clock) };
      await store.create({ ...newest, idHash: 'newest' });
      expect(await sessions.whyEnded(second)).toBe('limit');
      await sessions.live('newest');
      await sessions.live(first);
      expect(await store.list(testOwner)).toHaveLength(50);
      expect(await store.list(bob)).toHaveLength(1);
    });

    it('may call their device anything: it is cut, and nothing in it breaks the database', async () => {
      for (const device of [
        '\0\n\u0007',
        '\uD800 half',
        'x'.repeat(5_000),
        "'; drop table session; --",
        '',
      ]) {
        await sessions.begin(testTokens(sessions.clock), { device });
      }
      const devices = (await sessions.store.list(testOwner)).map(({ device }) => device);
      expect(devices.toSorted()).toEqual(
        [...['   ', "'; drop table session; --", '  half'], 'x'.repeat(300), ''].toSorted(),
      );
    });
  });

  describe('a logout of the provider', () => {
    const { issuer, subject, sid } = testIdentity;
    const begin = (changes: Partial<Identity>) =>
      sessions.begin(testTokens(sessions.clock), { identity: { ...testIdentity, ...changes } });

    it('of one of its sessions ends what was begun in that one', async () => {
      const [one, again, other] = [await begin({}), await begin({}), await begin({ sid: 'sid-2' })];
      expect(await sessions.store.endByProvider({ issuer, sid, subject: undefined })).toBe(2);
      expect([await sessions.whyEnded(one), await sessions.whyEnded(again)]).toEqual([
        'provider',
        'provider',
      ]);
      await sessions.live(other);
    });

    it('of a person ends all of theirs', async () => {
      const [one, other, bobs] = [
        await begin({}),
        await begin({ sid: 'sid-2' }),
        await begin({ subject: 'bob' }),
      ];
      expect(await sessions.store.endByProvider({ issuer, subject, sid: undefined })).toBe(2);
      expect([await sessions.whyEnded(one), await sessions.whyEnded(other)]).toEqual([
        'provider',
        'provider',
      ]);
      await sessions.live(bobs);
    });

    it('of a session and a person ends theirs that were begun in no session by name', async () => {
      const [nameless, other] = [await begin({ sid: undefined }), await begin({ sid: 'sid-2' })];
      expect(await sessions.store.endByProvider({ issuer, sid, subject: undefined })).toBe(0);
      expect(await sessions.store.endByProvider({ issuer, sid, subject })).toBe(1);
      expect(await sessions.whyEnded(nameless)).toBe('provider');
      await sessions.live(other);
    });

    it.each([
      ['another issuer', { issuer: 'https://another.example', subject, sid }],
      ['a session of somebody else', { issuer, subject: 'bob', sid }],
      ['an unknown session', { issuer, subject, sid: 'sid-9' }],
      ['nobody in particular', { issuer, subject: undefined, sid: undefined }],
    ])('that names %s ends nothing', async (_, target) => {
      const idHash = await begin({});
      expect(await sessions.store.endByProvider(target)).toBe(0);
      await sessions.live(idHash);
    });
  });

  describe('the lease of a session', () => {
    it('is had by one at a time, until it has run out', async () => {
      const { store, clock } = sessions;
      const session = await sessions.live(await sessions.begin());
      const other = sessions.storeWith({});
      expect(await store.leases.take(session, 1_000)).toBe(clock.now + 1_000);
      expect(await other.leases.take(session, 5_000)).toBeUndefined();
      clock.now += 999;
      expect(await store.leases.take(session, 1_000)).toBeUndefined();
      expect((await sessions.live(session.idHash)).renewal.leasedFor).toBe(1);
      clock.now += 1;
      expect(await other.leases.take(session, 1_000)).toBeDefined();
    });

    it('is had by one of 20 who ask at once', async () => {
      const session = await sessions.live(await sessions.begin());
      const taken = await Promise.all(
        Array.from({ length: 20 }, () => sessions.storeWith({}).leases.take(session, 1_000)),
      );
      expect(taken.filter((lease) => lease !== undefined)).toHaveLength(1);
    });

    it('cannot be had for a session that has changed since, or is over', async () => {
      const { store } = sessions;
      const session = await sessions.live(await sessions.begin());
      await store.replaceTokens(session, session.tokens);
      expect(await store.leases.take(session, 1_000)).toBeUndefined();
      const renewed = await sessions.live(session.idHash);
      await store.end(session.idHash, 'signed-out');
      expect(await store.leases.take(renewed, 1_000)).toBeUndefined();
    });

    it('is given back with the new tokens, and with a failure, after which nobody has it for a while', async () => {
      const { store, clock } = sessions;
      const session = await sessions.live(await sessions.begin());
      const lease = (await store.leases.take(session, 1_000)) ?? 0;
      await store.leases.giveBack(session, lease, { length: 500, failures: 3 });
      const paused = { leasedFor: 0, pausedFor: 500, failures: 3 };
      expect((await sessions.live(session.idHash)).renewal).toEqual(paused);
      clock.now += 499;
      expect(await store.leases.take(session, 1_000)).toBeUndefined();
      clock.now += 1;
      expect(await store.leases.take(session, 1_000)).toBeDefined();
      await store.replaceTokens(session, session.tokens);
      const { renewal } = await sessions.live(session.idHash);
      expect(renewal).toEqual({ leasedFor: 0, pausedFor: 0, failures: 0 });
    });

    it('is given back without a word where nothing has come of it: what failed before stays', async () => {
      const { store, clock } = sessions;
      const session = await sessions.live(await sessions.begin());
      await store.leases.pause(session, { length: 500, failures: 2 });
      clock.now += 500;
      const lease = (await store.leases.take(session, 1_000)) ?? 0;
      await store.leases.giveBack(session, lease);
      const { renewal } = await sessions.live(session.idHash);
      expect(renewal).toEqual({ leasedFor: 0, pausedFor: 0, failures: 2 });
    });

    it('is not given back by who has lost it', async () => {
      const { store, clock } = sessions;
      const session = await sessions.live(await sessions.begin());
      const lost = (await store.leases.take(session, 1_000)) ?? 0;
      clock.now += 1_000;
      await store.leases.take(session, 1_000);
      await store.leases.giveBack(session, lost, { length: 500, failures: 1 });
      const { renewal } = await sessions.live(session.idHash);
      expect(renewal).toEqual({ leasedFor: 1_000, pausedFor: 0, failures: 0 });
    });

    it('is not taken from whoever has it by one who finds the provider in trouble', async () => {
      const { store } = sessions;
      const session = await sessions.live(await sessions.begin());
      await store.leases.take(session, 1_000);
      await store.leases.pause(session, { length: 500, failures: 1 });
      const { renewal } = await sessions.live(session.idHash);
      expect(renewal).toEqual({ leasedFor: 1_000, pausedFor: 0, failures: 0 });
    });

    it('may be given back with new tokens while the provider is left alone', async () => {
      const { store } = sessions;
      const session = await sessions.live(await sessions.begin());
      await store.leases.take(session, 1_000);
      await store.replaceTokens(session, session.tokens, { length: 500, failures: 1 });
      const { renewal } = await sessions.live(session.idHash);
      expect(renewal).toEqual({ leasedFor: 0, pausedFor: 500, failures: 1 });
    });
  });

  describe('the use of a session', () => {
    it('of a burst changes the row once: whoever renews the session waits for each change', async () => {
      const idHash = await sessions.begin();
      const { db } = sessions.database;
      sessions.clock.passSeconds(60);
      const updates: bigint[] = [];
      const counted = {
        transformQuery: ({ node }: PluginTransformQueryArgs) => node,
        transformResult: async ({ result }: PluginTransformResultArgs) => {
          if (result.numAffectedRows !== undefined) updates.push(result.numAffectedRows);
          return result;
        },
      };
      const store = sessions.storeWith({ db: db.withPlugin(counted) });
      await Promise.all(Array.from({ length: 20 }, () => store.find(idHash)));
      expect(updates.filter((rows) => rows > 0n)).toEqual([1n]);
      expect(await lastUsed()).toBe(sessions.clock.now);
    });

    it('is noted at most once a minute', async () => {
      const { clock, store } = sessions;
      const idHash = await sessions.begin();
      const begun = clock.now;
      clock.now += 59_999;
      await store.find(idHash);
      expect(await lastUsed()).toBe(begun);
      clock.now += 1;
      await store.find(idHash);
      expect(await lastUsed()).toBe(begun + 60_000);
    });

    it('is noted finer where the idle time is short, so that constant use never ends it', async () => {
      const { clock } = sessions;
      const store = sessions.storeWith({ idleTimeout: 5 });
      const idHash = await sessions.begin();
      for (let half = 0; half < 60; half++) {
        clock.now += 500;
        expect((await store.find(idHash)).outcome).toBe('live');
        expect(await lastUsed()).toBe(clock.now);
      }
      clock.passSeconds(5);
      expect(await store.find(idHash)).toEqual({ outcome: 'ended', reason: 'idle' });
    });
  });

  describe('replacing the tokens of a session', () => {
    it('succeeds for one of two who read the same version', async () => {
      const { clock, store } = sessions;
      const session = await sessions.live(await sessions.begin());
      const [second, third] = [2, 3].map((n) => testTokens(clock, { accessToken: `access-${n}` }));
      if (!second || !third) throw new Error('no tokens');
      expect(await store.replaceTokens(session, second)).toBe(true);
      expect(await store.replaceTokens(session, third)).toBe(false);
      expect(await sessions.live(session.idHash)).toEqual({ ...session, tokens: second, version: 2 });
    });

    it('does not bring back a session that has ended', async () => {
      const session = await sessions.live(await sessions.begin());
      await sessions.store.end(session.idHash, 'signed-out');
      expect(await sessions.store.replaceTokens(session, session.tokens)).toBe(false);
      expect(await sessions.whyEnded(session.idHash)).toBe('signed-out');
      expect(await sealedOf(session.idHash)).toBe('');
    });
  });

  describe('tokens at rest', () => {
    it('do not open in another row: the session that got them is over', async () => {
      const [alice, mallory] = [await sessions.begin(), await sessions.begin()];
      await setRow(mallory, { sealed: await sealedOf(alice) });
      expect(await sessions.whyEnded(mallory)).toBe('unreadable');
      await sessions.live(alice);
    });

    it('do not open with another secret: whoever has that one is told so, and the session is not lost', async () => {
      const idHash = await sessions.begin();
      const stranger = sessions.storeWith({ secrets: ['another-secret-of-at-least-32-bytes'] });
      expect(await stranger.find(idHash)).toEqual({ outcome: 'ended', reason: 'unreadable' });
      await sessions.live(idHash);
    });

    it('open after a rotation, and are sealed with the new secret from the next renewal on', async () => {
      const [newSecret, idHash] = ['the-new-secret-of-at-least-32-bytes', await sessions.begin()];
      const rotated = sessions.storeWith({ secrets: [newSecret, testSecret] });
      const found = await rotated.find(idHash);
      if (found.outcome === 'ended') throw new Error('no session');
      await rotated.replaceTokens(found.session, found.session.tokens);
      const afterwards = sessions.storeWith({ secrets: [newSecret] });
      expect((await afterwards.find(idHash)).outcome).toBe('live');
      expect(await sessions.whyEnded(idHash)).toBe('unreadable');
    });

    it('that an older release wrote in another shape end the session, not the request', async () => {
      const seal = createSeal([testSecret]);
      for (const odd of ['{}', 'null', '[]', '{"accessToken":1}']) {
        const idHash = await sessions.begin();
        await setRow(idHash, { sealed: seal.close(odd, idHash) });
        expect(await sessions.whyEnded(idHash)).toBe('unreadable');
      }
    });
  });
});

describe('instances whose clocks are an hour apart', () => {
  const hour = 3_600_000;
  const liveIn = async (store: SessionStore, idHash: string) => {
    const found = await store.find(idHash);
    if (found.outcome === 'ended') throw new Error(found.reason);
    return found.session;
  };

  it.each([hour, -hour])('share leases and pauses by the clock of PostgreSQL (%i ms)', async (ahead) => {
    sessions = await testSessions('postgres');
    sessions.clock.now = Date.now();
    const [here, there] = [sessions.storeOfInstance(0), sessions.storeOfInstance(ahead)];
    const idHash = await sessions.begin();
    for (const [one, other] of [
      [here, there],
      [there, here],
    ] as const) {
      const lease = await one.leases.take(await liveIn(one, idHash), 15_000);
      const leased = await liveIn(other, idHash);
      expect(leased.renewal.leasedFor).toBeGreaterThan(0);
      expect(leased.renewal.leasedFor).toBeLessThanOrEqual(15_000);
      expect(await other.leases.take(leased, 15_000)).toBeUndefined();

      await one.leases.giveBack(leased, lease ?? 0, { length: 30_000, failures: 5 });
      const paused = await liveIn(other, idHash);
      expect(paused.renewal.pausedFor).toBeGreaterThan(0);
      expect(paused.renewal.pausedFor).toBeLessThanOrEqual(30_000);
      expect(await other.leases.take(paused, 15_000)).toBeUndefined();

      // What has run out has run out for both.
      await setRow(idHash, { retry_at: 0 });
      const brief = await other.leases.take(await liveIn(other, idHash), 0);
      expect((await liveIn(one, idHash)).renewal).toMatchObject({ leasedFor: 0, pausedFor: 0 });
      await other.leases.giveBack(paused, brief ?? 0);
    }
  });

  it('are on one machine where the store is a file: its clock is theirs', async () => {
    sessions = await testSessions('sqlite');
    const { clock } = sessions;
    const store = sessions.storeOfInstance(0);
    const session = await liveIn(store, await sessions.begin());
    expect(await store.leases.take(session, 15_000)).toBe(clock.now + 15_000);
    clock.now += 14_999;
    expect(await store.leases.take(session, 15_000)).toBeUndefined();
    clock.now += 1;
    expect(await store.leases.take(session, 15_000)).toBe(clock.now + 15_000);
  });
});

describe('tokens in the files of the database', () => {
  it('are nowhere to be seen, nor is the session id', async () => {
    sessions = await testSessions('sqlite');
    const tokens = testTokens(sessions.clock, {
      accessToken: 'needle-access',
      refreshToken: 'needle-refresh',
      idToken: 'needle-id',
      name: 'needle-name',
    });
    await sessions.begin(tokens);
    const folder = path.dirname(sessions.database.file);
    const bytes = readdirSync(folder).map((name) => readFileSync(path.join(folder, name)).toString('latin1'));
    expect(bytes.join('')).toContain(testOwner.subject);
    expect(bytes.join('')).not.toContain('needle');
  });
});
