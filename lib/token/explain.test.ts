import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  acceptedAlgorithms,
  accessClaims,
  accessToken,
  expectationsOf,
  forge,
  headerOf,
  newTokenContext,
  partsOf,
  signerOf,
  type TokenContext,
} from '../../test/token/tokens';
import { allChecks, examine, explain } from './examine';
import { toKeySet } from './key-set';
import type { KeySet } from './keys';

let context: TokenContext;
let keys: KeySet;

beforeAll(async () => {
  context = await newTokenContext();
  keys = await toKeySet(context.published);
});

const input = (token: string) => ({ token, keys, expectations: expectationsOf(context), now: context.now });

/** Judges a token both ways and insists that they agree. @returns the check that refused it, if any */
async function agreed(token: string): Promise<string | undefined> {
  const [verdict, lines] = await Promise.all([examine(input(token)), explain(input(token))]);
  const failed = lines.find(({ result }) => result === 'fail')?.name;
  expect(verdict.accepted ? undefined : verdict.refusal.check).toBe(failed);
  return failed;
}

describe('the explanation', () => {
  test('of an accepted token has every check once, in order, and none that fails', async () => {
    const lines = await explain(input(accessToken(context)));
    expect(lines.map(({ name, result }) => [name, result])).toEqual(
      allChecks.map(({ name }) => [name, name === 'not_before' ? 'not applicable' : 'pass']),
    );
    for (const { rule, source, expected, found } of lines) {
      expect(rule).not.toBe('');
      expect(source).toMatch(/RFC \d{4} §/);
      expect(expected).not.toBe('');
      expect(found).not.toBe('');
    }
  });

  test('goes on after the first failure and tells of all of them', async () => {
    const lines = await explain(
      input(accessToken(context, { aud: 'x', exp: 1, sub: 7 }, { signer: context.attacker })),
    );
    const failed = lines.filter(({ result }) => result === 'fail').map(({ name }) => name);
    expect(failed).toEqual(['signature', 'audience', 'expiry', 'subject', 'model']);
  });

  test('of an opaque token says what it is, and of all later checks that they could not be made', async () => {
    const [size, form, ...rest] = await explain(input('opaque'));
    expect(size).toMatchObject({ name: 'size', result: 'pass' });
    expect(form).toMatchObject({ name: 'form', result: 'fail', found: 'an opaque token (no dots)' });
    expect(new Set(rest.map(({ result }) => result))).toEqual(new Set(['blocked']));
  });

  test('shows what was expected and what was found', async () => {
    const token = accessToken(context, { aud: ['a', 'b'], exp: context.now - 90, nbf: context.now + 60 });
    const lines = new Map((await explain(input(token))).map((line) => [line.name, line]));
    expect(lines.get('audience')).toMatchObject({
      expected: 'aud https://api.example',
      found: 'aud ["a","b"]',
    });
    expect(lines.get('expiry')).toMatchObject({ found: '90 s ago' });
    expect(lines.get('not_before')).toMatchObject({ found: 'in 60 s' });
    expect(lines.get('issued_at')).toMatchObject({ found: '10 s ago', result: 'pass' });
    expect(lines.get('algorithm')).toMatchObject({
      expected: 'RS256, PS256, ES256, EdDSA',
      found: '"RS256"',
    });
  });

  test('cuts what a token says at 120 characters', async () => {
    const lines = await explain(input(accessToken(context, { iss: 'x'.repeat(5_000) })));
    expect(Math.max(...lines.map(({ found }) => found.length))).toBeLessThanOrEqual(120);
  });
});

test('docs/verification.md lists the checks as they are, in their order', () => {
  const page = readFileSync(new URL('../../docs/verification.md', import.meta.url), 'utf8');
  const rows = allChecks.map(({ name, rule, source }) => `| \`${name}\` | ${rule} | ${source} |`);
  expect(page).toContain(rows.join('\n'));
});

