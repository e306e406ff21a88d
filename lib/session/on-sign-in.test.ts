import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dialects, type TestDatabase, testDatabase } from '../../test/db/database';
import type { DatabaseTransaction } from '../db/open';
import type { JsonObject } from '../token';
import { onSignIn } from './on-sign-in';
import { keepPerson, onlyFrom, type PersonTable } from './on-sign-in.examples';

const person = (claims: JsonObject, subject = 'alice') => ({
  issuer: 'https://id.example',
  subject,
  claims,
  accessTokenSubject: subject,
});

/** Of a rule that has no use for it. */
const noTransaction = {} as DatabaseTransaction;

it('nothing happens at a sign-in unless an app says what', async () => {
  expect(await onSignIn(person({}), { transaction: noTransaction })).toBeUndefined();
});

describe('an app that lets in some domains', () => {
  const rule = onlyFrom('example.com', 'example.org');
  const verdict = async (claims: JsonObject) =>
    (await rule(person(claims), { transaction: noTransaction })) === undefined;

  it.each([
    'alice@example.com',
    'bob@example.org',
    'alice@EXAMPLE.com',
    'a.b+c@example.com',
    "o'hara@example.com",
  ])('lets %s in', async (email) => {
    expect(await verdict({ email, email_verified: true })).toBe(true);
  });

  it.each([
    'alice@example.com.evil',
    'alice@evil.example.com',
    'alice@notexample.com',
    'alice@example.com.',
    'alice@example.com@evil.example',
    'alice@evil.example@example.com',
    '"alice@example.com"@evil.example',
    '"x@evil.example"@example.com',
    'alice@example.com\n',
    'alice@evil.example\n@example.com',
    ' alice@example.com',
    'alice@example.com ',
    'alice @example.com',
    '@example.com',
    'example.com',
    'alice@',
    'alice@example.com>',
    // Other letters that look, or fold, like these.
    'alice@eхample.com',
    'alice@exampIe.com',
    'alice@example．com',
    'alice@ｅxample.com',
    'alice@example.com\u200b',
    'alice@example.com\0',
    '',
  ])('turns %j away', async (email) => {
    expect(await verdict({ email, email_verified: true })).toBe(false);
  });

  it('is not led astray by letters that become others in lower case', async () => {
    const kelvin = onlyFrom('kelvin.example');
    const claims = { email: 'alice@\u212aelvin.example', email_verified: true };
    expect(claims.email.toLowerCase()).toBe('alice@kelvin.example');
    expect(await kelvin(person(claims), { transaction: noTransaction })).toHaveProperty('refuse');
  });

  it.each([undefined, false, null, 1, 'true', 'yes', {}, [true]])(
    'turns an address away that is verified: %j',
    async (email_verified) => {
      expect(await verdict({ email: 'alice@example.com', email_verified })).toBe(false);
    },
  );

  it.each([undefined, null, 7, ['alice@example.com'], { toString: 'alice@example.com' }])(
    'turns %j away, which is no address',
    async (email) => {
      expect(await verdict({ email, email_verified: true })).toBe(false);
    },
  );

  it('says which domains, in a sentence', async () => {
    expect(await rule(person({}), { transaction: noTransaction })).toEqual({
      refuse: 'Only people with a verified e-mail address of example.com or example.org may sign in here.',
    });
  });

  it('lets nobody in where it is told of no domain', async () => {
    const nobody = await onlyFrom()(person({ email: 'a@b.example', email_verified: true }), {
      transaction: noTransaction,
    });
    expect(nobody).toHaveProperty('refuse');
  });
});

describe.each(dialects)('an app that keeps a record of people on %s', (dialect) => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await testDatabase(dialect);
    await database.db.schema
      .createTable('person')
      .addColumn('issuer', 'text', (column) => column.notNull())
      .addColumn('subject', 'text', (column) => column.notNull())
      .addColumn('email', 'text')
      .addColumn('first_seen_at', 'bigint', (column) => column.notNull())
      .addColumn('last_seen_at', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('person_key', ['issuer', 'subject'])
      .execute();
  });
  afterEach(() => database.remove());

  let now = 1_000;
  const signIn = (claims: JsonObject, subject?: string) =>
    database.db
      .transaction()
      .execute((transaction) => keepPerson(() => now)(person(claims, subject), { transaction }));
  const people = () =>
    database.db
      .withTables<{ person: PersonTable }>()
      .selectFrom('person')
      .selectAll()
      .orderBy('subject')
      .execute();

  it('has one row for each, whose address may change; two people may have had the same', async () => {
    await signIn({ email: 'a@example.com' });
    now = 2_000;
    await signIn({ email: 'b@example.com' });
    await signIn({ email: 'b@example.com' }, 'bob');
    await signIn({ email: ['x'] }, 'carol');
    const { issuer } = person({});
    expect(await people()).toEqual([
      { issuer, subject: 'alice', email: 'b@example.com', first_seen_at: 1_000, last_seen_at: 2_000 },
      { issuer, subject: 'bob', email: 'b@example.com', first_seen_at: 2_000, last_seen_at: 2_000 },
      { issuer, subject: 'carol', email: null, first_seen_at: 2_000, last_seen_at: 2_000 },
    ]);
  });

  it('has one row for somebody who signs in in many browsers at once', async () => {
    await Promise.all([1, 2, 3, 4, 5].map(() => signIn({ email: 'a@example.com' })));
    expect(await people()).toHaveLength(1);
  });
});
