import type { APIRequestContext, APIResponse } from '@playwright/test';
import { sessionCookieName } from '../lib/session/cookie';
import type { RunningApp } from './support/app';
import { expect, test } from './support/fixtures';
import { bringSession, haveNote, newTitle, wordsIn } from './support/steps';

const base64url = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A token that claims everything and is signed by nobody. */
function unsigned(issuer: string): string {
  const now = Math.floor(Date.now() / 1_000);
  const claims = {
    ...{ iss: issuer, sub: '0b6f1c52-7f0e-4c39-9a55-2f1f6f0a1c01', aud: 'https://api.claimcheck.local' },
    ...{ iat: now, exp: now + 300, scope: 'example:note:read', client_id: 'claimcheck' },
  };
  return `${base64url({ alg: 'none', typ: 'at+jwt' })}.${base64url(claims)}.`;
}

/** Headers by which somebody might hope to be taken for somebody else, or to go round the middleware. */
const forgeries = ({ embeddedIssuer: issuer, baseUrl }: RunningApp): Record<string, string>[] => [
  { 'x-session-name': 'Alice%20Liddell' },
  { 'x-session-name': 'Alice', 'x-session-state': 'keys_unavailable' },
  { 'x-session-ended': 'idle', 'x-session-handle': 'forged', 'x-session-ends-at': '9999999999999' },
  { 'x-nonce': 'chosen', 'content-security-policy': "script-src 'nonce-chosen'" },
  ...['middleware', 'src/middleware', 'proxy', 'pages/_middleware'].map((name) => ({
    'x-middleware-subrequest': Array(5).fill(name).join(':'),
  })),
  {
    'x-middleware-override-headers': 'authorization,x-session-name',
    'x-middleware-request-authorization': `Bearer ${unsigned(issuer)}`,
    'x-middleware-request-x-session-name': 'Alice',
  },
  { 'x-middleware-next': '1' },
  { 'x-middleware-rewrite': '/notes' },
  { 'x-middleware-invoke': '1', 'x-invoke-path': '/notes', 'x-invoke-output': '/notes' },
  { 'x-middleware-set-cookie': 'claimcheck_session_3000=abc' },
  { 'x-original-url': '/', 'x-rewrite-url': '/', 'x-matched-path': '/' },
  {
    'x-forwarded-host': 'localhost',
    'x-forwarded-user': 'alice',
    'x-forwarded-email': 'alice@claimcheck.local',
  },
  { 'x-nextjs-data': '1' },
  { rsc: '1', 'next-router-state-tree': '%5B%22%22%5D' },
  { 'next-action': '0'.repeat(40), accept: 'text/x-component' },
  { authorization: `Bearer ${unsigned(issuer)}` },
  { authorization: 'Basic YWxpY2U6d29uZGVybGFuZA==' },
  { authorization: 'Bearer' },
  { cookie: `${sessionCookieName({ secure: false, baseUrl })}=${'A'.repeat(43)}` },
  { cookie: `__Host-session=${'A'.repeat(43)}; authorization=Bearer` },
];

test.describe('a request with forged headers', () => {
  test('sees no protected page and no data', async ({ page, context, app, request }) => {
    await bringSession(context, app);
    const title = newTitle('Hidden');
    await haveNote(page, { title });
    for (const headers of forgeries(app)) {
      const sent = JSON.stringify(headers);
      for (const path of ['/notes', '/token', '/sessions', '/notes/', '/notes?_rsc=1']) {
        const answer = await request.get(path, { headers, maxRedirects: 0 });
        expect([307, 308, 400, 401, 404], `${path} ${sent}`).toContain(answer.status());
        const text = await answer.text();
        const secrets = [title, 'Your notes', 'Your access token', 'Verified claims', 'This session'];
        expect(wordsIn(text, ...secrets), `${path} ${sent}`).toEqual([]);
      }
      for (const path of ['/api/notes', '/api/my-token', '/api/my-scopes']) {
        const answer = await request.get(path, { headers });
        expect([400, 401], `${path} ${sent}`).toContain(answer.status());
        expect(await answer.text()).not.toContain(title);
      }
      const write = await request.post('/api/notes', { headers, data: { title: 'Forged' } });
      expect([400, 401, 403], sent).toContain(write.status());
      const session = await request.get('/auth/session', { headers });
      expect((await session.json()).signedIn).toBe(false);
    }
  });

  test('is greeted by no name and in no state of its own choice', async ({ request, app, context, page }) => {
    const headers = { 'x-session-name': 'Mallory', 'x-middleware-request-x-session-name': 'Mallory' };
    const states = [
      'You are not signed in',
      'You are signed in',
      'Mallory',
      'Alice Liddell',
      'cannot be used just now',
    ];
    const stateOf = async (answer: APIResponse) => wordsIn(await answer.text(), ...states);
    const unavailable = await request.get('/', { headers: { 'x-session-state': 'keys_unavailable' } });
    expect(await stateOf(unavailable)).toEqual(['You are not signed in']);
    expect(await stateOf(await request.get('/', { headers }))).toEqual(['You are not signed in']);

    await bringSession(context, app);
    const own = await page.request.get('/', { headers });
    expect(await stateOf(own)).toEqual(['You are signed in', 'Alice Liddell']);

    // With a token of its own there is no session whose name the middleware could put in place.
    const revealed = await page.request.post('/auth/reveal', {
      headers: { 'sec-fetch-site': 'same-origin' },
    });
    const authorization = `Bearer ${(await revealed.json()).access_token}`;
    const withToken = await request.get('/', { headers: { ...headers, authorization } });
    expect(await stateOf(withToken)).toEqual(['You are signed in']);
  });

  test('gets a nonce of the server, not its own', async ({ request }) => {
    const headers = { 'x-nonce': 'chosen', 'content-security-policy': "script-src 'nonce-chosen' *" };
    const answers = await Promise.all([1, 2].map(() => request.get('/login', { headers })));
    const policies = answers.map((answer) => answer.headers()['content-security-policy'] ?? '');
    for (const [index, answer] of answers.entries()) {
      expect(policies[index]).toMatch(/script-src 'self' 'nonce-[\w+/=]{24}' 'strict-dynamic';/);
      expect(policies[index]).not.toContain('chosen');
      expect(wordsIn(await answer.text(), 'chosen')).toEqual([]);
    }
    expect(policies[0]).not.toBe(policies[1]);
  });

  test('that brings a token is judged by it alone, whatever its cookie', async ({ page, context, app }) => {
    await bringSession(context, app);
    const headers = { authorization: `Bearer ${unsigned(app.embeddedIssuer)}` };
    expect((await page.request.get('/api/my-token')).status()).toBe(200);
    expect((await page.request.get('/api/my-token', { headers })).status()).toBe(401);
    expect((await page.request.get('/notes', { headers, maxRedirects: 0 })).status()).toBe(401);
  });
});

