import { describe, expect, it } from 'vitest';
import { readAuthorization } from './authorization';

const none = { kind: 'none' };
const invalid = (because: string) => ({ kind: 'invalid', because });
const severalValues = invalid('more than one Authorization value');
const oddSpace = invalid('something else than spaces between Bearer and its token');
const oddCharacter = invalid('a character that no bearer token has');

describe('an Authorization header', () => {
  it.each([
    ['Bearer abc.def-_~+/123==', 'abc.def-_~+/123=='],
    ['bearer abc', 'abc'],
    ['BEARER abc', 'abc'],
    ['bEaReR   abc', 'abc'],
    ['  Bearer abc  ', 'abc'],
    ['Bearer Bearer', 'Bearer'],
  ])('"%s" brings the token %s', (header, token) => {
    expect(readAuthorization(header)).toEqual({ kind: 'bearer', token });
  });

  it.each([
    null,
    '',
    '   ',
    'Basic YWxpY2U6d29uZGVybGFuZA==',
    'DPoP abc.def.ghi',
    'Token abc',
    'Bearerabc',
    'Bearer-Token abc',
    'abc.def.ghi',
    // One value of a scheme whose parameters are separated by commas (RFC 9110 §11.4).
    'Digest username="Mufasa", realm="x, Bearer y", qop=auth, uri="/"',
    'Digest a="\\", Bearer x", b=c',
  ])('%j brings no credentials', (header) => {
    expect(readAuthorization(header)).toEqual(none);
  });

  it.each([
    ['Bearer', invalid('no token after Bearer')],
    ['bearer  ', invalid('no token after Bearer')],
    ['Bearer a b', invalid('more than one token after Bearer')],
    ['Bearer a Bearer b', invalid('more than one token after Bearer')],
    ['Bearer a, Bearer b', severalValues],
    ['Bearer a,Bearer b', severalValues],
    ['Bearer a,b', severalValues],
    ['Bearer a,', severalValues],
    ['Bearer a, realm="x"', severalValues],
    ['Basic YTpi, Bearer a', severalValues],
    ['Bearer a, Basic YTpi', severalValues],
    ['Digest a="b", c=d, Bearer x', severalValues],
    ['Basic YTpi, YTpj', severalValues],
    ['Bearer\tabc', oddSpace],
    ['Bearer \tabc', oddSpace],
    ['Bearer abc\tdef', oddSpace],
    ['Bearer\u00a0abc', oddSpace],
    ['Bearer\u000babc', oddSpace],
    ['Bearer "abc"', oddCharacter],
    ['Bearer abc;def', oddCharacter],
    ['Bearer ab=c', oddCharacter],
    ['Bearer =', oddCharacter],
    ['Bearer abc%20', oddCharacter],
    ['Bearer tökén', oddCharacter],
    ['Bearer a\u0000b', oddCharacter],
    ['Bearer {"a":1}', oddCharacter],
  ])('%j is malformed', (header, expected) => {
    expect(readAuthorization(header)).toEqual(expected);
  });
});
