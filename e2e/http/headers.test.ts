import { randomBytes } from 'node:crypto';
import { get as httpGet, type IncomingMessage } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { accessToken } from '../../test/token/tokens';
import { keepSession } from '../support/kept-session';
import { type AppWithOwnProvider, bearer, startWithOwnProvider } from '../support/own-provider';
import { noteScopes } from '../support/session';

let own: AppWithOwnProvider;
/** The same, as people reach it over https. */
let secure: AppWithOwnProvider;
beforeAll(async () => {
  own = await startWithOwnProvider();
  const env = { APP_BASE_URL: 'https://app.example', SESSION_SECRET: randomBytes(32).toString('hex') };
  secure = await startWithOwnProvider('normal', { env });
}, 300_000);
afterAll(async () => {
  await own?.stop();
  await secure?.stop();
});

const token = () => accessToken(own.context, { scope: noteScopes.join(' ') });

/** As it goes over the wire: a `Host` of one's own, and no header is joined with another. */
function ask(
  { app }: AppWithOwnProvider,
  path: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; raw: [string, string][]; text: string }> {
  return new Promise((resolve, reject) => {
    httpGet({ host: '127.0.0.1', port: app.port, path, headers }, async (answer: IncomingMessage) => {
      let text = '';
      for await (const chunk of answer.setEncoding('utf8')) text += chunk;
      const { rawHeaders } = answer;
      const raw = rawHeaders.flatMap((name, index): [string, string][] =>
        index % 2 === 0 ? [[name.toLowerCase(), rawHeaders[index + 1] ?? '']] : [],
      );
      resolve({ status: answer.statusCode ?? 0, raw, text });
    }).on('error', reject);
  });
}

const valuesOf = (raw: [string, string][], name: string) =>
  raw.filter(([key]) => key === name).map(([, value]) => value);

const everywhere = [
  '/',
  '/login',
  '/nothing',
  '/notes',
  '/auth/callback',
  '/auth/nothing',
  '/auth/session',
  '/auth/unavailable',
  '/auth/frontchannel-logout?sid=a',
  '/api/health',
  '/api/my-token',
  '/api/nothing',
  '/.well-known/nothing',
  '/icon.svg',
  '/icon.svgX',
  '/robots.txt.bak',
  '/_next/x',
  '/_next/static/nothing.js',
  '/%E0%A4%A',
];

describe('every answer', () => {
  test.each(everywhere)('of %s says once what a page of it may do, where it is a page', async (path) => {
    const { raw, text } = await ask(own, path);
    const policies = valuesOf(raw, 'content-security-policy');
    if (!valuesOf(raw, 'content-type').some((type) => type.startsWith('text/html'))) return;
    expect([path, policies.length]).toEqual([path, 1]);
    expect(policies[0]).toContain('frame-ancestors');
    expect(policies[0]).not.toContain('unsafe');
    // A page of the app is one that its own policy lets work.
    if (text.includes('/_next/static/')) expect(policies[0]).toContain("'nonce-");
  });

  test.each([...everywhere, ''])('of "%s" binds browsers to https, where people come by it', async (path) => {
    const bound = ['max-age=31536000'];
    const at = path === '' ? '/api/my-token' : path;
    const headers = { host: 'app.example', ...(path === '' && bearer('a.b.c')) };
    expect(valuesOf((await ask(secure, at, headers)).raw, 'strict-transport-security')).toEqual(bound);
    expect(valuesOf((await ask(own, at)).raw, 'strict-transport-security')).toEqual([]);
  });

  test('may be shown in a frame by nobody, but that of the front-channel logout', async () => {
    for (const path of everywhere.filter((one) => !one.startsWith('/auth/frontchannel'))) {
      if (path === '/%E0%A4%A') continue;
      expect([path, valuesOf((await ask(own, path)).raw, 'x-frame-options')]).toEqual([path, ['DENY']]);
    }
  });
});

describe('an address that nothing is at', () => {
  test.each(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD'])(
    'is told to programs as a problem (%s), and names nobody',
    async (method) => {
      const { cookie } = await keepSession(own.app, token(), own.secret);
      for (const path of [
        '/api',
        '/api/unknown',
        '/api/notes/1/2',
        '/.well-known',
        '/.well-known/unknown/x',
      ]) {
        for (const headers of [{ cookie }, bearer(token()), {}]) {
          const answer = await fetch(`${own.app.baseUrl}${path}`, {
            method,
            headers: { ...(headers as Record<string, string>), 'sec-fetch-site': 'same-origin' },
          });
          expect([path, answer.status]).toEqual([path, 404]);
          expect(answer.headers.get('content-type')).toBe('application/problem+json');
          const text = await answer.text();
          expect(text).not.toContain('Alice');
          if (method !== 'HEAD') expect(JSON.parse(text)).toMatchObject({ code: 'not_found' });
        }
      }
    },
  );
});

