import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { discover } from '../../test/idp/client';
import { type RunningApp, startApp } from '../support/app';
import {
  cookieOf,
  fetchCode,
  noteScopes,
  onwardFrom,
  redeem,
  sameOrigin,
  signedIn,
} from '../support/session';

let app: RunningApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.stop());

const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${app.baseUrl}${path}`, { headers, redirect: 'manual' });
const post = (path: string, headers: Record<string, string> = {}, body?: string) =>
  fetch(`${app.baseUrl}${path}`, {
    method: 'POST',
    headers,
    redirect: 'manual',
    ...(body !== undefined && { body }),
  });

const jwt = /eyJ[\w-]+\.[\w-]+\.[\w-]+/;

describe('POST /auth/token', () => {
  test('is the only way for a code to be redeemed: with all that a browser knows, the provider refuses', async () => {
    const signIn = await fetchCode(app);
    const { token_endpoint: url } = await discover(app.embeddedIssuer);
    const stolen = {
      ...{ grant_type: 'authorization_code', client_id: 'claimcheck', code: signIn.code ?? '' },
      ...{ code_verifier: signIn.codeVerifier, redirect_uri: signIn.redirectUri },
    };
    const past = await fetch(url, { method: 'POST', body: new URLSearchParams(stolen) });
    expect(past.status).toBe(401);
    expect(await past.json()).toMatchObject({ error: 'invalid_client' });
    expect((await redeem(app, signIn)).status).toBe(200);
  });

  test('gives the ID token, lifetime and scope, keeps the rest, and sets one small HttpOnly cookie', async () => {
    const response = await redeem(app, await fetchCode(app));
    expect(response.status).toBe(200);
    expect(response.headers.get('cache-control')).toBe('no-store');
    const body = await response.json();
    expect(Object.keys(body).sort()).toEqual(['expires_in', 'id_token', 'scope', 'token_type']);
    expect(body.expires_in).toBeGreaterThan(290);
    expect(body.scope).toContain('example:note:read');
    const [cookie = ''] = response.headers.getSetCookie();
    expect(cookie).toMatch(
      /^claimcheck_session_\d+=[\w-]{43}; Path=\/; Max-Age=43200; HttpOnly; SameSite=Lax$/,
    );
    expect(cookieOf(response).length).toBeLessThan(100);
  });

  test('a code works once', async () => {
    const code = await fetchCode(app);
    expect((await redeem(app, code)).status).toBe(200);
    const again = await redeem(app, code);
    expect([again.status, (await again.json()).error]).toEqual([400, 'invalid_grant']);
    expect(again.headers.getSetCookie()).toEqual([]);
  });

  test.each([
    ['another grant type', { grant_type: 'refresh_token' }, 'unsupported_grant_type'],
    ['no grant type', { grant_type: undefined }, 'unsupported_grant_type'],
    ['no code', { code: undefined }, 'invalid_request'],
    ['an unknown code', { code: 'nope' }, 'invalid_grant'],
    ['no verifier', { code_verifier: undefined }, 'invalid_request'],
    ['another verifier', { code_verifier: 'x'.repeat(43) }, 'invalid_grant'],
    ['no nonce', { nonce: undefined }, 'invalid_request'],
    ['another nonce', { nonce: 'another-nonce-altogether' }, 'invalid_grant'],
    ['another redirect URI', { redirect_uri: 'https://evil.example/' }, 'invalid_request'],
  ])('%s is refused without a session', async (_name, changes, error) => {
    const response = await redeem(app, await fetchCode(app), changes);
    expect(response.status).toBe(400);
    const body = await response.json();
    expect(body.error).toBe(error);
    expect(body.error_description).toMatch(/^[\x20-\x7E]+$/);
    expect(JSON.stringify(body)).not.toMatch(jwt);
    expect(response.headers.getSetCookie()).toEqual([]);
  });

  test.each([
    ['another site', { 'sec-fetch-site': 'cross-site' }],
    ['another port of this host', { 'sec-fetch-site': 'same-site' }],
    ['another origin', { origin: 'http://localhost:1' }],
    ['nobody knows where', {}],
  ])('a request from %s is refused', async (_name, headers) => {
    const response = await redeem(app, await fetchCode(app), {}, headers as Record<string, string>);
    expect([response.status, (await response.json()).error]).toEqual([403, 'cross_site']);
  });

  test.each([
    [
      'of another type',
      415,
      { body: '{}', headers: { 'content-type': 'application/json' } },
      'invalid_request',
    ],
    ['without a type', 415, { body: new Uint8Array([1]) }, 'invalid_request'],
    ['too large', 413, { body: new URLSearchParams({ code: 'x'.repeat(65_536) }) }, 'invalid_request'],
    ['from another site', 403, { headers: { 'sec-fetch-site': 'cross-site' } }, 'cross_site'],
    ['with an empty body', 400, { body: new URLSearchParams() }, 'unsupported_grant_type'],
  ] as const)(
    'answers a request %s in the form that OAuth clients read',
    async (_name, status, init, error) => {
      const more = { ...sameOrigin, ...('headers' in init && init.headers) };
      const response = await fetch(`${app.baseUrl}/auth/token`, { method: 'POST', ...init, headers: more });
      expect(response.status).toBe(status);
      expect(response.headers.get('content-type')).toBe('application/json');
      expect(response.headers.get('cache-control')).toBe('no-store');
      expect(await response.json()).toEqual({
        error,
        error_description: expect.stringMatching(/^[\x20-\x7E]+\.$/),
      });
    },
  );

  test('a new sign-in gets a new session id, and the old one is dead', async () => {
    const first = await signedIn(app);
    const response = await redeem(app, await fetchCode(app), {}, { ...sameOrigin, ...first });
    const second = { cookie: cookieOf(response) };
    expect(second).not.toEqual(first);
    expect(await (await get('/auth/session', first)).json()).toEqual({
      signedIn: false,
      reason: 'replaced',
    });
    expect(await (await get('/auth/session', second)).json()).toMatchObject({ signedIn: true });
  });
});

describe('the session', () => {
  test('opens the API, and tells the page who is there but no token', async () => {
    const session = await signedIn(app);
    expect(await (await get('/api/my-scopes', session)).json()).toEqual(noteScopes);
    const about = await (await get('/auth/session', session)).text();
    expect(JSON.parse(about)).toMatchObject({ signedIn: true, name: 'Alice Liddell', scopes: noteScopes });
    expect(about).not.toMatch(jwt);
  });

  test('reaches as far as the person may: bob reads, carol does not', async () => {
    const bob = await signedIn(app, { username: 'bob' });
    const json = { ...sameOrigin, 'content-type': 'application/json' };
    expect((await get('/api/notes', bob)).status).toBe(200);
    expect((await post('/api/notes', { ...bob, ...json }, '{"title":"x"}')).status).toBe(403);
    const carol = await signedIn(app, { username: 'carol' });
    expect((await get('/api/notes', carol)).status).toBe(403);
    expect(await (await get('/api/my-scopes', carol)).json()).toEqual([]);
  });

  test('counts for nothing beside a bearer token, and for itself beside anything else', async () => {
    const session = await signedIn(app);
    for (const [authorization, status] of [
      ['Bearer junk', 401],
      ['Bearer', 400],
      ['', 200],
      ['Basic eDp5', 200],
    ] as const) {
      expect((await get('/api/my-token', { ...session, authorization })).status).toBe(status);
    }
  });

  test.each([
    ['one character changed', (id: string) => (id.startsWith('A') ? `B${id.slice(1)}` : `A${id.slice(1)}`)],
    ['cut short', (id: string) => id.slice(0, -1)],
    ['empty', () => ''],
    ['something else', () => '../../etc/passwd'],
  ])('a cookie that is %s is nobody', async (_name, tamper) => {
    const { cookie } = await signedIn(app);
    const [name = '', id = ''] = cookie.split('=');
    const tampered = { cookie: `${name}=${tamper(id)}` };
    expect((await get('/api/my-token', tampered)).status).toBe(401);
    const page = await get('/notes', tampered);
    expect(page.status).toBe(307);
    expect(page.headers.get('location')).toContain('/login?returnTo=%2Fnotes');
  });

  test.each([
    ['another site', { 'sec-fetch-site': 'cross-site' }, 403],
    ['another port', { 'sec-fetch-site': 'same-site' }, 403],
    ['another origin', { origin: 'https://evil.example' }, 403],
    ['an opaque origin', { origin: 'null' }, 403],
    ['a page of the app', { 'sec-fetch-site': 'same-origin' }, 201],
    ['a page of the app in an older browser', { origin: 'APP' }, 201],
  ])('a write from %s is answered %s', async (_name, headers, status) => {
    const session = await signedIn(app);
    const from = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, value === 'APP' ? app.baseUrl : value]),
    );
    const sent = { ...session, ...from, 'content-type': 'application/json' };
    expect((await post('/api/notes', sent, '{"title":"x"}')).status).toBe(status);
  });
});

describe('POST /auth/reveal', () => {
  test('gives the access token to a page of the app', async () => {
    const session = await signedIn(app);
    const response = await post('/auth/reveal', { ...session, ...sameOrigin });
    const { access_token: token } = await response.json();
    expect((await get('/api/my-token', { authorization: `Bearer ${token}` })).status).toBe(200);
  });

  test.each([
    ['from another site', { 'sec-fetch-site': 'cross-site' }, 403],
    ['from nobody knows where', {}, 403],
  ])('%s is refused', async (_name, headers, status) => {
    const session = await signedIn(app);
    const response = await post('/auth/reveal', { ...session, ...(headers as Record<string, string>) });
    expect(response.status).toBe(status);
    expect(await response.text()).not.toMatch(jwt);
  });

  test('without a session is refused', async () => {
    expect((await post('/auth/reveal', sameOrigin)).status).toBe(401);
  });
});

describe('POST /auth/logout', () => {
  test('ends the session here, at the provider, and leads back', async () => {
    const signIn = await fetchCode(app);
    const session = { cookie: cookieOf(await redeem(app, signIn)) };
    const response = await post('/auth/logout', { ...session, ...sameOrigin });
    expect(response.status).toBe(200);
    expect(response.headers.getSetCookie()[0]).toMatch(/^claimcheck_session_\d+=; .*Max-Age=0/);
    expect((await get('/api/my-token', session)).status).toBe(401);
    const provider = new URL(onwardFrom(await response.text()));
    expect(provider.origin).toBe(app.embeddedIssuer);
    const back = await signIn.jar.fetch(provider);
    expect(back.location?.href).toBe(`${app.baseUrl}/`);
    const again = await fetchCode(app, { jar: signIn.jar });
    expect(again.pages[0]).toMatch(/sign in/i);
  });

  test('from another site leaves the session alone', async () => {
    const session = await signedIn(app);
    const response = await post('/auth/logout', { ...session, 'sec-fetch-site': 'same-site' });
    expect(response.status).toBe(403);
    expect((await get('/api/my-token', session)).status).toBe(200);
  });

  test('without a session leads to the start page', async () => {
    const response = await post('/auth/logout', sameOrigin);
    expect([response.status, response.headers.get('location')]).toEqual([303, `${app.baseUrl}/`]);
  });
});

describe('pages', () => {
  test.each(['/token', '/notes', '/notes?x=1'])(
    '%s leads somebody signed out to sign in and back',
    async (path) => {
      const response = await get(path);
      expect(response.status).toBe(307);
      const location = new URL(response.headers.get('location') ?? '', app.baseUrl);
      expect([location.pathname, location.searchParams.get('returnTo')]).toEqual(['/login', path]);
      expect(response.headers.get('cache-control')).toBe('no-store');
    },
  );

  test.each([
    ['a prefetch', { 'sec-purpose': 'prefetch;prerender', 'sec-fetch-dest': 'document' }],
    ['an RSC request', { rsc: '1' }],
    ['a router prefetch', { rsc: '1', 'next-router-prefetch': '1' }],
    ['an image', { 'sec-fetch-dest': 'image' }],
    ["a script's fetch", { 'sec-fetch-dest': 'empty' }],
  ])('%s never starts a sign-in', async (_name, headers) => {
    const response = await get('/notes', headers as Record<string, string>);
    expect(response.status).toBe(401);
    expect(response.headers.get('location')).toBeNull();
  });

  test.each([
    'x-session-name',
    'x-session-state',
    'x-middleware-subrequest',
    'x-middleware-override-headers',
    'x-middleware-request-authorization',
    'x-forwarded-user',
  ])('a forged %s opens nothing', async (name) => {
    const value = 'middleware:middleware:middleware:middleware:middleware';
    for (const forged of [value, 'src/middleware', 'authorization', 'Bearer x']) {
      const page = await get('/notes', { [name]: forged });
      expect(page.status).toBe(307);
      expect((await get('/api/my-token', { [name]: forged })).status).toBe(401);
    }
  });

  test('on another name of this machine lead to the configured one', async () => {
    const response = await fetch(`http://127.0.0.1:${app.port}/notes?x=1`, { redirect: 'manual' });
    expect(response.status).toBe(307);
    expect(response.headers.get('location')).toBe(`${app.baseUrl}/notes?x=1`);
  });

  test('carry a policy with a fresh nonce, and are never stored', async () => {
    const [first, second] = await Promise.all([get('/'), get('/')]);
    const nonce = (response: Response) =>
      /'nonce-([^']+)'/.exec(response.headers.get('content-security-policy') ?? '')?.[1];
    expect(nonce(first)).toBeTruthy();
    expect(nonce(first)).not.toBe(nonce(second));
    expect(first.headers.get('content-security-policy')).not.toMatch(/unsafe-(inline|eval)/);
    expect(first.headers.get('cache-control')).toContain('no-store');
    expect(first.headers.get('x-content-type-options')).toBe('nosniff');
  });
});
