import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { accessToken, partsOf } from '../../test/token/tokens';
import { type KeptSession, keepSession } from '../support/kept-session';
import { type AppWithOwnProvider, bearer, startWithOwnProvider } from '../support/own-provider';
import { sameOrigin } from '../support/session';

let own: AppWithOwnProvider;
let refusedToken: string;
let refused: KeptSession;

beforeAll(async () => {
  own = await startWithOwnProvider();
  refusedToken = accessToken(own.context, { aud: 'https://another.example' });
  refused = await keepSession(own.app, refusedToken, own.secret);
});
afterAll(() => own.stop());

const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  fetch(`${own.app.baseUrl}${path}`, { headers, method, redirect: 'manual' });

const navigation = { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };

describe('a session whose token is refused', () => {
  test.each([{}, navigation])(
    'is shown why on /token, by a page that is never stored %#',
    async (headers) => {
      const answer = await get('/token', { cookie: refused.cookie, ...headers });
      expect([answer.status, answer.headers.get('cache-control')]).toEqual([
        200,
        expect.stringMatching('no-store'),
      ]);
      expect(answer.headers.get('content-security-policy')).toContain("'strict-dynamic'");
      const html = await answer.text();
      expect(html).toContain('Your access token is refused');
      expect(html).not.toContain('Verified claims');
      // The page shows header and claims, never what would make a token of them.
      expect(html).not.toContain(partsOf(refusedToken)[2]);
    },
  );

  test.each([
    ['a prefetch', { 'sec-purpose': 'prefetch', 'sec-fetch-dest': 'document' }],
    ['an RSC request', { rsc: '1' }],
    ['an image', { 'sec-fetch-dest': 'image' }],
    ["a script's fetch", { 'sec-fetch-dest': 'empty' }],
  ])('by %s gets a 401, not the page', async (_name, headers) => {
    const answer = await get('/token', { cookie: refused.cookie, ...headers } as Record<string, string>);
    expect([answer.status, (await answer.json()).code]).toEqual([401, 'invalid_token']);
  });

  test.each(['/notes', '/notes/1', '/token/x'])('is led from %s to sign in', async (path) => {
    const answer = await get(path, { cookie: refused.cookie, ...navigation });
    expect(answer.status).toBe(307);
    expect(answer.headers.get('location')).toBe(
      `${own.app.baseUrl}/login?returnTo=${encodeURIComponent(path)}&reason=refused`,
    );
  });

  test('opens no API, and the answer points at the page that explains', async () => {
    for (const path of ['/api/my-token', '/api/my-scopes', '/api/notes']) {
      const answer = await get(path, { cookie: refused.cookie });
      expect(answer.status).toBe(401);
      expect(await answer.json()).toMatchObject({
        code: 'invalid_token',
        check: 'audience',
        hint: expect.stringMatching(/sign in again.*\/token/),
      });
    }
  });

  test('is not signed in, by its own account', async () => {
    const answer = await get('/auth/session', { cookie: refused.cookie });
    expect([answer.status, await answer.json()]).toEqual([200, { signedIn: false, reason: 'refused' }]);
    expect(answer.headers.getSetCookie()).toEqual([]);
  });

  test('reveals its token to the app’s own page, and to no other', async () => {
    const ask = (headers: Record<string, string>) =>
      get('/auth/reveal', { cookie: refused.cookie, ...headers }, 'POST');
    expect(await (await ask(sameOrigin)).json()).toEqual({ access_token: refusedToken });
    const elsewhere = await ask({ 'sec-fetch-site': 'cross-site' });
    expect([elsewhere.status, await elsewhere.text()]).toEqual([403, expect.not.stringContaining('eyJ')]);
  });

  test('is accepted again as soon as its token is', async () => {
    const session = await keepSession(own.app, refusedToken, own.secret);
    await session.replaceToken(accessToken(own.context));
    const answer = await get('/auth/session', { cookie: session.cookie });
    expect(await answer.json()).toMatchObject({ signedIn: true, subject: 'user-1' });
    const page = await (await get('/token', { cookie: session.cookie })).text();
    expect(page).toContain('Verified claims');
  });
});

describe('a session whose renewed token names somebody else', () => {
  test('is over: nobody becomes another person by a renewal', async () => {
    const session = await keepSession(own.app, accessToken(own.context), own.secret);
    expect((await get('/api/my-token', { cookie: session.cookie })).status).toBe(200);
    await session.replaceToken(accessToken(own.context, { sub: 'mallory' }));
    const cookie = session.cookie;
    expect((await get('/api/my-token', { cookie })).status).toBe(401);
    expect(await (await get('/auth/session', { cookie })).json()).toEqual({
      signedIn: false,
      reason: 'provider',
    });
    const page = await get('/notes', { cookie, ...navigation });
    expect(page.headers.get('location')).toContain('reason=provider');
    expect(page.headers.getSetCookie()).toEqual([]);
  });
});

describe('a request that brings a refused token itself', () => {
  test.each([{}, navigation])('gets a 401 and no page, with a session or without %#', async (headers) => {
    for (const cookie of ['', refused.cookie]) {
      const answer = await get('/token', { ...bearer(refusedToken), ...headers, cookie });
      expect(answer.status).toBe(401);
      expect(answer.headers.get('www-authenticate')).toContain('error="invalid_token"');
      expect(await answer.json()).toMatchObject({ code: 'invalid_token', check: 'audience' });
    }
  });
});

describe('a session whose token cannot be judged for want of keys', () => {
  test('is shown no verdict at all: 503 on pages and for scripts', async () => {
    const withoutKeys = await startWithOwnProvider('down');
    const session = await keepSession(withoutKeys.app, accessToken(withoutKeys.context), withoutKeys.secret);
    for (const path of ['/token', '/notes', '/auth/session', '/api/my-token']) {
      const answer = await fetch(`${withoutKeys.app.baseUrl}${path}`, {
        headers: { cookie: session.cookie },
        redirect: 'manual',
      });
      expect([path, answer.status]).toEqual([path, 503]);
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
      const text = await answer.text();
      expect(text).toContain('keys_unavailable');
      // The page's own policy, and no other beside it that would take its style away.
      if (text.startsWith('<!doctype'))
        expect(answer.headers.get('content-security-policy')).toMatch(
          /^default-src 'none'; style-src 'nonce-[^,]+$/,
        );
    }
    await withoutKeys.stop();
  });
});
