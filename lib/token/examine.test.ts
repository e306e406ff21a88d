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
import type { ExaminationInput } from './check';
import { maxTokenLength } from './checks-signature';
import { examine } from './examine';
import { toKeySet } from './key-set';
import type { KeySet } from './keys';

let context: TokenContext;
let keys: KeySet;

beforeAll(async () => {
  context = await newTokenContext();
  keys = await toKeySet(context.published);
});

const input = (token: string, changes: Partial<ExaminationInput> = {}): ExaminationInput => ({
  token,
  keys,
  expectations: expectationsOf(context),
  now: context.now,
  ...changes,
});

/** The accepted token, or the name of the check that refused it. */
async function outcome(token: string, changes: Partial<ExaminationInput> = {}) {
  const verdict = await examine(input(token, changes));
  return verdict.accepted ? verdict.token : verdict.refusal.check;
}

const outcomeOf = (claims: Record<string, unknown>, changes?: Partial<ExaminationInput>) =>
  outcome(accessToken(context, claims), changes);

const accepted = expect.objectContaining({ subject: 'user-1' });

describe('a good token is accepted', () => {
  test.each(acceptedAlgorithms)('signed with %s', async (algorithm) => {
    const signer = signerOf(context, algorithm);
    const token = accessToken(context, {}, { signer });
    expect(await outcome(token)).toMatchObject({ header: { alg: algorithm, kid: signer.kid } });
  });

  test.each([
    [undefined],
    ['JWT'],
    ['jwt'],
    ['at+jwt'],
    ['AT+JWT'],
    ['application/at+jwt'],
    ['application/jwt'],
  ])('with typ %s', async (typ) => {
    expect(await outcome(accessToken(context, {}, { header: { typ } }))).toEqual(accepted);
  });

  test('and says what a page or handler needs to know', async () => {
    expect(await outcomeOf({ aud: ['https://other.example', context.audience], extra: { a: [1] } })).toEqual({
      issuer: context.issuer,
      subject: 'user-1',
      audiences: ['https://other.example', context.audience],
      clientId: 'client-1',
      scopes: ['example:note:read', 'example:note:create'],
      expiresAt: context.now + 300,
      issuedAt: context.now - 10,
      claims: expect.objectContaining({ extra: { a: [1] } }),
      header: { alg: 'RS256', typ: 'at+jwt', kid: 'rsa-1' },
    });
  });

  test('with every custom claim kept, whatever it is named', async () => {
    const custom = {
      'https://app.example/role': 'admin',
      'cognito:groups': ['a'],
      constructor: 1,
      toString: null,
      ünï: { codé: true },
    };
    expect(await outcomeOf(custom)).toMatchObject({ claims: custom });
  });

  test('with no kid, by each key that fits until one does', async () => {
    const set = await toKeySet([context.attacker.publicJwk, { ...context.rsa.publicJwk, kid: 'other' }]);
    const token = accessToken(context, {}, { header: { kid: undefined } });
    expect(await outcome(token, { keys: set })).toEqual(accepted);
    expect(await outcome(token, { keys: await toKeySet([context.attacker.publicJwk]) })).toBe('signature');
  });

  test('with no kid, by the sixth of six keys that have none either', async () => {
    const nameless = Array.from({ length: 5 }, () => ({ ...context.attacker.publicJwk, kid: undefined }));
    const set = await toKeySet([...nameless, { ...context.rsa.publicJwk, kid: undefined }]);
    for (const kid of [undefined, 'rsa-1'])
      expect(await outcome(accessToken(context, {}, { header: { kid } }), { keys: set })).toEqual(accepted);
  });

  test('with a kid that a key without one was meant by, but not beside a key that has it', async () => {
    const nameless = { ...context.rsa.publicJwk, kid: undefined };
    const token = accessToken(context, {}, { header: { kid: 'rsa-1' } });
    expect(await outcome(token, { keys: await toKeySet([nameless, context.ec.publicJwk]) })).toEqual(
      accepted,
    );
    const other = { ...context.attacker.publicJwk, kid: 'rsa-1' };
    expect(await outcome(token, { keys: await toKeySet([nameless, other]) })).toBe('signature');
    const ofAnotherKind = { ...context.ec.publicJwk, kid: 'rsa-1' };
    expect(await outcome(token, { keys: await toKeySet([nameless, ofAnotherKind]) })).toBe('key');
  });

  test.each([
    ['Ed25519', 'EdDSA', ['EdDSA']],
    ['EdDSA', 'Ed25519', ['Ed25519']],
    ['Ed25519', undefined, ['EdDSA']],
    ['EdDSA', 'EdDSA', ['Ed25519']],
  ])(
    'with alg %s, a key for %s and %j on the list: one algorithm by two names',
    async (alg, keyAlg, algorithms) => {
      const set = await toKeySet([{ ...context.ed.publicJwk, alg: keyAlg }]);
      const token = accessToken(context, {}, { signer: context.ed, header: { alg } });
      const expectations = { ...expectationsOf(context), algorithms };
      expect(await outcome(token, { keys: set, expectations })).toEqual(accepted);
      expect(
        await outcome(token, { keys: set, expectations: { ...expectations, algorithms: ['ES256'] } }),
      ).toBe('algorithm');
    },
  );

  test('with a kid that two keys share, whichever of them signed', async () => {
    const set = await toKeySet([context.attacker.publicJwk, context.rsa.publicJwk]);
    expect(await outcome(accessToken(context), { keys: set })).toEqual(accepted);
  });

  test('with harmless header members that are not used', async () => {
    const header = { cty: 'JWT', x5t: 'abc', jku: 'https://issuer.example/jwks', custom: [1] };
    expect(await outcome(accessToken(context, {}, { header }))).toEqual(accepted);
  });

  test('of exactly 16 KiB, and refused with check size one character above', async () => {
    // The length of a part skips every fourth number, so header and payload are filled together.
    const ofLength = (length: number) => {
      for (let size = 11_800; size < 12_200; size++) {
        for (const kid of [context.ed.kid, undefined]) {
          const token = accessToken(
            context,
            { padding: 'x'.repeat(size) },
            { signer: context.ed, header: { kid } },
          );
          if (token.length === length) return token;
        }
      }
      throw new Error(`no token has ${length} characters`);
    };
    expect(await outcome(ofLength(maxTokenLength))).toEqual(accepted);
    expect(await outcome(ofLength(maxTokenLength + 1))).toBe('size');
  });

  test('of any of several accepted issuers and audiences, and of no other', async () => {
    const expectations = {
      ...expectationsOf(context),
      issuers: ['https://a.example', 'https://b.example'],
      audiences: ['api-a', 'api-b'],
    };
    expect(await outcomeOf({ iss: 'https://b.example', aud: 'api-b' }, { expectations })).toEqual(
      expect.objectContaining({ issuer: 'https://b.example', audiences: ['api-b'] }),
    );
    expect(await outcomeOf({ iss: 'https://c.example', aud: 'api-b' }, { expectations })).toBe('issuer');
    expect(await outcomeOf({ iss: 'https://a.example', aud: 'api-c' }, { expectations })).toBe('audience');
  });

  test('only with an algorithm of the allow-list, even where the key fits', async () => {
    const expectations = { ...expectationsOf(context), algorithms: ['ES256'] };
    expect(await outcome(accessToken(context), { expectations })).toBe('algorithm');
    expect(await outcome(accessToken(context, {}, { signer: context.ec }), { expectations })).toEqual(
      accepted,
    );
  });
});