describe.each(acceptedAlgorithms)('a %s token', (algorithm) => {
  const token = () => accessToken(context, {}, { signer: signerOf(context, algorithm) });

  test('with any one character replaced is refused by gate and explanation alike', async () => {
    const valid = token();
    expect(await agreed(valid)).toBeUndefined();
    const character = fc.oneof(
      fc.constantFrom(...'ABab01-_.=+/ \n'),
      fc.string({ minLength: 1, maxLength: 1 }),
    );
    await fc.assert(
      fc.asyncProperty(fc.nat(valid.length - 1), character, async (index, replacement) => {
        fc.pre(valid[index] !== replacement);
        expect(await agreed(valid.slice(0, index) + replacement + valid.slice(index + 1))).toBeDefined();
      }),
      { numRuns: 400 },
    );
  });

  test('with any bit of any character changed is refused', async () => {
    const valid = token();
    const changed = Array.from(valid, (character, index) => {
      const other = String.fromCharCode(character.charCodeAt(0) ^ (1 << (index % 7)));
      return valid.slice(0, index) + other + valid.slice(index + 1);
    });
    const verdicts = await Promise.all(changed.map((one) => examine(input(one))));
    expect(verdicts.filter(({ accepted }) => accepted)).toEqual([]);
  });

  test('with anything inserted, left out or moved is refused by gate and explanation alike', async () => {
    const valid = token();
    const place = fc.nat(valid.length);
    await fc.assert(
      fc.asyncProperty(place, place, fc.string({ maxLength: 5 }), async (a, b, inserted) => {
        const mutated = valid.slice(0, a) + inserted + valid.slice(b);
        fc.pre(mutated !== valid);
        expect(await agreed(mutated)).toBeDefined();
      }),
      { numRuns: 200 },
    );
  });
});

describe('gate and explanation agree', () => {
  test('on any text at all, which is refused', async () => {
    const part = fc.oneof(fc.base64String(), fc.string(), fc.constantFrom('', 'e30', 'bnVsbA'));
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.array(part, { maxLength: 6 }).map((parts) => parts.join('.')),
    );
    await fc.assert(
      fc.asyncProperty(text, async (one) => {
        expect(await agreed(one)).toBeDefined();
      }),
      { numRuns: 500 },
    );
  });

  test('on any signed JSON for header and payload', async () => {
    await fc.assert(
      fc.asyncProperty(fc.json(), fc.json(), async (header, payload) => {
        expect(await agreed(forge(header, payload, context.ed))).toBeDefined();
      }),
      { numRuns: 200 },
    );
  });

  test('on any values of the registered claims and header members', async () => {
    const names = [
      'iss',
      'sub',
      'aud',
      'exp',
      'nbf',
      'iat',
      'scope',
      'scp',
      'typ',
      'token_use',
      'events',
      'nonce',
    ];
    const value = fc.oneof(fc.jsonValue(), fc.constantFrom(context.issuer, context.audience, context.now));
    const claims = fc.dictionary(fc.constantFrom(...names), value, { maxKeys: 2 });
    const members = fc.dictionary(fc.constantFrom('alg', 'kid', 'typ', 'crit', 'b64', 'jwk', 'x5c'), value, {
      maxKeys: 1,
    });
    let accepted = 0;
    await fc.assert(
      fc.asyncProperty(claims, members, async (claim, member) => {
        const token = forge(headerOf(context.ed, member), accessClaims(context, claim), context.ed);
        if ((await agreed(token)) === undefined) accepted++;
      }),
      { numRuns: 500 },
    );
    // Or else the property would say nothing about acceptance.
    expect(accepted).toBeGreaterThan(10);
  });

  test('on claims of any wild name beside the good ones, which are accepted', async () => {
    const good = accessClaims(context);
    const reserved = new Set([...Object.keys(good), 'nbf', 'events', 'token_use', 'typ', 'scp']);
    const name = fc.string({ unit: 'binary' }).filter((one) => !reserved.has(one));
    await fc.assert(
      fc.asyncProperty(fc.dictionary(name, fc.jsonValue({ maxDepth: 3 })), async (claims) => {
        expect(await agreed(accessToken(context, claims, { signer: context.ed }))).toBeUndefined();
      }),
      { numRuns: 200 },
    );
  });
});

test('the signature and the token never appear in an explanation, whatever part was changed', async () => {
  const valid = accessToken(context);
  const [, , signature] = partsOf(valid);
  await fc.assert(
    fc.asyncProperty(fc.nat(valid.length - signature.length - 1), async (index) => {
      const token = `${valid.slice(0, index)}A${valid.slice(index + 1)}`;
      const text = JSON.stringify(await explain(input(token)));
      expect(text).not.toContain(signature);
      expect(text).not.toContain(token);
    }),
    { numRuns: 100 },
  );
});
