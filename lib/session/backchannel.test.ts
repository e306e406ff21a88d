import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { dialects } from '../../test/db/database';
import { type TestSessions, testIdentity, testOwner, testSessions } from '../../test/session/sessions';
import type { LogoutToken } from '../openid';
import { type BackchannelOptions, logOut } from './backchannel';
import { UsedLogoutTokens } from './used-logout-tokens';

let sessions: TestSessions;
let options: BackchannelOptions;
/** What tokens turn out to be, by their text. */
let tokens: Record<string, Partial<LogoutToken>>;

describe.each(dialects)('on %s', (dialect) => {
  beforeEach(async () => {
    sessions = await testSessions(dialect);
    const { database, clock, store } = sessions;
    tokens = { good: {} };
    options = {
      verify: async (token) => {
        if (token === 'down') return { outcome: 'unavailable', retryAfter: 7, reason: 'down' };
        const facts = tokens[token];
        if (!facts) return { outcome: 'refused', refusal: refusedBySignature };
        return { outcome: 'accepted', token: { ...usual(), ...facts } };
      },
      used: new UsedLogoutTokens({ db: database.db, clock: clock.read }),
      end: (target) => store.endByProvider(target),
    };
  });
  afterEach(() => sessions.database.remove());

  const refusedBySignature = {
    check: 'signature',
    because: 'it is forged',
    expected: '',
    found: '',
  } as const;

  const usual = (): LogoutToken => ({
    ...testIdentity,
    id: 'jti-1',
    refusedFrom: sessions.clock.seconds + 330,
  });

  const send = (token: string, changes: Partial<BackchannelOptions> = {}) =>
    logOut(new URLSearchParams({ logout_token: token }), { ...options, ...changes });

  const done = { outcome: 'done' };
  const refused = (check: string) => ({ outcome: 'refused', check, because: expect.any(String) });

  describe('a logout token', () => {
    test('ends the sessions of the provider’s session it names, and no other', async () => {
      const [first, second] = [await sessions.begin(), await sessions.begin()];
      const other = await sessions.begin(undefined, { identity: { ...testIdentity, sid: 'sid-2' } });
      expect(await send('good')).toEqual(done);
      expect(await sessions.whyEnded(first)).toBe('provider');
      expect(await sessions.whyEnded(second)).toBe('provider');
      await sessions.live(other);
    });

    test('that names a person alone ends all of theirs, and nobody else’s', async () => {
      tokens.everywhere = { sid: undefined, id: 'jti-2' };
      const mine = [
        await sessions.begin(),
        await sessions.begin(undefined, { identity: { ...testIdentity, sid: undefined } }),
      ];
      const bob = { ...testIdentity, subject: 'bob-for-this-client' };
      const theirs = await sessions.begin(undefined, { identity: bob });
      expect(await send('everywhere')).toEqual(done);
      for (const id of mine) expect(await sessions.whyEnded(id)).toBe('provider');
      await sessions.live(theirs);
    });

    test.each([
      ['another person', { subject: 'mallory' }],
      ['another session', { sid: 'sid-9' }],
      ['another issuer', { issuer: 'https://other.example' }],
      ['the person as the API knows them', { subject: testOwner.subject }],
    ])('of %s ends nothing, and that is no error', async (_name, facts) => {
      tokens.other = facts;
      const id = await sessions.begin();
      expect(await send('other')).toEqual(done);
      await sessions.live(id);
    });

    test('is used once: a session that was begun since stays', async () => {
      await sessions.begin();
      expect(await send('good')).toEqual(done);
      const id = await sessions.begin();
      expect(await send('good')).toEqual(refused('replay'));
      await sessions.live(id);
    });

    test('that arrives twice at once is done once, and the sessions are over', async () => {
      const id = await sessions.begin();
      const answers = await Promise.all([send('good'), send('good'), send('good')]);
      expect(answers.map(({ outcome }) => outcome).sort()).toEqual(['done', 'refused', 'refused']);
      expect(await sessions.whyEnded(id)).toBe('provider');
    });

    test.each(['end', 'mark'] as const)(
      'may come again where the store failed it (%s), and is then done',
      async (where) => {
        const id = await sessions.begin();
        const trouble = Object.assign(new Error('busy'), { code: 'SQLITE_BUSY' });
        const fail = async () => {
          throw trouble;
        };
        const { used } = options;
        const failing: Partial<BackchannelOptions> =
          where === 'end' ? { end: fail } : { used: { has: (token) => used.has(token), add: fail } };
        await expect(send('good', failing)).rejects.toBe(trouble);
        expect(await send('good')).toEqual(done);
        expect(await sessions.whyEnded(id)).toBe('provider');
        expect(await send('good')).toEqual(refused('replay'));
      },
    );
  });

  describe('what is no good logout token', () => {
    test('is refused by its check, ends nothing and uses nothing up', async () => {
      const id = await sessions.begin();
      expect(await send('forged')).toEqual(refused('signature'));
      await sessions.live(id);
      expect(await sessions.database.db.selectFrom('logout_token').selectAll().execute()).toEqual([]);
    });

    test('is refused without a look at the store', async () => {
      const unused = async () => {
        throw new Error('asked');
      };
      expect(await send('forged', { used: { has: unused, add: unused }, end: unused })).toEqual(
        refused('signature'),
      );
    });

    test('waits where it cannot be judged', async () => {
      const id = await sessions.begin();
      expect(await send('down')).toEqual({ outcome: 'unavailable', retryAfter: 7, reason: 'down' });
      await sessions.live(id);
    });

    test.each([
      '',
      'logout_token=',
      'logout_token=good&logout_token=good',
      'token=good',
      'LOGOUT_TOKEN=good',
    ])('is the form "%s"', async (form) => {
      const id = await sessions.begin();
      expect(await logOut(new URLSearchParams(form), options)).toEqual(refused('request'));
      await sessions.live(id);
    });
  });
});