describe('leeway', () => {
  test.each([
    ['an expiry 29 s ago', { exp: -29 }, 30, 'accepted'],
    ['an expiry 29.5 s ago', { exp: -29.5 }, 30, 'accepted'],
    ['an expiry 30 s ago', { exp: -30 }, 30, 'expiry'],
    ['an expiry in 1 s', { exp: 1 }, 0, 'accepted'],
    ['an expiry right now', { exp: 0 }, 0, 'expiry'],
    ['a start in 30 s', { nbf: 30 }, 30, 'accepted'],
    ['a start in 30.5 s', { nbf: 30.5 }, 30, 'not_before'],
    ['a start in 31 s', { nbf: 31 }, 30, 'not_before'],
    ['a start right now', { nbf: 0 }, 0, 'accepted'],
    ['a start in 1 s', { nbf: 1 }, 0, 'not_before'],
    ['a start long ago', { nbf: -86_400 }, 0, 'accepted'],
    ['an issue in 30 s', { iat: 30 }, 30, 'accepted'],
    ['an issue in 31 s', { iat: 31 }, 30, 'issued_at'],
    ['an issue right now', { iat: 0 }, 0, 'accepted'],
    ['an issue in 1 s', { iat: 1 }, 0, 'issued_at'],
    ['an issue long ago', { iat: -86_400 }, 0, 'accepted'],
  ])('of %s (relative to now: %o, tolerance %i s): %s', async (_name, offsets, clockTolerance, expected) => {
    const claims = Object.fromEntries(
      Object.entries(offsets).map(([claim, offset]) => [claim, context.now + offset]),
    );
    const expectations = { ...expectationsOf(context), clockTolerance };
    expect(await outcomeOf(claims, { expectations })).toEqual(expected === 'accepted' ? accepted : expected);
  });

  test('a token ages with the clock it is given: accepted, then refused with check expiry', async () => {
    const token = accessToken(context);
    expect(await outcome(token, { now: context.now + 329 })).toEqual(accepted);
    expect(await outcome(token, { now: context.now + 330 })).toBe('expiry');
  });

  test('a token without iat and nbf is accepted', async () => {
    expect(await outcomeOf({ iat: undefined, nbf: undefined })).toMatchObject({ issuedAt: undefined });
  });
});