test.describe('somebody signed out who asks for a protected page', () => {
  const ask = (request: APIRequestContext, path: string, headers: Record<string, string>) =>
    request.get(path, { headers, maxRedirects: 0 });

  for (const path of ['/notes', '/token', '/sessions']) {
    test(`is led to sign in when going to ${path}`, async ({ request, baseURL }) => {
      const navigation = { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
      for (const headers of [{}, navigation]) {
        const answer = await ask(request, path, headers);
        expect(answer.status()).toBe(307);
        expect(answer.headers().location).toBe(`${baseURL}/login?returnTo=${encodeURIComponent(path)}`);
        expect(answer.headers()['cache-control']).toBe('no-store');
      }
    });

    test(`is not led there by a prefetch, a component or an image of ${path}`, async ({ request }) => {
      const others: Record<string, string>[] = [
        { 'sec-purpose': 'prefetch' },
        { 'sec-purpose': 'prefetch;prerender' },
        { purpose: 'prefetch' },
        { rsc: '1' },
        { rsc: '1', 'next-router-prefetch': '1' },
        { 'sec-fetch-dest': 'image', 'sec-fetch-mode': 'no-cors' },
        { 'sec-fetch-dest': 'empty', 'sec-fetch-mode': 'cors' },
        { 'sec-fetch-dest': 'script' },
      ];
      for (const headers of others) {
        const answer = await ask(request, path, headers);
        expect(answer.status(), JSON.stringify(headers)).toBe(401);
        expect(answer.headers()['www-authenticate']).toContain('Bearer realm="claimcheck"');
      }
    });
  }

  test('by an image or a script on another page starts no sign-in', async ({ page, noise }) => {
    noise.allow(/status of 401/);
    await page.goto('/');
    const navigations: string[] = [];
    page.on('request', (sent) => navigations.push(new URL(sent.url()).pathname));
    const statuses = await page.evaluate(async () => {
      const image = new Image();
      const failed = new Promise((resolve) => image.addEventListener('error', () => resolve('failed')));
      image.src = '/notes';
      const component = await fetch('/notes', { headers: { rsc: '1' } });
      return [await failed, component.status];
    });
    expect(statuses).toEqual(['failed', 401]);
    expect(navigations).not.toContain('/login');
  });
});

test.describe('another name of this machine', () => {
  test('leads a page to the configured one, path and query kept', async ({ page, app }) => {
    await page.goto(`http://127.0.0.1:${app.port}/login?scope=note:read&returnTo=/token`);
    expect(page.url()).toBe(`${app.baseUrl}/login?scope=note:read&returnTo=/token`);
    await page.goto(`http://127.0.0.1:${app.port}/`);
    expect(page.url()).toBe(`${app.baseUrl}/`);
  });

  test('answers the API and health as the configured one does', async ({ request, app }) => {
    for (const origin of [app.baseUrl, `http://127.0.0.1:${app.port}`]) {
      const statuses = [];
      for (const path of ['/api/health', '/api/health/ready', '/api/my-token', '/api/notes']) {
        statuses.push((await request.get(origin + path, { maxRedirects: 0 })).status());
      }
      expect(statuses, origin).toEqual([200, 200, 401, 401]);
    }
  });
});
