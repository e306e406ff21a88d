import { describe, expect, it } from 'vitest';
import { explainsRefusal, isApi, isProtectedPage, isSessionRoute, signInPath } from './pages';

describe('a path', () => {
  it.each(['/token', '/notes', '/notes/', '/notes/1', '/token/x/y'])('%s is a protected page', (path) => {
    expect(isProtectedPage(path)).toBe(true);
  });

  it.each(['/', '/login', '/tokens', '/notesbook', '/api/notes', '/auth/token', '/x/notes', ''])(
    '%s is not a protected page',
    (path) => {
      expect(isProtectedPage(path)).toBe(false);
    },
  );

  it.each(['/api', '/api/', '/api/notes', '/.well-known/oauth-protected-resource'])(
    '%s is for programs',
    (path) => {
      expect(isApi(path)).toBe(true);
    },
  );

  it.each(['/', '/apiary', '/notes', '/x/api/notes', '/well-known/x', '/.well-knownx', '/auth/token'])(
    '%s is not for programs',
    (path) => {
      expect(isApi(path)).toBe(false);
    },
  );

  it.each(['/auth/token', '/auth/logout', '/auth/reveal', '/auth/session'])(
    '%s reads the session itself',
    (path) => {
      expect(isSessionRoute(path)).toBe(true);
    },
  );

  it.each([
    '/auth/callback',
    '/auth',
    '/auth/tokens',
    '/auth/token/',
    '/auth/token/x',
    '/x/auth/token',
    '/token',
  ])('%s does not read the session', (path) => {
    expect(isSessionRoute(path)).toBe(false);
  });
});

describe('a refused token', () => {
  it('is explained on the token page and on no other', () => {
    expect(['/token', '/token/', '/token/x', '/tokens', '/notes', '/', ''].filter(explainsRefusal)).toEqual([
      '/token',
    ]);
  });
});

describe('the way to sign in', () => {
  it('remembers where somebody was going, in one piece', () => {
    const url = signInPath('http://localhost:3000', '/notes?cursor=a&b=c#d');
    expect(url.origin + url.pathname).toBe('http://localhost:3000/login');
    expect(Object.fromEntries(url.searchParams)).toEqual({ returnTo: '/notes?cursor=a&b=c#d' });
  });

  it('tells what became of the session', () => {
    expect(signInPath('http://localhost:3000', '/notes', 'ended').search).toBe(
      '?returnTo=%2Fnotes&reason=ended',
    );
  });

  it('stays at home, whatever the path', () => {
    for (const path of ['//evil.example', '/\\evil.example', 'https://evil.example']) {
      expect(signInPath('http://localhost:3000', path).origin).toBe('http://localhost:3000');
    }
  });
});
