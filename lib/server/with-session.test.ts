import { NextRequest, NextResponse } from 'next/server';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TestClock, testAccessToken } from '../../test/session/sessions';
import { refusalBy } from '../../test/token/tokens';
import { readConfig } from '../config/read';
import { newSessionId } from '../session/cookie';
import type { ResolvedSession } from '../session/resolve';
import { forgetPerProcess, perProcess } from './per-process';
import { sessionBehind } from './session';
import { verifyToken } from './verifier';
import { type Next, type WithSessionOptions, withSession } from './with-session';

vi.mock('./session', () => ({ sessionBehind: vi.fn() }));
vi.mock('./verifier', () => ({ verifyToken: vi.fn() }));

const verified = testAccessToken(new TestClock());
const signedIn: ResolvedSession = {
  ...{ outcome: 'bearer', token: 'the-token', verified, name: 'Zoë', handle: 'h-1', endsAt: 9_000 },
};
const id = newSessionId();
const sessionCookie = `claimcheck_session_3000=${id}`;

beforeEach(() => {
  const surroundings = { directory: '/srv/app', generatedSecret: () => 's'.repeat(32) };
  perProcess('config', () => readConfig({}, surroundings));
  vi.stubEnv('SIGNED_IN_PAGES', '/notes /token');
  vi.stubEnv('SESSION_ROUTES', '/auth/token /auth/logout');
  vi.mocked(sessionBehind).mockReset().mockResolvedValue(signedIn);
  vi.mocked(verifyToken)
    .mockReset()
    .mockResolvedValue({ outcome: 'refused', refusal: refusalBy('form') });
});
afterEach(() => {
  forgetPerProcess('config');
  vi.unstubAllEnvs();
});

interface Asked {
  readonly cookie?: string | undefined;
  readonly headers?: Record<string, string>;
  readonly method?: string;
  readonly options?: WithSessionOptions;
}

/** What becomes of a request that says it navigates, of somebody with a session unless the cookie says otherwise. */
async function passed(path: string, next?: Next, { cookie = sessionCookie, method, ...asked }: Asked = {}) {
  const headers = { host: 'localhost:3000', cookie, 'sec-fetch-mode': 'navigate', ...asked.headers };
  const request = new NextRequest(`http://localhost:3000${path}`, {
    ...(method !== undefined && { method }),
    headers,
  });
  const response = await withSession(request, next, asked.options);
  const at = (name: string) => response.headers.get(name);
  return {
    response,
    status: response.status,
    location: at('location'),
    rewritten: at('x-middleware-rewrite'),
    goesOn: at('x-middleware-next') !== null,
    cache: at('cache-control'),
    /** A header of the request as pages get to see it. */
    forwarded: (name: string) =>
      at('x-middleware-override-headers')?.split(',').includes(name) === true
        ? at(`x-middleware-request-${name}`)
        : null,
  };
}

const signedOut = { cookie: 'theme=dark' };

describe('without a middleware of the app’s own', () => {
  it('a session goes on as a bearer token, without its cookie', async () => {
    const { goesOn, forwarded, cache } = await passed('/notes', undefined, {
      cookie: `theme=dark; ${sessionCookie}`,
    });
    expect(goesOn).toBe(true);
    expect(forwarded('authorization')).toBe('Bearer the-token');
    expect(forwarded('cookie')).toBe('theme=dark');
    expect(forwarded('x-session-handle')).toBe('h-1');
    expect(cache).toBe('no-store');
  });

  it('nobody may say of themselves what only the session says', async () => {
    const headers = { 'x-session-handle': 'forged', 'x-session-name': 'Mallory' };
    const { forwarded } = await passed('/', undefined, { ...signedOut, headers });
    expect([forwarded('x-session-handle'), forwarded('x-session-name')]).toEqual([null, null]);
  });

  it('a protected page sends whoever is signed out to sign in', async () => {
    const { status, location } = await passed('/notes?page=2', undefined, signedOut);
    expect([status, location]).toEqual([307, 'http://localhost:3000/login?returnTo=%2Fnotes%3Fpage%3D2']);
  });
});