describe('scopes', () => {
  test.each([
    ['a string', { scope: 'a b' }, ['a', 'b']],
    ['a string of one', { scope: 'a' }, ['a']],
    ['an empty string', { scope: '' }, []],
    ['a string of spaces', { scope: '   ' }, []],
    ['a string with spaces around', { scope: ' a  b ' }, ['a', 'b']],
    ['a list', { scope: ['a', 'b'] }, ['a', 'b']],
    ['an empty list', { scope: [] }, []],
    ['a list with other things in it', { scope: ['a', 1, null, ['b'], {}, '', 'c'] }, ['a', 'c']],
    ['a list whose entries have spaces, which are names of their own', { scope: ['a b', 'c'] }, ['a b', 'c']],
    ['missing', { scope: undefined }, []],
    ['null', { scope: null }, []],
    ['a number', { scope: 7 }, []],
    ['true', { scope: true }, []],
    ['an object with names and truth values', { scope: { a: false, b: true } }, []],
    ['an object like a list', { scope: { 0: 'a', length: 1 } }, []],
    ['repeated', { scope: 'b a b a' }, ['b', 'a']],
    ['scp as a string', { scope: undefined, scp: 'a b' }, ['a', 'b']],
    ['scp as a list', { scope: undefined, scp: ['a', 'b'] }, ['a', 'b']],
    ['scope, whatever scp says beside it', { scope: 'a b', scp: ['c', 'b'] }, ['a', 'b']],
    ['an empty scope, whatever scp says beside it', { scope: '', scp: ['c'] }, []],
    ['a scope that cannot be read, whatever scp says beside it', { scope: null, scp: 'c' }, []],
    ['in capitals', { scope: 'A a' }, ['A', 'a']],
    ['separated by tabs and line ends, which separate nothing', { scope: 'a\tb\nc' }, ['a\tb\nc']],
    ['separated by no-break spaces, which separate nothing', { scope: 'a\u00a0b' }, ['a\u00a0b']],
    ['separated by commas, which separate nothing', { scope: 'a,b' }, ['a,b']],
  ])('%s', async (_name, claims, scopes) => {
    expect(await outcomeOf(claims)).toMatchObject({ scopes });
  });
});

describe('the client', () => {
  test.each([
    ['is client_id', { client_id: 'a', azp: 'b' }, 'a'],
    ['is azp where there is no client_id', { client_id: undefined, azp: 'b' }, 'b'],
    ['is azp where client_id is no string', { client_id: 7, azp: 'b' }, 'b'],
    ['is unknown where neither is there', { client_id: undefined }, undefined],
  ])('%s', async (_name, claims, clientId) => {
    expect(await outcomeOf(claims)).toHaveProperty('clientId', clientId);
  });
});

