import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '../../test/free-port';
import { machineToken } from '../../test/idp/client';
import { type RunningApp, startAndFail, startApp } from '../support/app';
import { copyProject } from '../support/project-copy';
import {
  fetchCode,
  onwardFrom,
  redeem,
  sameOrigin,
  sessionOf,
  signedIn,
  signOutAtProvider,
} from '../support/session';

const basePath = '/shop/account';

let project: string;
let app: RunningApp;
beforeAll(async () => {
  project = copyProject('base-path');
  app = await startApp({ project, basePath });
}, 300_000);
afterAll(() => app.stop());

const origin = () => new URL(app.baseUrl).origin;
const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${app.baseUrl}${path}`, { headers, redirect: 'manual' });
const post = (path: string, headers: Record<string, string>, body?: string) =>
  fetch(`${app.baseUrl}${path}`, {
    method: 'POST',
    headers,
    redirect: 'manual',
    ...(body !== undefined && { body }),
  });
const location = (answer: Response) => answer.headers.get('location');

/** Every address of this origin that a page names. */
const addressesIn = (html: string) =>
  [...html.matchAll(/\b(?:href|src|action)="(\/[^"]*)"/g)].map(([, address = '']) => address);

describe('below a base path, somebody without a session', () => {
  test.each([
    ['/token', '%2Ftoken'],
    ['/notes?a=b', '%2Fnotes%3Fa%3Db'],
  ])('on the way to %s is led to sign-in, and will come back to it', async (path, returnTo) => {
    const answer = await get(path);
    expect(answer.status).toBe(307);
    expect(location(answer)).toBe(`${app.baseUrl}/login?returnTo=${returnTo}`);
  });

  test('on another name of this machine is led to the same page on the right one', async () => {
    const answer = await fetch(`http://127.0.0.1:${app.port}${basePath}/login?returnTo=/notes`, {
      redirect: 'manual',
    });
    expect(location(answer)).toBe(`${app.baseUrl}/login?returnTo=/notes`);
  });

  test.each(['', '/login?reason=refused&returnTo=/notes', '/status', '/nowhere'])(
    'finds nothing on the page "%s" that leads out of it',
    async (path) => {
      const answer = await get(path);
      const html = await answer.text();
      const addresses = addressesIn(html);
      expect(addresses.filter((address) => !`${address}/`.startsWith(`${basePath}/`))).toEqual([]);
      expect(addresses.some((address) => address.startsWith(`${basePath}/_next/static/`))).toBe(true);
      expect(addresses).toContain(`${basePath}/login`);
      expect(answer.headers.get('content-security-policy')).toContain("'strict-dynamic'");
      expect(answer.headers.get('x-frame-options')).toBe('DENY');
    },
  );

  test('waits on a page that comes back to where they were', async () => {
    const html = await (await get('/auth/unavailable?returnTo=/notes&code=keys_unavailable')).text();
    expect(html).toContain(`content="5;url=${basePath}/notes"`);
    expect(addressesIn(html)).toEqual([`${basePath}/notes`, basePath]);
  });

  test('finds nothing of the app outside', async () => {
    for (const path of ['/', '/token', '/api/health', '/shop', '/shop/accounts']) {
      const answer = await fetch(`${origin()}${path}`, { redirect: 'manual' });
      expect(answer.status, path).toBe(404);
      expect(answer.headers.get('content-security-policy'), path).toContain("default-src 'none'");
    }
  });
});

describe('below a base path, the API', () => {
  test('without a token says where to learn how to get one, which is there', async () => {
    const answer = await get('/api/my-token');
    expect(answer.status).toBe(401);
    const metadata = `${app.baseUrl}/.well-known/oauth-protected-resource/api/my-token`;
    expect(answer.headers.get('www-authenticate')).toBe(
      `Bearer realm="claimcheck", resource_metadata="${metadata}"`,
    );
    const document = await fetch(metadata);
    expect(await document.json()).toMatchObject({
      resource: `${app.baseUrl}/api/my-token`,
      authorization_servers: [app.embeddedIssuer],
    });
    // By the resource's name alone (RFC 9728 §3.1).
    for (const path of ['', '/api/my-token', '/api/mcp']) {
      const byName = await fetch(`${origin()}/.well-known/oauth-protected-resource${basePath}${path}`);
      expect(await byName.json(), path).toMatchObject({ resource: `${app.baseUrl}${path}` });
    }
  });

  test('takes a bearer token, and refuses a forged one', async () => {
    const { access_token: token = '' } = await machineToken({
      issuer: app.embeddedIssuer,
      scope: 'example:note:read',
    });
    expect((await get('/api/my-token', { authorization: `Bearer ${token}` })).status).toBe(200);
    expect((await get('/api/my-token', { authorization: `Bearer ${token}x` })).status).toBe(401);
  });

  test('says that it is alive and ready, and what it does not have', async () => {
    expect((await get('/api/health')).status).toBe(200);
    expect((await get('/api/health/ready')).status).toBe(200);
    const nothing = await get('/api/nothing');
    expect([nothing.status, nothing.headers.get('content-type')]).toEqual([404, 'application/problem+json']);
  });
});

