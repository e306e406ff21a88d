import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import type { TokenContext } from '../../test/token/tokens';
import {
  accessClaims,
  accessToken,
  encodePart,
  forge,
  headerOf,
  newTokenContext,
  partsOf,
} from '../../test/token/tokens';
import { scopesOf } from '../token';
import { readUnverified } from './unverified';

let context: TokenContext;
beforeAll(async () => {
  context = await newTokenContext();
});

const nothing = { scopes: [] };
function read(token: string) {
  const unverified = readUnverified(token);
  return { ...unverified, scopes: scopesOf(unverified.claims ?? {}, ['scope', 'scp']) };
}

describe('what a token says of itself', () => {
  test('is read whoever signed it', () => {
    const token = accessToken(context, { aud: 'another' }, { signer: context.attacker });
    expect(read(token)).toEqual({
      header: headerOf(context.attacker),
      claims: accessClaims(context, { aud: 'another' }),
      scopes: ['example:note:read', 'example:note:create'],
    });
  });

  test.each([
    ['opaque', 'opaque'],
    ['encrypted', 'a.b.c.d.e'],
    ['empty', ''],
    ['two dots', '..'],
  ])('is nothing where the token is %s', (_name, token) => {
    expect(read(token)).toEqual(nothing);
  });

  test('is as much of it as can be read', () => {
    const [header, payload, signature] = partsOf(accessToken(context));
    expect(read(`!.${payload}.${signature}`)).toEqual({
      header: undefined,
      claims: accessClaims(context),
      scopes: ['example:note:read', 'example:note:create'],
    });
    const unread = { header: headerOf(context.rsa), claims: undefined, scopes: [] };
    for (const odd of ['[1]', 'null', '{"a":1,"a":2}', '{', Uint8Array.of(0xff)]) {
      expect(read(`${header}.${encodePart(odd)}.${signature}`)).toEqual(unread);
    }
  });

  test('is read from any text without a throw', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.string()), (text) => {
        expect(read(text).scopes).toEqual([]);
      }),
    );
    fc.assert(
      fc.property(fc.json(), fc.json(), (header, payload) => {
        expect(() => read(forge(header, payload, context.ed))).not.toThrow();
      }),
      { numRuns: 100 },
    );
  });
});
