import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { accessToken, forge, headerOf, newTokenContext, type TokenContext } from '../../test/token/tokens';
import { newSessionId } from '../session/cookie';
import { onSignIn } from '../session/on-sign-in';
import { database } from './database';
import { log } from './log';
import { forgetPerProcess, perProcess } from './per-process';
import { exchangeSignIn, redirectUri, sessions } from './session';

vi.mock('../session/on-sign-in', () => ({ onSignIn: vi.fn(async () => undefined) }));

/** A provider of real HTTP; what it answers, by path. */
interface Provider {
  context: TokenContext;
  answers: Record<string, { status?: number; body: object | string }>;
  /** `METHOD path body`, in order. */
  asked: string[];
}
let provider: Provider;
let server: Server;
let folder: string;

const nonce = 'n'.repeat(20);

beforeAll(async () => {
  server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    provider.asked.push([request.method, request.url, body].join(' ').trim());
    const { status = 200, body: answer } = provider.answers[request.url ?? ''] ?? { status: 404, body: {} };
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const context = await newTokenContext({ issuer, now: Math.floor(Date.now() / 1_000) });
  provider = { context, asked: [], answers: {} };
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

beforeEach(() => {
  const { context } = provider;
  const { issuer } = context;
  const endpoint = (name: string) => ({ [`${name}_endpoint`]: `${issuer}/${name}` });
  provider = {
    context,
    asked: [],
    answers: {
      '/.well-known/openid-configuration': {
        body: {
          ...{ issuer, jwks_uri: `${issuer}/jwks`, ...endpoint('authorization'), ...endpoint('token') },
          ...{ ...endpoint('revocation'), ...endpoint('userinfo') },
        },
      },
      '/jwks': { body: { keys: context.published } },
      '/revocation': { body: {} },
      '/userinfo': { body: { sub: 'user-1', name: 'Alice of UserInfo' } },
    },
  };
  grant({});
  folder = mkdtempSync(path.join(tmpdir(), 'claimcheck-sign-in-'));
  for (const [name, value] of Object.entries({
    APP_BASE_URL: 'http://localhost:3000',
    OIDC_ISSUER: issuer,
    OIDC_CLIENT_ID: context.clientId,
    OIDC_AUDIENCE: context.audience,
    SESSION_SECRET: 'x'.repeat(40),
    DATABASE_URL: `file:${path.join(folder, 'app.db')}`,
  }))
    vi.stubEnv(name, value);
  for (const level of ['info', 'warn', 'error'] as const)
    vi.spyOn(log(), level).mockImplementation(() => undefined);
});

afterEach(async () => {
  const db = await database().catch(() => undefined);
  await db?.destroy();
  const names = ['config', 'log', 'provider-profile', 'provider-metadata', 'provider-client', 'verifier'];
  for (const name of [...names, 'database', 'sessions']) forgetPerProcess(name);
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

/** What the next code brings. @param idClaims further claims of the ID token */
function grant(idClaims: object): void {
  const { context } = provider;
  const { issuer: iss, clientId: aud, now, rsa } = context;
  const claims = { iss, aud, sub: 'user-1', iat: now, exp: now + 60, nonce, ...idClaims };
  const id_token = forge(headerOf(rsa, { typ: 'JWT' }), claims, rsa);
  const tokens = { access_token: accessToken(context), refresh_token: 'refresh-1', id_token };
  provider.answers['/token'] = { body: { token_type: 'Bearer', ...tokens } };
}

const exchanged = () =>
  exchangeSignIn(
    new URLSearchParams({
      ...{ grant_type: 'authorization_code', code: 'the-code', code_verifier: 'v'.repeat(43) },
      ...{ nonce, redirect_uri: redirectUri() },
    }),
  );

/** Signs in to the end. */
async function signIn(previousId?: string) {
  const answer = await exchanged();
  return 'refusal' in answer
    ? answer
    : (await sessions()).begin(answer.signedIn, { previousId, device: 'Firefox' });
}

const askedOf = (endpoint: string) => provider.asked.filter((line) => line.split(' ')[1] === `/${endpoint}`);

/** That the refresh token is taken back, which nobody waits for. */
const takenBack = () =>
  expect
    .poll(() => askedOf('revocation'), { interval: 5 })
    .toEqual([expect.stringMatching(/^POST \/revocation .*\btoken=refresh-1\b/)]);

async function nameIn(id: string): Promise<string> {
  const resolution = await (await sessions()).resolve(id);
  return resolution.outcome === 'live' ? resolution.session.tokens.name : resolution.outcome;
}

it('somebody whom the ID token does not name is called as the UserInfo endpoint says, asked once', async () => {
  const begun = await signIn();
  if (!('id' in begun)) throw new Error(begun.refusal.description);
  expect(await nameIn(begun.id)).toBe('Alice of UserInfo');
  await (await sessions()).resolve(begun.id);
  expect(askedOf('userinfo')).toEqual(['GET /userinfo']);
  expect(askedOf('revocation')).toEqual([]);
  expect(vi.mocked(onSignIn).mock.lastCall?.[0]).toMatchObject({
    issuer: provider.context.issuer,
    subject: 'user-1',
    claims: { sub: 'user-1', nonce, name: 'Alice of UserInfo' },
    accessTokenSubject: 'user-1',
  });
});

it.each([
  ['refuses the token', { status: 401, body: {} }],
  ['names somebody else', { body: { sub: 'user-2', name: 'Mallory' } }],
  ['breaks down', { status: 500, body: {} }],
])('a UserInfo endpoint that %s ends no sign-in, and the log says why without a token', async (_, answer) => {
  provider.answers['/userinfo'] = answer;
  const begun = await signIn();
  if (!('id' in begun)) throw new Error(begun.refusal.description);
  expect(await nameIn(begun.id)).toBe('user-1');
  expect(log().warn).toHaveBeenCalledWith({
    event: 'userinfo_not_used',
    reason: expect.stringContaining('/userinfo'),
  });
  expect(JSON.stringify(vi.mocked(log().warn).mock.calls)).not.toMatch(/eyJ|refresh-1|Mallory|user-2/);
});

it('somebody whom the ID token names is asked after nowhere', async () => {
  grant({ name: 'Alice Liddell' });
  expect(await signIn()).toHaveProperty('id');
  expect(askedOf('userinfo')).toEqual([]);
});

it('tokens that are not believed are taken back', async () => {
  grant({ nonce: 'of another sign-in' });
  expect(await signIn()).toMatchObject({ refusal: { error: 'invalid_grant' } });
  await takenBack();
});

it('a rule of the app that turns somebody away leaves their old session, and has the new tokens taken back', async () => {
  grant({ name: 'Alice Liddell' });
  const before = await signIn();
  if (!('id' in before)) throw new Error(before.refusal.description);
  vi.mocked(onSignIn).mockResolvedValueOnce({ refuse: 'Only for members.' });
  expect(await signIn(before.id)).toEqual({
    refusal: { status: 400, error: 'access_denied', description: 'Only for members.' },
  });
  expect(await nameIn(before.id)).toBe('Alice Liddell');
  await takenBack();
});

it('a rule that fails has the tokens taken back, whether or not the provider takes note', async () => {
  provider.answers['/revocation'] = { status: 503, body: {} };
  vi.mocked(onSignIn).mockRejectedValueOnce(new Error('out of order'));
  await expect(signIn(newSessionId())).rejects.toThrow('out of order');
  await takenBack();
  await expect
    .poll(() => vi.mocked(log().warn).mock.calls, { interval: 5 })
    .toEqual([[{ event: 'revocation_failed' }]]);
});

it('a database that is away keeps the code from being spent', async () => {
  const opening = Promise.reject(Object.assign(new Error('away'), { code: 'POSTGRES_UNREACHABLE' }));
  opening.catch(() => undefined);
  perProcess('database', () => ({ opening }));
  expect(await exchanged()).toMatchObject({
    refusal: { status: 503, error: 'store_unavailable', retryAfter: 5 },
  });
  expect(provider.asked).toEqual([]);
  expect(log().error).toHaveBeenCalledWith({ event: 'sign_in_delayed', reason: 'Error: away' });
});

it('keys that cannot be had keep the code from being spent', async () => {
  provider.answers['/jwks'] = { status: 500, body: {} };
  expect(await exchanged()).toMatchObject({
    refusal: { status: 503, error: 'temporarily_unavailable', retryAfter: 5 },
  });
  expect(askedOf('token')).toEqual([]);
});