describe('a proxy in front that asks for a password of its own', () => {
  test('leaves the session in force, on pages and at the API', async () => {
    const { cookie } = await keepSession(own.app, token(), own.secret);
    for (const authorization of [
      'Basic c3RhZ2luZzpzZWNyZXQ=',
      'basic x',
      'Negotiate abc=',
      'Digest a="b", c="d"',
    ]) {
      const headers = { cookie, authorization };
      const api = await fetch(`${own.app.baseUrl}/api/my-token`, { headers });
      expect([authorization, api.status]).toEqual([authorization, 200]);
      const page = await fetch(`${own.app.baseUrl}/token`, { headers, redirect: 'manual' });
      expect([authorization, page.status]).toEqual([authorization, 200]);
      const write = await fetch(`${own.app.baseUrl}/api/notes`, {
        method: 'POST',
        headers: { ...headers, 'sec-fetch-site': 'cross-site', 'content-type': 'application/json' },
        body: '{"title":"x"}',
      });
      expect([authorization, write.status]).toEqual([authorization, 403]);
    }
  });

  test('sends somebody signed out to sign in, as ever', async () => {
    const headers = { authorization: 'Basic c3RhZ2luZzpzZWNyZXQ=' };
    const page = await fetch(`${own.app.baseUrl}/notes`, { headers, redirect: 'manual' });
    expect([page.status, page.headers.get('location')]).toEqual([
      307,
      `${own.app.baseUrl}/login?returnTo=%2Fnotes`,
    ]);
    expect((await fetch(`${own.app.baseUrl}/api/my-token`, { headers })).status).toBe(401);
  });

  test.each([
    ['Bearer x', 401],
    ['BEARER', 400],
    ['bearer a b', 400],
    ['Basic c3RhZ2luZzpzZWNyZXQ=, Bearer x', 400],
    ['Bearer x, Basic c3RhZ2luZzpzZWNyZXQ=', 400],
  ])(
    'does not let the session stand in for a token that was brought: "%s"',
    async (authorization, status) => {
      const { cookie } = await keepSession(own.app, token(), own.secret);
      for (const path of ['/api/my-token', '/token']) {
        const answer = await fetch(`${own.app.baseUrl}${path}`, { headers: { cookie, authorization } });
        expect([path, answer.status]).toEqual([path, status]);
      }
    },
  );
});

describe('another app’s cookie on this host', () => {
  test('is nothing to this one, and is left alone', async () => {
    const { cookie } = await keepSession(own.app, token(), own.secret);
    const theirs = `session=${cookie.split('=')[1]}`;
    const headers = { cookie: `${theirs}; ${cookie}` };
    expect((await fetch(`${own.app.baseUrl}/api/my-token`, { headers })).status).toBe(200);
    expect((await fetch(`${own.app.baseUrl}/api/my-token`, { headers: { cookie: theirs } })).status).toBe(
      401,
    );
    const out = await fetch(`${own.app.baseUrl}/auth/logout`, {
      method: 'POST',
      headers: { ...headers, 'sec-fetch-site': 'same-origin' },
      redirect: 'manual',
    });
    expect(out.headers.getSetCookie().map((one) => one.split('=')[0])).toEqual([
      `claimcheck_session_${own.app.port}`,
    ]);
  });
});

describe('the page that waits', () => {
  test('is 503, comes back by itself, and to this app alone', async () => {
    const at = (query: string) => fetch(`${own.app.baseUrl}/auth/unavailable?${query}`);
    const answer = await at('returnTo=/notes%3Fa%3Db&code=store_unavailable');
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5']);
    const html = await answer.text();
    expect(html).toContain('content="5;url=/notes?a=b"');
    expect(html).toContain('503 store_unavailable');
    for (const query of ['', 'returnTo=https://evil.example&code=cross_site', 'returnTo=//evil.example'])
      expect(await (await at(query)).text()).toContain('content="5;url=/"');
  });
});

describe('a status page', () => {
  test('of an app that others can reach is not shown to whoever says that they are here', async () => {
    const reachable = await startWithOwnProvider('normal', { env: { HOSTNAME: '0.0.0.0' } });
    const { status } = await ask(reachable, '/status', { host: `localhost:${reachable.app.port}` });
    await reachable.stop();
    expect(status).toBe(307);
    expect((await ask(own, '/status', { host: `localhost:${own.app.port}` })).status).toBe(200);
  });
});
