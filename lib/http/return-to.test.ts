import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { safeReturnTo } from './return-to';

describe('a place to return to', () => {
  it.each([
    ['/', '/'],
    ['/notes', '/notes'],
    ['/notes?cursor=a%20b#last', '/notes?cursor=a%20b#last'],
    ['/notes/../token', '/token'],
    ['/?next=https://evil.example', '/?next=https://evil.example'],
    ['/notes//x', '/notes//x'],
    ['/%2F/evil.example', '/%2F/evil.example'],
    ['/%5Cevil.example', '/%5Cevil.example'],
    ['/@evil.example', '/@evil.example'],
    ['/caf\u00e9 😀', '/caf%C3%A9%20%F0%9F%98%80'],
    ['/not\u0000es', '/not%00es'],
    ['/no\ntes', '/notes'],
    ['/loginx', '/loginx'],
    ['/authors', '/authors'],
  ])('%j leads to %s', (value, expected) => {
    expect(safeReturnTo(value)).toBe(expected);
  });

  it.each([
    '//evil.example',
    '//evil.example/notes',
    'https://evil.example/notes',
    '///evil.example',
    '////evil.example',
    '/\\evil.example',
    '/\\/evil.example',
    '\\\\evil.example',
    '/\t/evil.example',
    '/\n/evil.example',
    '/\r\\evil.example',
    '\t//evil.example',
    ' //evil.example',
    '/..//evil.example',
    '/.//evil.example',
    '/a/..//evil.example',
    '/%2e%2e//evil.example',
    '/\\..\\\\evil.example',
    'https://evil.example',
    'https:evil.example',
    'HTTPS://EVIL.EXAMPLE',
    'http://here.invalid/notes',
    '//here.invalid@evil.example',
    '//user:password@here.invalid/',
    'javascript:alert(1)',
    'data:text/html,x',
    '//',
    '/\\',
    '//[',
    '',
    'notes',
    '?a=b',
    '#top',
    '\u0000/notes',
    '\u2215\u2215evil.example',
    '\uff0f\uff0fevil.example',
    '/login',
    '/login?returnTo=/login',
    '/login/',
    '/./login',
    '/notes/../login',
    '/lo\tgin',
    '/auth/callback',
    '/auth/callback?code=x&state=y',
    '/auth',
    '/auth/logout',
    `/${'a'.repeat(2_000)}`,
  ])('%j leads home', (value) => {
    expect(safeReturnTo(value)).toBe('/');
  });

  it.each([[undefined], [null], [1], [{}], [['/notes']], [{ toString: () => '/notes' }]])(
    '%j is no text and leads home',
    (value) => {
      expect(safeReturnTo(value)).toBe('/');
    },
  );

  it('is a path of this origin for a browser, whatever was asked for', () => {
    const origin = 'https://app.example';
    const hostile = fc
      .array(
        fc.constantFrom(
          '/',
          '\\',
          '.',
          '..',
          '%2F',
          '%2e',
          ':',
          '@',
          '\t',
          '\n',
          ' ',
          '?',
          '#',
          'evil.example',
          'x',
          'https:',
          '😀',
          '\ud800',
        ),
      )
      .map((parts) => parts.join(''));
    const anything = fc.oneof(
      hostile,
      hostile.map((text) => `/${text}`),
      fc.string({ unit: 'binary' }),
    );
    fc.assert(
      fc.property(anything, (value) => {
        const path = safeReturnTo(value);
        expect(path).toMatch(/^\/(?![/\\])/);
        const target = new URL(path, origin);
        expect(target.origin).toBe(origin);
        expect(target.username + target.password).toBe('');
        expect(target.pathname).not.toMatch(/^\/(login|auth)(\/|$)/);
        // Taken a second time it stays what it is: the browser's memory and the address bar agree.
        expect(safeReturnTo(path)).toBe(path);
      }),
      { numRuns: 3_000 },
    );
  });
});
