import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { parseForm } from '../test/idp/browser';
import {
  authorizationRequest,
  CookieJar,
  discover,
  exchangeCode,
  refresh,
  signInOverHttp,
} from '../test/idp/client';
import { startTestProvider, type TestProvider } from '../test/idp/provider';
import { startIdentityProvider } from './index';
import { openKeys } from './keys';
import { standard } from './personalities/standard';

let idp: TestProvider;
beforeAll(async () => {
  idp = await startTestProvider();
});
afterAll(() => idp.remove());

const app = 'http://localhost:3000';

describe('starting and stopping', () => {
  test('a restart keeps everyone signed in', async () => {
    const { issuer, appBaseUrl } = idp;
    const person = { username: 'alice', password: 'wonderland', scopes: ['openid', 'example:note:read'] };
    const before = await signInOverHttp({ issuer, appBaseUrl, ...person });
    const tokens = await exchangeCode({ ...before, issuer });
    await idp.restart();
    const keys = createRemoteJWKSet(new URL((await discover(issuer)).jwks_uri));
    await expect(jwtVerify(tokens.access_token ?? '', keys, { issuer })).resolves.toBeDefined();
    expect((await refresh({ issuer, refreshToken: tokens.refresh_token })).status).toBe(200);
    const after = await signInOverHttp({ issuer, appBaseUrl, ...person, jar: before.jar });
    expect(after.pages).toEqual([expect.stringMatching(/^Allow/)]);
  });

  test('a taken port is reported as what it is', async () => {
    await expect(startIdentityProvider(idp.options)).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  test.each([
    'https://claimcheck.example',
    'http://192.168.1.7:3000',
    'http://localhost.example:3000',
    'nonsense',
  ])('an app at %s is refused', async (appBaseUrl) => {
    const start = startIdentityProvider({ ...idp.options, appBaseUrl });
    await expect(start).rejects.toThrow(/loopback/);
  });

  test('closing does not wait for idle connections and may be done twice', async () => {
    const other = await startTestProvider();
    await discover(other.issuer);
    await other.remove();
    await other.remove();
    await expect(fetch(other.issuer)).rejects.toThrow();
  });

  test('an audience that is no URI works too', async () => {
    const other = await startTestProvider({ audience: 'notes api' });
    const { issuer, appBaseUrl } = other;
    const person = { username: 'alice', password: 'wonderland', scopes: ['openid', 'example:note:read'] };
    const tokens = await exchangeCode({
      ...(await signInOverHttp({ issuer, appBaseUrl, ...person })),
      issuer,
    });
    const keys = createRemoteJWKSet(new URL((await discover(issuer)).jwks_uri));
    const { payload } = await jwtVerify(tokens.access_token ?? '', keys, { audience: 'notes api' });
    expect(payload.scope).toBe('example:note:read');
    await other.remove();
  });

  test('nothing is printed', async () => {
    const print = ['log', 'info', 'warn', 'error'] as const;
    const spies = print.map((name) => vi.spyOn(console, name));
    const other = await startTestProvider();
    await signInOverHttp({ ...other, username: 'bob', password: 'wonderland', scopes: ['openid'] });
    await fetch(`${other.issuer}/authorize`);
    await other.remove();
    for (const spy of spies) expect(spy).not.toHaveBeenCalled();
  });
});

describe('what is kept', () => {
  test('keys and database are readable by their owner alone', async () => {
    for (const name of ['idp-keys.json', 'idp.db']) {
      const { mode } = await stat(join(idp.options.dataDirectory, name));
      expect((mode & 0o777).toString(8)).toBe('600');
    }
  });

  test('processes that start together have the same keys', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'claimcheck-keys-'));
    const starts = await Promise.all(
      [1, 2, 3].map(() =>
        openKeys({ dataDirectory: join(folder, 'new'), ...standard(idp.options) }, { keepFor: 3_600 }),
      ),
    );
    const kids = starts.map((ring) =>
      ring
        .current()
        .signingKeys.map((key) => key.kid)
        .join(),
    );
    expect(new Set(kids).size).toBe(1);
    expect(await readdir(join(folder, 'new'))).toEqual(['idp-keys.json']);
    expect(((await stat(join(folder, 'new'))).mode & 0o777).toString(8)).toBe('700');
    await rm(folder, { recursive: true });
  });

  test('personalities in one folder know nothing of each other', async () => {
    const { dataDirectory } = idp.options;
    const person = { username: 'alice', password: 'wonderland', scopes: ['openid', 'example:note:read'] };
    const before = await signInOverHttp({ ...idp, ...person });
    const { refresh_token: refreshToken } = await exchangeCode({ ...before, issuer: idp.issuer });
    const other = await startTestProvider({ personality: 'auth0', dataDirectory });
    expect((await refresh({ issuer: other.issuer, refreshToken })).status).toBe(403);
    const after = await signInOverHttp({ ...other, ...person, jar: before.jar });
    expect(after.pages).toHaveLength(2);
    await other.remove();
    expect((await refresh({ issuer: idp.issuer, refreshToken })).status).toBe(200);
  });

  test('a spoilt key file is named, and its content is not', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'claimcheck-keys-'));
    await writeFile(join(folder, 'idp-keys.json'), '{"signingKeys":"s3cret"}');
    const failure = await openKeys(
      { dataDirectory: folder, ...standard(idp.options) },
      { keepFor: 3_600 },
    ).catch((error: Error) => error.message);
    expect(failure).toMatch(/idp-keys\.json is not a key file\. Delete it/);
    expect(failure).not.toContain('s3cret');
    await rm(folder, { recursive: true });
  });
});

