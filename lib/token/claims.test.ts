import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { accessToken, expectationsOf, newTokenContext, type TokenContext } from '../../test/token/tokens';
import { registeredClaims } from './checks-access-token';
import type { Claims } from './claims';
import { examine, explain } from './examine';
import { toKeySet } from './key-set';
import type { KeySet } from './keys';

let context: TokenContext;
let keys: KeySet;
beforeAll(async () => {
  context = await newTokenContext();
  keys = await toKeySet(context.published);
});

/** Judges a token as an app would whose `projectClaims` is this model. */
function judgedBy(model: z.ZodType<Claims> | undefined, claims: Record<string, unknown>) {
  const expectations = { ...expectationsOf(context), ...(model && { claims: model }) };
  const input = { token: accessToken(context, claims), keys, expectations, now: context.now };
  return { verdict: examine(input), line: explain(input).find(({ name }) => name === 'model') };
}

const department = { ...registeredClaims, department: z.string() };

describe('the model as it stands', () => {
  test('keeps claims that it does not know, of any shape', () => {
    const own = { department: 'physics', nested: { a: [1, { b: null }] }, auth_time: 0, roles: 'admin' };
    const { verdict } = judgedBy(undefined, own);
    expect(verdict).toMatchObject({ accepted: true, token: { claims: own } });
  });

  test('types the claims that decide', () => {
    const { verdict } = judgedBy(undefined, {
      aud: [context.audience, 'other'],
      jti: 'j-1',
      azp: 'client-9',
    });
    if (!verdict.accepted) throw new Error(verdict.refusal.because);
    const { iss, exp, aud }: { iss: string; exp: number; aud?: string | string[] } = verdict.token.claims;
    expect({ iss, later: exp > context.now, aud }).toEqual({
      iss: context.issuer,
      later: true,
      aud: [context.audience, 'other'],
    });
  });
});

describe("a project's own model", () => {
  test('lets a token pass that has the claim it relies on', () => {
    const { verdict } = judgedBy(z.looseObject(department), { department: 'physics', more: 1 });
    expect(verdict).toMatchObject({ accepted: true, token: { claims: { department: 'physics', more: 1 } } });
  });

  test('refuses a token without it, names the claim, and shows the same to people', () => {
    const { verdict, line } = judgedBy(z.looseObject(department), {});
    expect(verdict).toMatchObject({
      accepted: false,
      refusal: { check: 'model', because: expect.stringContaining('department') },
    });
    expect(line).toMatchObject({ result: 'fail', found: expect.stringContaining('department') });
  });

  test('drops claims that it does not know where it says so; scopes are read all the same', () => {
    const { verdict } = judgedBy(z.object(department), { department: 'physics', scope: 'a b', more: 1 });
    if (!verdict.accepted) throw new Error(verdict.refusal.because);
    expect(verdict.token.claims).not.toHaveProperty('more');
    expect(verdict.token.scopes).toEqual(['a', 'b']);
  });

  test('refuses claims that it does not know where it says so, and says only what a header may', () => {
    const strict = z.strictObject({ ...department, client_id: z.string(), jti: z.string() });
    const good = { department: 'physics', jti: 'j-1', scope: undefined };
    expect(judgedBy(strict, good).verdict).toMatchObject({ accepted: true });
    const { verdict } = judgedBy(strict, { ...good, 'ev"il\\\u2028': 1 });
    expect(verdict).toMatchObject({
      accepted: false,
      refusal: { check: 'model', because: expect.stringMatching(/^[\x20\x21\x23-\x5B\x5D-\x7E]+$/) },
    });
  });

  test('that turns claims into something else does so', () => {
    const model = z.looseObject({ ...registeredClaims, level: z.coerce.number() });
    expect(judgedBy(model, { level: '7' }).verdict).toMatchObject({ token: { claims: { level: 7 } } });
  });

  test('is never asked about a token whose signature is wrong', () => {
    const asked = z.looseObject(registeredClaims).refine(() => {
      throw new Error('asked');
    });
    const expectations = { ...expectationsOf(context), claims: asked };
    const token = accessToken(context, {}, { signer: context.attacker });
    expect(examine({ token, keys, expectations, now: context.now })).toMatchObject({
      refusal: { check: 'signature' },
    });
  });
});
