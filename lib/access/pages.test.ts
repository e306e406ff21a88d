import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  explainsRefusal,
  isApi,
  isLocal,
  isProtectedPage,
  isSessionRoute,
  isWithinInspector,
  signInPath,
  waitingPath,
} from './pages';

const listensOn = '127.0.0.1';
const local = { host: 'localhost:3000', baseUrl: 'http://localhost:3000', listensOn };
const open = { host: 'app.example', baseUrl: 'https://app.example', listensOn };

/** As the folders of the app have it. */
beforeEach(() => {
  vi.stubEnv('SIGNED_IN_PAGES', '/notes /sessions /teams/*/members /token');
  vi.stubEnv(
    'SESSION_ROUTES',
    '/auth/logout /auth/reveal /auth/session /auth/sessions/end /auth/teams/*/leave /auth/token',
  );
});
afterEach(() => vi.unstubAllEnvs());

describe('a path', () => {
  it.each([
    '/token',
    '/notes',
    '/notes/',
    '/notes/1',
    '/token/x/y',
    '/teams/7/members',
    '/teams/7/members/1',
  ])('%s is a protected page', (path) => {
    expect(isProtectedPage(path, local)).toBe(true);
    expect(isProtectedPage(path, open)).toBe(true);
  });

  it.each([
    '/',
    '/login',
    '/tokens',
    '/notesbook',
    '/api/notes',
    '/auth/token',
    '/x/notes',
    '/teams',
    '/teams/7',
    '/teams//members',
    '',
  ])('%s is not a protected page', (path) => {
    expect(isProtectedPage(path, local)).toBe(false);
    expect(isProtectedPage(path, open)).toBe(false);
  });

  it.each(['/inspect', '/inspect/', '/inspect/verdict'])('%s is where tokens are brought to', (path) => {
    expect(isWithinInspector(path)).toBe(true);
    expect(isProtectedPage(path, local)).toBe(false);
    expect(isProtectedPage(path, open)).toBe(true);
  });

  it.each(['/', '/inspector', '/x/inspect', '/token'])('%s is not', (path) => {
    expect(isWithinInspector(path)).toBe(false);
  });

  it('that is the start page protects nothing but itself', () => {
    vi.stubEnv('SIGNED_IN_PAGES', '/');
    expect(isProtectedPage('/', local)).toBe(true);
    expect(isProtectedPage('/login', local)).toBe(false);
  });

  it('is not judged at all by a build that does not know its folders', () => {
    vi.stubEnv('SIGNED_IN_PAGES', '');
    expect(() => isProtectedPage('/', local)).toThrow('SIGNED_IN_PAGES');
    vi.stubEnv('SESSION_ROUTES', undefined);
    expect(() => isSessionRoute('/auth/token')).toThrow('SESSION_ROUTES');
  });

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

  it.each(['/auth/token', '/auth/logout', '/auth/reveal', '/auth/sessions/end', '/auth/teams/7/leave'])(
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
    '/auth/teams/leave',
    '/auth/teams/7/x',
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
    expect(isLocal({ host, baseUrl, listensOn })).toBe(true);
    expect(isProtectedPage('/status', { host, baseUrl, listensOn })).toBe(false);
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
    expect(isLocal({ host, baseUrl, listensOn })).toBe(false);
    expect(isProtectedPage('/status', { host, baseUrl, listensOn })).toBe(true);
    expect(isProtectedPage('/status/x', { host, baseUrl, listensOn })).toBe(true);
  });
});

describe('an app that others can reach', () => {
  it.each(['0.0.0.0', '::', '192.168.0.7', 'app.example', ''])(
    'listening on "%s", shows its status to nobody who only says that they are here',
    (everywhere) => {
      const asked = { ...local, listensOn: everywhere };
      expect(isLocal(asked)).toBe(false);
      expect(isProtectedPage('/status', asked)).toBe(true);
    },
  );

  it.each(['127.0.0.1', '127.0.0.2', '::1', 'localhost'])('is none that listens on %s', (here) => {
    expect(isLocal({ ...local, listensOn: here })).toBe(true);
  });
});

describe('the way to sign in', () => {
  const query = (path: string) => Object.fromEntries(new URL(path, local.baseUrl).searchParams);

  it('remembers where somebody was going, in one piece', () => {
    const path = signInPath('/notes?cursor=a&b=c#d');
    expect(new URL(path, local.baseUrl).pathname).toBe('/login');
    expect(query(path)).toEqual({ returnTo: '/notes?cursor=a&b=c#d' });
  });

  it('tells what became of the session', () => {
    expect(signInPath('/notes', 'ended')).toBe('/login?returnTo=%2Fnotes&reason=ended');
  });

  it('says what to ask for, where it is not everything', () => {
    expect(signInPath('/notes', undefined, ['a:b', 'c'])).toBe('/login?returnTo=%2Fnotes&scope=a%3Ab+c');
  });

  it.each(['//evil.example', '/\\evil.example', 'https://evil.example'])('to "%s" stays at home', (path) => {
    for (const way of [signInPath(path), waitingPath(path, 'keys_unavailable')])
      expect(new URL(way, local.baseUrl).origin).toBe(local.baseUrl);
  });
});

describe('a refused token', () => {
  it('is explained on the token page and on no other', () => {
    expect(['/token', '/token/', '/token/x', '/tokens', '/notes', '/', ''].filter(explainsRefusal)).toEqual([
      '/token',
    ]);
  });
});

describe('the way to wait', () => {
  it('remembers where somebody was going and what is missing', () => {
    expect(waitingPath('/notes?a=b', 'store_unavailable')).toBe(
      '/auth/unavailable?returnTo=%2Fnotes%3Fa%3Db&code=store_unavailable',
    );
  });
});
