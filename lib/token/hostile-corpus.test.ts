import { beforeAll, describe, expect, test } from 'vitest';
import { hostileCorpus, isSendable } from '../../test/token/hostile/corpus';
import {
  accessToken,
  expectationsOf,
  newTokenContext,
  partsOf,
  type TokenContext,
} from '../../test/token/tokens';
import { examineIdToken } from '../openid/id-token';
import { signatureChecks } from './checks-signature';
import { allChecks, examine, explain } from './examine';
import type { Expectations } from './expected';
import { toKeySet } from './key-set';
import type { KeySet } from './keys';

let context: TokenContext;
let keys: KeySet;
let expectations: Expectations;

beforeAll(async () => {
  context = await newTokenContext();
  keys = await toKeySet(context.published);
  expectations = expectationsOf(context);
});

const input = (token: string) => ({ token, keys, expectations, now: context.now });

/** What RFC 6750 §3 lets an error description say. */
const describable = /^[\x20\x21\x23-\x5B\x5D-\x7E]+$/;

describe('the corpus itself', () => {
  test('is made around a token that is accepted', async () => {
    expect(await examine(input(accessToken(context)))).toMatchObject({ accepted: true });
  });

  test('has each name once and no token twice', () => {
    const names = hostileCorpus.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names.length).toBeGreaterThanOrEqual(300);
  });

  test('has tokens for every check there is', () => {
    const covered = new Set(hostileCorpus.map(({ check }) => check));
    // What the model refuses is up to a project: `claims.test.ts`.
    const every = allChecks.map(({ name }) => name).filter((name) => name !== 'model');
    expect([...covered].sort()).toEqual(every.sort());
  });

  test('says which tokens a header can carry', () => {
    expect(isSendable(accessToken(context))).toBe(true);
    expect(isSendable(`${accessToken(context)}\n`)).toBe(false);
  });
});

describe.each(hostileCorpus.map((entry) => [entry.name, entry] as const))('%s', (_name, { check, make }) => {
  test(`is refused with check ${check}, in words that an error answer may use`, async () => {
    const verdict = await examine(input(make(context)));
    expect(verdict).toMatchObject({
      accepted: false,
      refusal: {
        check,
        because: expect.stringMatching(describable),
        expected: expect.stringMatching(/./),
        found: expect.stringMatching(/./),
      },
    });
  });

  test(`is explained with ${check} as the first line that fails, and neither token nor signature in it`, async () => {
    const token = make(context);
    const lines = await explain(input(token));
    expect(lines.map(({ name }) => name)).toEqual(allChecks.map(({ name }) => name));
    expect(lines.find(({ result }) => result === 'fail')?.name).toBe(check);
    const text = JSON.stringify(lines);
    const [, , signature] = partsOf(token);
    if (signature.length > 20) expect(text).not.toContain(signature);
    if (token.length > 20) expect(text).not.toContain(token);
  });
});

const shared = new Set<string>(signatureChecks.map(({ name }) => name));

test('an ID token is refused for the same reasons up to its claims', async () => {
  const refusals = await Promise.all(
    hostileCorpus
      .filter(({ check }) => shared.has(check))
      .map(async ({ name, check, make }) => {
        const verdict = await examineIdToken({ ...input(make(context)), nonce: undefined, accessToken: '' });
        return { name, check, found: verdict.accepted ? 'accepted' : verdict.refusal.check };
      }),
  );
  expect(refusals.filter(({ check, found }) => check !== found)).toEqual([]);
  expect(refusals.length).toBeGreaterThan(200);
});
