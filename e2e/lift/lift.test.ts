import { readFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';
import { chromium } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type * as Idp from '../../idp/standalone';
import type * as Protect from '../../lib/access/protect';
import type * as Db from '../../lib/db';
import type * as Inspect from '../../lib/inspect';
import type * as Provider from '../../lib/provider';
import type * as Cookie from '../../lib/session/cookie';
import type * as Refresh from '../../lib/session/refresh';
import type * as Seal from '../../lib/session/seal';
import type * as Store from '../../lib/session/store';
import type * as SignIn from '../../lib/sign-in';
import type * as Token from '../../lib/token';
import { browserOptions } from '../../scripts/browser.mjs';
import { contentsOf, parts, readmeWith, written } from '../../scripts/registry.mjs';
import { freePort } from '../../test/free-port';
import { testSettings } from '../../test/provider/settings';
import { type KeyServer, startKeyServer } from '../../test/token/key-server';
import { accessToken, newTokenContext, type TokenContext } from '../../test/token/tokens';
import type * as Kit from '../kit';
import { buildRegistry, complaints, type Lifted, lift, newApp } from './lift';

let built: string;
let theirs: string;
let server: KeyServer;
let context: TokenContext;
beforeAll(async () => {
  built = await buildRegistry();
  theirs = await newApp();
  server = await startKeyServer();
  context = await newTokenContext({ issuer: server.origin, now: Math.floor(Date.now() / 1_000) });
  server.keys = context.published;
});
afterAll(async () => {
  await server.close();
  for (const folder of [built, theirs]) await rm(folder, { recursive: true });
});

/** Makes a verifier of a lifted part, for the API of the tests. */
async function verifierOf(app: Lifted): Promise<Token.Verifier> {
  const { createVerifier } = await app.load<typeof Token>('lib/token/index.ts');
  return createVerifier({ issuer: context.issuer, audience: context.audience, clientId: context.clientId });
}

/** One thing that each part does in an app that is not ours. */
const behaviours: Record<string, (app: Lifted) => Promise<void>> = {
  async 'verify-token'(app) {
    const verifier = await verifierOf(app);
    expect((await verifier.verify(accessToken(context))).outcome).toBe('accepted');
    const forged = accessToken(context, {}, { signer: context.attacker });
    expect(await verifier.verify(forged)).toMatchObject({
      outcome: 'refused',
      refusal: { check: 'signature' },
    });
    verifier.close();
  },

  async 'protect-routes'(app) {
    const verifier = await verifierOf(app);
    const { createProtect } = await app.load<typeof Protect>('lib/access/protect.ts');
    const verify = (token: string) => verifier.verify(token) as ReturnType<Protect.GuardOptions['verify']>;
    const names = { tokenPrefix: 'example:', requestPrefix: 'example:' };
    const protect = createProtect(() => ({ verify, baseUrl: 'https://their.example', ...names }));
    const handler = protect('note:read', (_request, { token }) => Response.json(token.subject));
    const status = async (token?: string) => {
      const headers: HeadersInit = token === undefined ? {} : { authorization: `Bearer ${token}` };
      const request = new Request('https://their.example/x', { headers });
      return (await handler(request, { params: Promise.resolve({}) })).status;
    };
    expect(await status(accessToken(context))).toBe(200);
    expect(await status()).toBe(401);
    expect(await status(accessToken(context, {}, { signer: context.attacker }))).toBe(401);
    expect(await status(accessToken(context, { scope: 'openid' }))).toBe(403);
    verifier.close();
  },

  async 'sessions-without-races'(app) {
    const { migrate, openStore } = await app.load<typeof Db>('lib/db/index.ts');
    const { SessionStore } = await app.load<typeof Store>('lib/session/store.ts');
    const { createSeal } = await app.load<typeof Seal>('lib/session/seal.ts');
    const { hashSessionId, newSessionId } = await app.load<typeof Cookie>('lib/session/cookie.ts');
    const { Refresher } = await app.load<typeof Refresh>('lib/session/refresh.ts');
    const { WorkUnderWay } = await app.load<{ WorkUnderWay: new () => Refresh.RefresherOptions['work'] }>(
      'lib/config/under-way.ts',
    );
    const db = openStore({ kind: 'sqlite', file: path.join(app.folder, 'sessions.db') });
    await migrate(db);
    const seal = createSeal(['a secret of at least thirty-two bytes']);
    const store = new SessionStore({ db, seal, clock: Date.now, idleTimeout: 3_600, maxAge: 43_200 });
    const idHash = hashSessionId(newSessionId());
    const seconds = Math.floor(Date.now() / 1_000);
    await store.create({
      ...{ issuer: 'https://id.example', subject: 'alice', idHash, device: '' },
      identity: { issuer: 'https://id.example', subject: 'alice', sid: undefined },
      tokens: {
        ...{ accessToken: 'access-1', refreshToken: 'refresh-1', idToken: undefined, name: 'Alice' },
        ...{ scopes: [], obtainedAt: seconds - 300, accessTokenExpiresAt: seconds - 1 },
      },
    });
    const spent: string[] = [];
    const refresher = new Refresher({
      store,
      prepare: async () => async (call) => {
        spent.push(call.refreshToken);
        const grant = { access_token: 'access-2', refresh_token: 'refresh-2', expires_in: 300 };
        return { outcome: 'granted', grant: { ...grant, token_type: 'Bearer' } };
      },
      isIdTokenOf: () => true,
      revoke: async () => undefined,
      work: new WorkUnderWay(),
      clock: Date.now,
      sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds).unref()),
      onEvent: () => undefined,
    });
    const all = await Promise.all(Array.from({ length: 50 }, () => refresher.resolve(idHash)));
    expect(new Set(all.map((one) => one.outcome === 'live' && one.session.tokens.accessToken))).toEqual(
      new Set(['access-2']),
    );
    expect(spent).toEqual(['refresh-1']);
    await db.destroy();
  },

  async 'browser-sign-in'(app) {
    const { beginSignIn } = await app.load<typeof SignIn>('lib/sign-in/index.ts');
    const kept = new Map<string, string>();
    const left: string[] = [];
    // As much of a browser as it needs.
    vi.stubGlobal('window', {
      sessionStorage: {
        get length() {
          return kept.size;
        },
        setItem: (key: string, value: string) => kept.set(key, value),
        getItem: (key: string) => kept.get(key) ?? null,
      },
      location: { assign: (url: string) => left.push(url) },
    });
    const settings = {
      ...{ issuer: context.issuer, clientId: 'their-app', redirectUri: 'https://their.example/callback' },
      ...{ authorizationEndpoint: `${context.issuer}/authorize`, tokenEndpoint: '/auth/token' },
      ...{ baseScopes: ['openid'], authorizeParams: { resource: ['a', 'b'] }, requiresIss: false },
    } as unknown as SignIn.SignInSettings;
    await beginSignIn(settings, { scopes: ['note:read'], returnTo: '/' } as SignIn.SignInRequest);
    vi.unstubAllGlobals();
    const asked = new URL(left[0] ?? '').searchParams;
    expect([asked.get('code_challenge_method'), asked.get('scope')]).toEqual(['S256', 'openid note:read']);
    expect(asked.getAll('resource')).toEqual(['a', 'b']);
    expect([...kept.values()].join()).toContain('code_verifier');
  },

  async inspector(app) {
    const verifier = await verifierOf(app);
    const { inspect } = await app.load<typeof Inspect>('lib/inspect/index.ts');
    const { profileOf } = await app.load<typeof Provider>('lib/provider/index.ts');
    const profile = profileOf(testSettings({ issuer: context.issuer, audiences: [context.audience] }));
    const expired = accessToken(context, { exp: context.now - 3_660 });
    const found = await inspect(`Bearer ${expired}`, { verifier, profile, clock: Date.now });
    expect(found.headline).toBe('This API would refuse it: it expired 1 hour ago');
    verifier.close();
  },

  async 'dev-provider'(app) {
    const { exampleText, startStandalone } = await app.load<typeof Idp>('idp/standalone.ts');
    const file = path.join(app.folder, 'idp.json');
    await writeFile(file, exampleText());
    const provider = await startStandalone({ file, port: await freePort(), say: () => undefined });
    if ('complaints' in provider) throw new Error(provider.complaints.join());
    const metadata = await (await fetch(`${provider.issuer}/.well-known/openid-configuration`)).json();
    expect(metadata.issuer).toBe(provider.issuer);
    await writeFile(file, exampleText().replace('http://localhost:3000', 'http://192.168.1.7'));
    expect(await startStandalone({ file, port: await freePort(), say: () => undefined })).toMatchObject({
      complaints: [expect.stringContaining('must be on loopback')],
    });
    await provider.close();
  },

  async 'e2e-sign-in'(app) {
    const { signInAs, withProvider } = await app.load<typeof Kit>('e2e/kit/index.ts');
    // Their app, as far as a browser sees it.
    const theirApp = createServer((_request, response) => response.end('signed in'));
    const port = await freePort();
    await new Promise<void>((resolve) => theirApp.listen(port, 'localhost', resolve));
    const redirectUri = `http://localhost:${port}/auth/callback`;
    await withProvider({ clients: [{ id: 'my-app', redirectUris: [redirectUri] }] }, async ({ issuer }) => {
      const browser = await chromium.launch(browserOptions());
      const page = await browser.newPage();
      const asked = new URLSearchParams({
        ...{ client_id: 'my-app', response_type: 'code', scope: 'openid orders:read orders:write' },
        ...{ redirect_uri: redirectUri, state: 'kept' },
        ...{ code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM', code_challenge_method: 'S256' },
      });
      await page.goto(`${issuer}/authorize?${asked}`);
      await signInAs(page, 'ada', { password: 'lovelace', scopes: ['orders:read'] });
      await page.waitForURL(`${redirectUri}?**`);
      const answer = new URL(page.url()).searchParams;
      await browser.close();
      const tokens = await fetch(`${issuer}/token`, {
        method: 'POST',
        body: new URLSearchParams({
          ...{ grant_type: 'authorization_code', client_id: 'my-app', code: answer.get('code') ?? '' },
          redirect_uri: redirectUri,
          code_verifier: 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk',
        }),
      });
      expect([answer.get('state'), (await tokens.json()).scope]).toEqual(['kept', 'orders:read']);
    });
    theirApp.close();
  },
};

describe.concurrent.each(Object.keys(parts))('the part %s', (part) => {
  it('is installed into a fresh app by one command, type-checks there, and works', async () => {
    const app = await lift(part, { app: theirs, built });
    expect(await complaints(app.folder)).toBe('');
    await behaviours[part]?.(app);
    await app.remove();
  });
});

it('every part does something here', () => {
  expect(Object.keys(behaviours)).toEqual(Object.keys(parts));
});

// Where it fails: npm run registry.
it('registry.json and the table of the README say what the imports say', () => {
  expect(readFileSync('registry.json', 'utf8')).toBe(written());
  const readme = readFileSync('README.md', 'utf8');
  expect(readmeWith(readme)).toBe(readme);
});

it.each([
  ['verify-token', 25],
  ['protect-routes', 40],
  ['sessions-without-races', 65],
  ['browser-sign-in', 10],
  ['inspector', 80],
  ['dev-provider', 75],
  ['e2e-sign-in', 75],
])('%s brings no more than %i files along', (part, most) => {
  expect(contentsOf(part).files.length).toBeLessThanOrEqual(most);
});
