import { beforeAll, describe, expect, test } from 'vitest';
import {
  accessToken,
  expectationsOf,
  forge,
  headerOf,
  logoutToken,
  newTokenContext,
  type TokenContext,
} from '../../test/token/tokens';
import { examineIdToken, idTokenChecks } from '../openid/id-token';
import { examineLogoutToken, logoutTokenChecks } from '../openid/logout-token';
import type { Check, CheckName, ExaminationInput } from './check';
import { claimCheck } from './checks-claims';
import { signatureCheck } from './checks-signature';
import { examinationOf, refused } from './examination';
import { allChecks, examine, firstFailure } from './examine';
import { toKeySet } from './key-set';
import { verdictBy } from './key-set-cache';
import type { KeySet, KeySetCache } from './keys';

let context: TokenContext;
let keys: KeySet;
beforeAll(async () => {
  context = await newTokenContext();
  keys = await toKeySet(context.published);
});

const input = (token: string): ExaminationInput => ({
  token,
  keys,
  expectations: expectationsOf(context),
  now: context.now,
});

const without = (checks: readonly Check[], ...names: CheckName[]) =>
  checks.filter(({ name }) => !names.includes(name));

const replaced = (name: CheckName, judge: Check['judge']) =>
  allChecks.map((check) => (check.name === name ? { ...check, judge } : check));

const unmet = 'it could not be checked: something that this check needs is not known';

describe('a list of checks in which something is missing accepts nothing', () => {
  test.each<[string, CheckName[], CheckName]>([
    ['the form', ['form'], 'encoding'],
    ['the encoding', ['encoding'], 'header'],
    ['the header', ['header'], 'type'],
    ['the header and all that look at it', ['header', 'type', 'critical', 'algorithm'], 'key'],
    ['the key', ['key'], 'signature'],
    ['the signature', ['signature'], 'signature'],
    ['key and signature', ['key', 'signature'], 'signature'],
    ['the claims', ['claims'], 'issuer'],
    ['the model', ['model'], 'model'],
  ])('%s', (_name, names, check) => {
    const verdict = examine(input(accessToken(context)), without(allChecks, ...names));
    expect(verdict).toMatchObject({ accepted: false, refusal: { check, because: unmet } });
  });

  test('nor does one of no checks at all', () => {
    expect(examine(input(accessToken(context)), [])).toMatchObject({ refusal: { check: 'signature' } });
  });

  test('nor one that finds the signature valid and reads no claims', () => {
    const examination = examinationOf(input(accessToken(context)));
    const untilSignature = allChecks.slice(0, allChecks.indexOf(signatureCheck) + 1);
    expect(firstFailure(untilSignature, examination)).toMatchObject({ refusal: { check: 'signature' } });
    expect(examination.isSigned).toBe(true);
  });
});

describe('a check in the wrong place refuses everything', () => {
  const department = claimCheck({
    name: 'subject',
    rule: 'It names a department',
    source: 'this test',
    judge: (claims) => (claims.department === undefined ? refused('it names no department') : 'pass'),
    expected: () => 'a department',
    found: () => 'a department',
  });

  test('before the claims were read', () => {
    const token = accessToken(context, { department: 'tea' });
    expect(examine(input(token), [...allChecks, department])).toMatchObject({ accepted: true });
    expect(examine(input(token), [department, ...allChecks])).toMatchObject({
      refusal: { check: 'subject', because: unmet, found: 'nothing to check' },
    });
  });
});

describe('a check that is adapted and establishes nothing', () => {
  test('of the key, such as one for another algorithm, accepts no signature', () => {
    const token = accessToken(context, {}, { signer: context.attacker });
    const checks = replaced('key', () => 'pass');
    expect(examine(input(token), checks)).toMatchObject({ refusal: { check: 'signature', because: unmet } });
  });

  test.each(['pass', 'absent'] as const)('of the signature, and says "%s", accepts nothing', (outcome) => {
    const checks = replaced('signature', () => outcome);
    expect(examine(input(accessToken(context)), checks)).toMatchObject({
      accepted: false,
      refusal: { check: 'signature', because: unmet },
    });
  });

  test('is not blamed on the keys: nobody is asked for other ones', async () => {
    const cache: Pick<KeySetCache, 'current'> = { current: () => Promise.resolve(keys) };
    const judgement = await verdictBy(cache as KeySetCache, () => {
      const verdict = examine(input(accessToken(context)), without(allChecks, 'key'));
      return verdict.accepted ? { accepted: true, token: verdict.token } : verdict;
    });
    expect(judgement).toMatchObject({ outcome: 'refused', refusal: { check: 'signature' } });
  });
});

describe('the same holds for', () => {
  test('ID tokens', () => {
    const { issuer, clientId, now } = context;
    const claims = { iss: issuer, sub: 'user-1', aud: clientId, exp: now + 300, nonce: 'n-1' };
    const token = forge(headerOf(context.rsa, { typ: 'JWT' }), claims, context.rsa);
    const asked = { ...input(token), nonce: 'n-1', accessToken: 'a' };
    expect(examineIdToken(asked)).toMatchObject({ accepted: true });
    const unsigned = without(idTokenChecks, 'signature');
    expect(examineIdToken(asked, unsigned)).toMatchObject({ refusal: { check: 'signature' } });
    expect(examineIdToken(asked, [])).toMatchObject({ refusal: { because: unmet } });
  });

  test('logout tokens', () => {
    const token = logoutToken(context);
    expect(examineLogoutToken(input(token))).toMatchObject({ accepted: true });
    const unsigned = without(logoutTokenChecks, 'signature');
    expect(examineLogoutToken(input(token), unsigned)).toMatchObject({ refusal: { check: 'signature' } });
    expect(examineLogoutToken(input(token), [])).toMatchObject({ refusal: { because: unmet } });
  });
});

test('every kind of token has its checks by different names', () => {
  for (const checks of [allChecks, idTokenChecks, logoutTokenChecks]) {
    const names = checks.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  }
});