describe('below a base path, a sign-in', () => {
  test('through the embedded provider gives a cookie for the path alone', async () => {
    const code = await fetchCode(app);
    expect(code.redirectUri).toBe(`${app.baseUrl}/auth/callback`);
    const [cookie] = (await redeem(app, code)).headers.getSetCookie();
    expect(cookie).toMatch(
      new RegExp(
        `^claimcheck_session_${app.port}_shop_account=[\\w-]{43}; Path=${basePath}; Max-Age=43200; HttpOnly; SameSite=Lax$`,
      ),
    );
  });

  test('that asks for another redirect URI is refused', async () => {
    const code = await fetchCode(app);
    const redirect_uri = `${origin()}/auth/callback`;
    expect((await redeem(app, code, { redirect_uri })).status).toBe(400);
  });

  test('opens the pages and the API, the start page included', async () => {
    const session = await signedIn(app);
    for (const path of ['', '/token', '/notes', '/sessions']) {
      const html = await (await get(path, session)).text();
      expect(html, path).toContain('Alice Liddell');
      expect(addressesIn(html), path).toContain(`${basePath}/auth/logout`);
    }
    const title = JSON.stringify({ title: 'Below a path' });
    const json = { ...session, ...sameOrigin, 'content-type': 'application/json' };
    const created = await post('/api/notes', json, title);
    expect(created.status).toBe(201);
    expect((await fetch(new URL(location(created) ?? '', app.baseUrl), { headers: session })).status).toBe(
      200,
    );
  });

  test('is worth nothing to another site: its writes are refused', async () => {
    const session = await signedIn(app);
    for (const [name, value] of [
      ['sec-fetch-site', 'cross-site'],
      ['origin', 'https://evil.example'],
    ] as const) {
      const answer = await post('/api/notes', { ...session, [name]: value }, '{"title":"x"}');
      expect([answer.status, (await answer.json()).code]).toEqual([403, 'cross_site']);
    }
    const own = { ...session, origin: origin(), 'content-type': 'application/json' };
    expect((await post('/api/notes', own, '{"title":"x"}')).status).toBe(201);
  });

  test('ends other sessions on a page that is there', async () => {
    const [session] = [await signedIn(app), await signedIn(app)];
    const form = { ...session, ...sameOrigin, 'content-type': 'application/x-www-form-urlencoded' };
    const answer = await post('/auth/sessions/end', form, 'others=all');
    expect(location(answer)).toMatch(new RegExp(`^${app.baseUrl}/sessions\\?ended=\\d+$`));
  });
});

describe('below a base path, a sign-out', () => {
  test('takes the cookie back where it is, and leads through the provider home', async () => {
    const signIn = await fetchCode(app);
    const [cookie = ''] = (await redeem(app, signIn)).headers.getSetCookie();
    const session = { cookie: cookie.split(';')[0] ?? '' };
    const answer = await post('/auth/logout', { ...session, ...sameOrigin });
    expect(answer.headers.getSetCookie()[0]).toContain(`=; Path=${basePath}; Max-Age=0`);
    const back = await signIn.jar.fetch(new URL(onwardFrom(await answer.text())));
    expect(back.location?.href).toBe(`${app.baseUrl}/`);
    expect((await fetch(`${app.baseUrl}/`)).status).toBe(200);
    expect(await sessionOf(app, session)).toEqual({ signedIn: false, reason: 'signed-out' });
  });

  test('at the provider ends the session here: it knows where to say so', async () => {
    const signIn = await fetchCode(app);
    const [cookie = ''] = (await redeem(app, signIn)).headers.getSetCookie();
    await signOutAtProvider(app, signIn.jar);
    const session = { cookie: cookie.split(';')[0] ?? '' };
    expect(await sessionOf(app, session)).toEqual({ signedIn: false, reason: 'provider' });
  });
});

test('a build for one base path is not started for another', async () => {
  const port = await freePort();
  const next = ['node_modules/next/dist/bin/next', 'start', project, '-H', '127.0.0.1'] as const;
  const { code, output } = await startAndFail({
    project,
    command: [...next, '-p', String(port)],
    env: { APP_BASE_URL: 'http://localhost:3000/other' },
  });
  expect(output).toContain(`APP_BASE_URL: has the path /other, but this app is built for ${basePath}`);
  expect(code).toBe(1);
});
