import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSeal } from './seal';
import { type TestSessions, testOwner, testSecret, testSessions, testTokens } from './testing';

let sessions: TestSessions;
beforeEach(async () => {
  sessions = await testSessions();
});
afterEach(() => sessions.database.remove());

const rows = () => sessions.database.db.selectFrom('session').selectAll().execute();
const lastUsed = async () => (await rows())[0]?.last_used_at;

describe('a session', () => {
  it('comes back as it was stored', async () => {
    const { clock, store } = sessions;
    const idHash = await sessions.begin();
    expect(await store.find(idHash)).toEqual({
      ...testOwner,
      idHash,
      tokens: testTokens(clock),
      createdAt: clock.now,
      lastUsedAt: clock.now,
      endsAt: clock.now + 43_200_000,
      version: 1,
    });
  });

  it('may have neither refresh nor ID token', async () => {
    const tokens = testTokens(sessions.clock, { refreshToken: undefined, idToken: undefined });
    const found = await sessions.store.find(await sessions.begin(tokens));
    expect(found?.tokens).toEqual(tokens);
  });

  it('is nobody else’s: another hash finds nothing, and ends nothing', async () => {
    const idHash = await sessions.begin();
    expect(await sessions.store.find('something')).toBeUndefined();
    expect(await sessions.store.find(`${idHash} `)).toBeUndefined();
    expect(await sessions.store.find(idHash)).toBeDefined();
  });

  it('that was removed is gone; removing it again does no harm', async () => {
    const idHash = await sessions.begin();
    const kept = await sessions.begin();
    await sessions.store.remove(idHash);
    await sessions.store.remove(idHash);
    expect(await sessions.store.find(idHash)).toBeUndefined();
    expect(await sessions.store.find(kept)).toBeDefined();
  });
});

describe('the end of a session', () => {
  it('comes when it has been idle for its time, and removes the row', async () => {
    const { clock, store } = sessions;
    const idHash = await sessions.begin();
    clock.passSeconds(3600);
    expect(await store.find(idHash)).toBeUndefined();
    expect(await rows()).toEqual([]);
  });

  it('does not come a moment earlier', async () => {
    const idHash = await sessions.begin();
    sessions.clock.now += 3_600_000 - 1;
    expect(await sessions.store.find(idHash)).toBeDefined();
  });

  it('comes at its absolute time however much it is used', async () => {
    const { clock, store } = sessions;
    const idHash = await sessions.begin();
    for (let minutes = 0; minutes < 719; minutes++) {
      clock.passSeconds(60);
      expect(await store.find(idHash)).toBeDefined();
    }
    clock.passSeconds(60);
    expect(await store.find(idHash)).toBeUndefined();
    expect(await rows()).toEqual([]);
  });

  it('is cleaned up after, when somebody else signs in', async () => {
    await sessions.begin();
    sessions.clock.passSeconds(43_201);
    const idHash = await sessions.begin();
    expect((await rows()).map((row) => row.id_hash)).toEqual([idHash]);
  });
});

describe('the use of a session', () => {
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
      expect(await store.find(idHash)).toBeDefined();
      expect(await lastUsed()).toBe(clock.now);
    }
    clock.passSeconds(5);
    expect(await store.find(idHash)).toBeUndefined();
  });
});

describe('replacing the tokens of a session', () => {
  it('succeeds for one of two who read the same version', async () => {
    const { clock, store } = sessions;
    const idHash = await sessions.begin();
    const session = await store.find(idHash);
    if (!session) throw new Error('no session');
    const [second, third] = [2, 3].map((n) => testTokens(clock, { accessToken: `access-${n}` }));
    if (!second || !third) throw new Error('no tokens');
    expect(await store.replaceTokens(session, second)).toBe(true);
    expect(await store.replaceTokens(session, third)).toBe(false);
    expect(await store.find(idHash)).toEqual({ ...session, tokens: second, version: 2 });
  });

  it('does not bring back a session that has ended', async () => {
    const session = await sessions.store.find(await sessions.begin());
    if (!session) throw new Error('no session');
    await sessions.store.remove(session.idHash);
    expect(await sessions.store.replaceTokens(session, session.tokens)).toBe(false);
    expect(await rows()).toEqual([]);
  });
});

describe('tokens at rest', () => {
  it('are nowhere in the database files, nor is the session id', async () => {
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

  it('do not open in another row: the session that got them ends', async () => {
    const { database, store } = sessions;
    const [alice, mallory] = [await sessions.begin(), await sessions.begin()];
    const stolen = (await rows()).find((row) => row.id_hash === alice)?.sealed ?? '';
    await database.db.updateTable('session').set({ sealed: stolen }).where('id_hash', '=', mallory).execute();
    expect(await store.find(mallory)).toBeUndefined();
    expect(await store.find(alice)).toBeDefined();
  });

  it('do not open with another secret: the session ends, its row with it', async () => {
    const idHash = await sessions.begin();
    expect(
      await sessions.storeWith({ secrets: ['another-secret-of-at-least-32-bytes'] }).find(idHash),
    ).toBeUndefined();
    expect(await rows()).toEqual([]);
  });

  it('open after a rotation, and are sealed with the new secret from the next renewal on', async () => {
    const [newSecret, idHash] = ['the-new-secret-of-at-least-32-bytes', await sessions.begin()];
    const rotated = sessions.storeWith({ secrets: [newSecret, testSecret] });
    const session = await rotated.find(idHash);
    if (!session) throw new Error('no session');
    await rotated.replaceTokens(session, session.tokens);
    expect(await sessions.storeWith({ secrets: [newSecret] }).find(idHash)).toBeDefined();
  });

  it('that an older release wrote in another shape end the session, not the request', async () => {
    const seal = createSeal([testSecret]);
    for (const odd of ['{}', 'null', '[]', '{"accessToken":1}']) {
      const idHash = await sessions.begin();
      const sealed = seal.close(odd, idHash);
      await sessions.database.db
        .updateTable('session')
        .set({ sealed })
        .where('id_hash', '=', idHash)
        .execute();
      expect(await sessions.store.find(idHash)).toBeUndefined();
    }
  });
});
