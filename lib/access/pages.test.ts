import { describe, expect, it } from 'vitest';
import { explainsRefusal, isApi, isLocal, isProtectedPage, isSessionRoute, signInPath } from './pages';

const local = { host: 'localhost:3000', baseUrl: 'http://localhost:3000' };
const open = { host: 'app.example', baseUrl: 'https://app.example' };

describe('a path', () => {
  it.each(['/token', '/notes', '/notes/', '/notes/1', '/token/x/y'])('%s is a protected page', (path) => {
    expect(isProtectedPage(path, local)).toBe(true);
    expect(isProtectedPage(path, open)).toBe(true);
  });

  it.each(['/', '/login', '/tokens', '/notesbook', '/api/notes', '/auth/token', '/x/notes', ''])(
    '%s is not a protected page',
    (path) => {
      expect(isProtectedPage(path, local)).toBe(false);
      expect(isProtectedPage(path, open)).toBe(false);
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

describe('the status page', () => {
  it.each([
    ['localhost:3000', 'http://localhost:3000'],
    ['127.0.0.1:3000', 'http://localhost:3000'],
    ['[::1]:3000', 'http://[::1]:3000'],
    ['app.localhost', 'http://localhost:3000'],
  ])('on %s, of an app at %s, is for anyone', (host, baseUrl) => {
    expect(isLocal({ host, baseUrl })).toBe(true);
    expect(isProtectedPage('/status', { host, baseUrl })).toBe(false);
  });

  it.each([
    ['app.example', 'https://app.example'],
    // By a public name, or through a name of DNS that leads to this machine.
    ['app.example', 'http://localhost:3000'],
    ['192.168.0.7:3000', 'http://localhost:3000'],
    // Behind a proxy on the same machine, or with a made-up header.
    ['localhost:3000', 'https://app.example'],
    ['localhost.evil.example', 'http://localhost:3000'],
    ['localhost@evil.example', 'http://localhost:3000'],
    ['not a host', 'http://localhost:3000'],
    ['', 'http://localhost:3000'],
    [null, 'http://localhost:3000'],
  ])('on %s, of an app at %s, is for people who are signed in', (host, baseUrl) => {
    expect(isLocal({ host, baseUrl })).toBe(false);
    expect(isProtectedPage('/status', { host, baseUrl })).toBe(true);
    expect(isProtectedPage('/status/x', { host, baseUrl })).toBe(true);
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
