import { expect, test } from 'vitest';
import { seenToken } from './last-seen';

const token = (header: object, claims: object) =>
  `${[header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')}.c2ln`;

test.each([
  [
    { typ: 'at+jwt' },
    { aud: 'api', iss: 'https://id.example' },
    'api',
    'https://id.example',
    'a JWT, typ at+jwt',
  ],
  [{}, { aud: ['a', 'b', 7, ''] }, 'a, b', undefined, 'a JWT, typ absent'],
  [{ typ: 7 }, { aud: [], iss: {} }, undefined, undefined, 'a JWT, typ absent'],
  [{}, { aud: 'x'.repeat(900) }, 'x'.repeat(200), undefined, 'a JWT, typ absent'],
])(
  'a token with %j and %j says its audience, its issuer and its kind',
  (header, claims, audience, issuer, kind) => {
    expect(seenToken(token(header, claims))).toMatchObject({ audience, issuer, kind });
  },
);

test.each(['ya29.opaque', '', 'a.b.c', 'a.b.c.d.e'])('%j says that it is no JWT', (text) => {
  expect(seenToken(text)).toEqual({
    audience: undefined,
    issuer: undefined,
    kind: expect.stringContaining('opaque'),
    signIn: [],
    looksLikeIdToken: false,
  });
});

test('a token whose header cannot be read says what it can', () => {
  const odd = `${Buffer.from('x').toString('base64url')}.${Buffer.from('{"aud":"api"}').toString('base64url')}.c2ln`;
  expect(seenToken(odd)).toMatchObject({ audience: 'api', kind: 'a JWT, typ absent' });
});

test.each([
  [{ typ: 'JWT' }, { nonce: 'n' }, true],
  [{}, { at_hash: 'h' }, true],
  [{ typ: 'at+jwt' }, { nonce: 'n' }, false],
  [{ typ: 'JWT' }, { scope: 'a' }, false],
])('a token with %j and %j looks like an ID token: %s', (header, claims, looksLikeIdToken) => {
  expect(seenToken(token(header, claims))).toMatchObject({ looksLikeIdToken });
});

test('a token says whether it tells of the sign-in, and not what it tells', () => {
  expect(seenToken(token({}, { auth_time: 1, acr: 'strong' })).signIn).toEqual(['auth_time', 'acr']);
  expect(seenToken(token({}, { iat: 1 })).signIn).toEqual([]);
});

test('nothing is kept of the person', () => {
  const seen = seenToken(
    token({}, { sub: 'alice', name: 'Alice', email: 'a@x', scope: 'secret', aud: 'api' }),
  );
  expect(JSON.stringify(seen)).not.toMatch(/alice|a@x|secret/i);
});