describe('other origins', () => {
  const paths = ['/.well-known/openid-configuration', '/.well-known/jwks.json'];

  test('the app may read discovery and keys, and nobody else', async () => {
    for (const path of paths) {
      const allowed = await fetch(idp.issuer + path, { headers: { Origin: app } });
      expect(allowed.headers.get('access-control-allow-origin')).toBe(app);
      const refused = await fetch(idp.issuer + path, { headers: { Origin: 'http://localhost:3001' } });
      expect(refused.headers.get('access-control-allow-origin')).toBeNull();
    }
  });

  test('the app may call the token endpoint, and nobody else', async () => {
    const preflight = async (origin: string) => {
      const headers = { Origin: origin, 'Access-Control-Request-Method': 'POST' };
      const response = await fetch(`${idp.issuer}/token`, { method: 'OPTIONS', headers });
      return response.headers.get('access-control-allow-origin');
    };
    expect(await preflight(app)).toBe(app);
    expect(await preflight('https://evil.example')).toBeNull();
    const body = new URLSearchParams({
      grant_type: 'refresh_token',
      client_id: 'claimcheck',
      refresh_token: 'x',
    });
    const foreign = await fetch(`${idp.issuer}/token`, {
      method: 'POST',
      body,
      headers: { Origin: 'https://evil.example' },
    });
    expect(foreign.headers.get('access-control-allow-origin')).toBeNull();
    expect(await foreign.json()).toMatchObject({ error: 'invalid_request' });
  });

  test.each([
    ['Sec-Fetch-Site', 'cross-site'],
    ['Sec-Fetch-Site', 'same-site'],
    ['Origin', 'https://evil.example'],
    ['Origin', 'null'],
  ])('a sign-in form with %s: %s is refused', async (name, value) => {
    const { jar, form } = await firstForm();
    const fields = new URLSearchParams({ username: 'alice', password: 'wonderland' });
    const answer = await jar.fetch(form.action, fields, { [name]: value });
    expect(answer).toMatchObject({ status: 403, location: undefined });
  });

  test('a sign-in form from the page itself is accepted', async () => {
    const { jar, form } = await firstForm();
    const fields = new URLSearchParams({ username: 'alice', password: 'wonderland' });
    const headers = { 'Sec-Fetch-Site': 'same-origin', Origin: idp.issuer };
    expect((await jar.fetch(form.action, fields, headers)).status).toBe(303);
  });

  test('a name that is not this machine is refused, another loopback name is led to the issuer', async () => {
    expect(await get('/.well-known/openid-configuration', 'evil.example')).toMatchObject({ status: 421 });
    const port = new URL(idp.issuer).port;
    const page = await get('/authorize?a=b', `127.0.0.1:${port}`, 'text/html');
    expect(page).toMatchObject({ status: 307, location: `${idp.issuer}/authorize?a=b` });
    const discovery = await get('/.well-known/openid-configuration', `127.0.0.1:${port}`);
    expect(JSON.parse(discovery.text)).toMatchObject({ token_endpoint: `${idp.issuer}/token` });
  });
});

async function firstForm() {
  const jar = new CookieJar();
  const { url } = await authorizationRequest({ ...idp, scopes: ['openid'] });
  const { location } = await jar.fetch(url);
  const page = await jar.fetch(location ?? url);
  const form = parseForm(page.text, page.url);
  if (!form) throw new Error('no form');
  return { jar, form, page };
}

/** `fetch` does not let one choose the Host header. */
function get(path: string, host: string, accept = '*/*') {
  return new Promise<{ status?: number; location?: string; text: string }>((resolve, reject) => {
    const { port } = new URL(idp.issuer);
    const call = request(
      { host: '127.0.0.1', port, path, headers: { Host: host, Accept: accept } },
      async (answer) => {
        const chunks: Buffer[] = [];
        for await (const chunk of answer) chunks.push(chunk);
        const { statusCode: status, headers } = answer;
        resolve({ status, location: headers.location, text: Buffer.concat(chunks).toString() });
      },
    );
    call.on('error', reject).end();
  });
}

describe('pages', () => {
  test('are held to a policy that lets forms lead to the app and nothing else run', async () => {
    const { page } = await firstForm();
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain(`form-action 'self' ${app}`);
    expect(policy).not.toContain('unsafe');
    const nonce = /style-src 'nonce-([^']+)'/.exec(policy)?.[1];
    expect(page.text).toContain(`<style nonce="${nonce}">`);
    expect(page.headers.get('cache-control')).toBe('no-store');
  });

  test('the front page lists accounts, clients and endpoints', async () => {
    const { text } = await new CookieJar().fetch(new URL(idp.issuer));
    for (const word of ['alice', 'bob', 'carol', 'claimcheck-machine', `${idp.issuer}/token`])
      expect(text).toContain(word);
  });

  test('an interaction of another browser has expired', async () => {
    const { form } = await firstForm();
    const answer = await new CookieJar().fetch(form.action);
    expect(answer.status).toBe(400);
    expect(answer.text).toContain('This sign-in has expired');
    expect(answer.text).toContain(`href="${app}"`);
  });

  test('the way back from an interaction of another browser has expired, too', async () => {
    const answer = await new CookieJar().fetch(new URL('/authorize/of-another-browser', idp.issuer));
    expect(answer.status).toBe(400);
    expect(answer.text).toContain('This sign-in has expired');
  });

  test('an address at which there is nothing says so', async () => {
    const answer = await new CookieJar().fetch(new URL('/nothing', idp.issuer));
    expect(answer.status).toBe(404);
    expect(answer.text).toContain('Nothing here');
  });

  test('a form that is far too large is refused', async () => {
    const { jar, form } = await firstForm();
    const answer = await jar.fetch(form.action, new URLSearchParams({ username: 'a'.repeat(20_000) }));
    expect(answer.status).toBe(413);
  });
});