describe('an access token that looks like another kind at first sight is accepted', () => {
  const asIdToken = { nonce: 'n', at_hash: 'h' };
  test.each([
    ['claims of an ID token, but typ at+jwt in the header', asIdToken, 'at+jwt'],
    ['claims of an ID token, but typ application/at+jwt', asIdToken, 'application/at+jwt'],
    ['claims of an ID token, but token_use access (Cognito)', { ...asIdToken, token_use: 'access' }, 'JWT'],
    ['claims of an ID token, but the claim typ Bearer (Keycloak)', { ...asIdToken, typ: 'Bearer' }, 'JWT'],
    ['claims that other kinds have too', { auth_time: 1, sid: 's', acr: '1', azp: 'client-1' }, 'JWT'],
  ])('%s', async (_name, claims, typ) => {
    expect(await outcome(accessToken(context, claims, { header: { typ } }))).toEqual(accepted);
  });

  test('where the API is known by the client id, with scopes; without any it is an ID token', async () => {
    const expectations = { ...expectationsOf(context), audiences: [context.clientId] };
    const claims = { aud: context.clientId, client_id: undefined };
    const outcomeWith = (more: object) =>
      outcome(accessToken(context, { ...claims, ...more }, { header: { typ: 'JWT' } }), { expectations });
    expect(await outcomeWith({ scope: undefined, scp: 'example:note:read' })).toEqual(accepted);
    expect(await outcomeWith({ scope: undefined })).toBe('kind');
    expect(await outcomeWith({ scope: undefined, aud: [context.clientId, context.clientId] })).toBe('kind');
  });
});

describe('the verdict', () => {
  test('depends on the input alone: the same twice, and nothing of the input is changed', async () => {
    const frozen = Object.freeze(input(accessToken(context)));
    const first = await examine(frozen);
    expect(await examine(frozen)).toEqual(first);
    expect(Object.keys(frozen)).toEqual(['token', 'keys', 'expectations', 'now']);
  });

  test('of a token without a kid comes after 16 keys at most, however many fit', async () => {
    let tried = 0;
    const key = {
      kid: undefined,
      algorithms: ['RS256'],
      verifies: () => {
        tried++;
        return false;
      },
    };
    const many: KeySet = { keys: Array.from({ length: 100 }, () => key), ignored: [] };
    const token = accessToken(context, {}, { header: { kid: undefined } });
    expect(await outcome(token, { keys: many })).toBe('signature');
    expect(tried).toBe(16);
  });

  test('signatures are compared before claims: an expired forgery is refused with check signature', async () => {
    const forgery = forge(
      headerOf(context.rsa),
      accessClaims(context, { exp: 1, iss: 'x' }),
      context.attacker,
    );
    expect(await outcome(forgery)).toBe('signature');
  });

  test.each(['RS256', 'PS256'] as const)(
    'a %s signature that begins with a zero is refused without it: a second spelling (RFC 8017 §8.1.2)',
    async (algorithm) => {
      const signer = signerOf(context, algorithm);
      for (let jti = 0; ; jti++) {
        const token = accessToken(context, { jti }, { signer });
        const [header, payload, signature] = partsOf(token);
        const bytes = Buffer.from(signature, 'base64url');
        // One in 256.
        if (bytes[0] !== 0) continue;
        expect(await outcome(token)).toEqual(accepted);
        const shorter = `${header}.${payload}.${bytes.subarray(1).toString('base64url')}`;
        expect(await outcome(shorter)).toBe('signature');
        return;
      }
    },
  );

  test('an ES256 signature has a twin that every verifier accepts, so no token text is an identity', async () => {
    const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
    const [header, payload, signature] = partsOf(accessToken(context, {}, { signer: context.ec }));
    const bytes = Buffer.from(signature, 'base64url');
    const s = order - BigInt(`0x${bytes.subarray(32).toString('hex')}`);
    const twin = Buffer.concat([bytes.subarray(0, 32), Buffer.from(s.toString(16).padStart(64, '0'), 'hex')]);
    expect(await outcome(`${header}.${payload}.${twin.toString('base64url')}`)).toEqual(accepted);
  });
});