describe('a middleware of the app’s own', () => {
  it('sees the request as it is forwarded: with the token, without the cookie', async () => {
    const next = vi.fn<Next>(() => undefined);
    await passed('/notes?page=2', next, { cookie: `theme=dark; ${sessionCookie}` });
    const [request] = next.mock.lastCall ?? [];
    expect(request?.nextUrl.search).toBe('?page=2');
    expect(request?.headers.get('authorization')).toBe('Bearer the-token');
    expect(request?.cookies.getAll()).toEqual([{ name: 'theme', value: 'dark' }]);
  });

  it.each<[string, Next]>([
    ['nothing', () => undefined],
    ['null', () => null],
    ['next()', () => NextResponse.next()],
    ['next() of Next’s own, a moment later', async () => NextResponse.next()],
  ])('that answers %s lets the request go on as the session tells of it', async (_, next) => {
    const { goesOn, forwarded } = await passed('/notes', next);
    expect(goesOn).toBe(true);
    expect(forwarded('authorization')).toBe('Bearer the-token');
    expect(forwarded('x-nonce')).toMatch(/./);
  });

  it('has its redirect, cookies and headers stand', async () => {
    const { response, status, location, goesOn } = await passed('/notes', () => {
      const answer = NextResponse.redirect('http://localhost:3000/de/notes');
      answer.cookies.set('locale', 'de');
      answer.cookies.set('seen', '1');
      answer.headers.set('x-app', 'yes');
      return answer;
    });
    expect([status, location, goesOn]).toEqual([307, 'http://localhost:3000/de/notes', false]);
    expect(response.headers.getSetCookie()).toEqual([
      expect.stringMatching(/^locale=de;/),
      expect.stringMatching(/^seen=1;/),
    ]);
    expect(response.headers.get('x-app')).toBe('yes');
    expect(response.headers.get('x-middleware-override-headers')).toBeNull();
  });

  it('may answer by itself, even with what Response.redirect gives, which cannot be changed', async () => {
    const own = await passed('/', () => Response.json({ closed: true }, { status: 503 }));
    expect([own.status, await own.response.json()]).toEqual([503, { closed: true }]);
    const unchangeable = await passed('/', () => Response.redirect('http://localhost:3000/closed'));
    expect([unchangeable.status, unchangeable.cache]).toEqual([302, 'no-store']);
  });

  it('has its rewrite stand, with the request’s headers', async () => {
    const { rewritten, forwarded } = await passed('/about', () =>
      NextResponse.rewrite('http://localhost:3000/en/about'),
    );
    expect(rewritten).toBe('http://localhost:3000/en/about');
    expect(forwarded('authorization')).toBe('Bearer the-token');
  });

  it('has what it sets on the request stand, but for what only the session says', async () => {
    const { forwarded } = await passed('/notes', (request) => {
      const headers = new Headers(request.headers);
      headers.set('x-locale', 'de');
      headers.set('authorization', 'Bearer another');
      headers.set('x-session-handle', 'another');
      headers.set('cookie', `locale=de; ${sessionCookie}`);
      return NextResponse.next({ request: { headers } });
    });
    expect(forwarded('x-locale')).toBe('de');
    expect(forwarded('authorization')).toBe('Bearer the-token');
    expect(forwarded('x-session-handle')).toBe('h-1');
    expect(forwarded('cookie')).toBe('locale=de');
  });

  it('cannot say of somebody signed out that there is a session', async () => {
    const forge: Next = (request) => {
      const headers = new Headers(request.headers);
      headers.set('x-session-name', 'Mallory');
      headers.set('authorization', 'Bearer forged');
      return NextResponse.next({ request: { headers } });
    };
    const { forwarded } = await passed('/', forge, signedOut);
    expect([forwarded('x-session-name'), forwarded('authorization')]).toEqual([null, null]);
  });

  it('gives nothing of the session to another server that it rewrites to', async () => {
    const { rewritten, forwarded } = await passed('/blog', (request) =>
      NextResponse.rewrite('https://blog.example/', { request: { headers: new Headers(request.headers) } }),
    );
    expect(rewritten).toBe('https://blog.example/');
    expect([forwarded('authorization'), forwarded('x-session-name'), forwarded('cookie')]).toEqual([
      ...Array(3).fill(null),
    ]);
  });

  it('has no say in who keeps what was made for one person', async () => {
    const cached: Next = () => NextResponse.next({ headers: { 'cache-control': 'public, max-age=60' } });
    expect((await passed('/', cached)).cache).toBe('no-store');
    expect((await passed('/', cached, signedOut)).cache).toBe('public, max-age=60');
  });

  it('may have a content security policy of its own', async () => {
    const policy = "default-src 'self'";
    const { response } = await passed('/', () =>
      NextResponse.next({ headers: { 'content-security-policy': policy } }),
    );
    expect(response.headers.get('content-security-policy')).toBe(policy);
  });

  it('is called for programs too, with the token of the session', async () => {
    const next = vi.fn<Next>(() => NextResponse.next({ headers: { 'x-app': 'yes' } }));
    const { response, forwarded } = await passed('/api/notes', next);
    expect(response.headers.get('x-app')).toBe('yes');
    expect(forwarded('authorization')).toBe('Bearer the-token');
  });

  it.each<[string, string, Asked]>([
    ['a protected page of somebody signed out', '/notes', signedOut],
    [
      'a write from another site',
      '/api/notes',
      { method: 'POST', headers: { 'sec-fetch-site': 'cross-site' } },
    ],
    ['a route of the session itself', '/auth/logout', {}],
  ])('is not called for %s', async (_, path, asked) => {
    const next = vi.fn<Next>();
    await passed(path, next, asked);
    expect(next).not.toHaveBeenCalled();
  });

  it('is not called while the session cannot be told', async () => {
    vi.mocked(sessionBehind).mockResolvedValue({
      ...{ outcome: 'unavailable', code: 'store_unavailable', retryAfter: 5 },
    });
    const next = vi.fn<Next>();
    for (const path of ['/notes', '/api/notes']) expect((await passed(path, next)).status).toBe(503);
    expect(next).not.toHaveBeenCalled();
  });

  it('that fails is no way past the guard', async () => {
    const failing: Next = () => Promise.reject(new Error('out of order'));
    await expect(passed('/', failing)).rejects.toThrow('out of order');
    expect((await passed('/notes', failing, signedOut)).status).toBe(307);
  });
});

describe('pages that a function says are protected', () => {
  const options = { isProtected: (path: string) => /^\/(de|en)\/notes$/.test(path) };

  it('let in whoever is signed in, and send others to sign in and come back', async () => {
    expect(await passed('/de/notes', undefined, { options })).toMatchObject({ goesOn: true });
    expect(await passed('/de/notes', undefined, { ...signedOut, options })).toMatchObject({
      status: 307,
      location: 'http://localhost:3000/login?returnTo=%2Fde%2Fnotes',
    });
    expect(await passed('/de/about', undefined, { ...signedOut, options })).toMatchObject({ goesOn: true });
  });

  it('come beside those of the folder, which a function cannot open', async () => {
    const none = { isProtected: () => false };
    expect((await passed('/notes', undefined, { ...signedOut, options: none })).status).toBe(307);
  });

  it.each(['/de/notes', '/notes'])('are protected where a rewrite leads to them, too (%s)', async (path) => {
    const next: Next = () => NextResponse.rewrite(`http://localhost:3000${path}`);
    expect(await passed('/memos', next, { ...signedOut, options })).toMatchObject({
      status: 307,
      location: 'http://localhost:3000/login?returnTo=%2Fmemos',
    });
    expect(await passed('/memos', next, { options })).toMatchObject({ status: 200 });
  });
});
