import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { discoveryPath, jwksPath, type KeyServer, startKeyServer } from '../../test/token/key-server';
import {
  accessToken,
  forge,
  headerOf,
  logoutToken,
  newTokenContext,
  type TokenContext,
} from '../../test/token/tokens';
import { log } from './log';
import { forgetPerProcess } from './per-process';
import { providerMetadata } from './provider';
import { lastSeenToken, verifier, verifyIdToken, verifyLogoutToken, verifyToken } from './verifier';

let server: KeyServer;
let context: TokenContext;

beforeAll(async () => {
  server = await startKeyServer();
  context = await newTokenContext({ issuer: server.origin, now: Math.floor(Date.now() / 1_000) });
  server.keys = context.published;
});

afterAll(() => server.close());

const perProcess = ['config', 'log', 'provider-profile', 'provider-metadata', 'verifier'];

beforeEach(() => {
  server.behaviour = 'normal';
  server.metadata = {};
  for (const name of perProcess) forgetPerProcess(name);
  const environment = {
    APP_BASE_URL: 'http://localhost:3000',
    OIDC_ISSUER: context.issuer,
    OIDC_CLIENT_ID: context.clientId,
    OIDC_AUDIENCE: context.audience,
    SESSION_SECRET: 'x'.repeat(40),
  };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
});

afterEach(() => {
  vi.unstubAllEnvs();
  for (const name of perProcess) forgetPerProcess(name);
});

const ownResource = ['http://localhost:3000', 'http://localhost:3000/', 'http://localhost:3000/api/mcp'];

const refused = (check: string) => ({
  outcome: 'refused',
  refusal: expect.objectContaining({ check, because: expect.any(String) }),
});

describe('as it is configured', () => {
  test('a good token is accepted, with one discovery and one key-set fetch for all who ask', async () => {
    const before = [server.requests(discoveryPath), server.requests(jwksPath)];
    const verdicts = await Promise.all(Array.from({ length: 20 }, () => verifyToken(accessToken(context))));
    expect(verdicts).toEqual(
      Array(20).fill({ outcome: 'accepted', token: expect.objectContaining({ subject: 'user-1' }) }),
    );
    expect([server.requests(discoveryPath), server.requests(jwksPath)]).toEqual(before.map((one) => one + 1));
  });

  test('a wrong token is refused for its own reason', async () => {
    expect(await verifyToken(accessToken(context, { aud: 'other' }))).toEqual(refused('audience'));
    expect(await verifyToken(accessToken(context, { exp: context.now - 60 }))).toEqual(refused('expiry'));
    expect(await verifyToken('opaque')).toEqual(refused('form'));
  });

  test('every rule is explained', async () => {
    const lines = await verifier().explain(accessToken(context, { sub: '' }));
    expect(lines.filter(({ result }) => result === 'fail').map(({ name }) => name)).toEqual(['subject']);
  });

  test('a token that is wrong whatever the keys is not blamed for those that cannot be had', async () => {
    vi.spyOn(log(), 'warn').mockImplementation(() => undefined);
    server.behaviour = 'down';
    const token = accessToken(context, {}, { header: { alg: 'RS512' } });
    expect(await verifyToken(token)).toEqual(refused('algorithm'));
    const lines = await verifier().explain(token);
    expect(lines.filter(({ result }) => result === 'fail').map(({ name }) => name)).toEqual(['algorithm']);
    expect(lines.find(({ name }) => name === 'key')).toMatchObject({ result: 'blocked' });
  });

  test('an ID token is judged by the nonce and the access token it came with', async () => {
    const { issuer, clientId, now } = context;
    const claims = { iss: issuer, sub: 'user-1', aud: clientId, exp: now + 60, nonce: 'n-1' };
    const token = forge(headerOf(context.ec, { typ: 'JWT' }), claims, context.ec);
    expect(await verifyIdToken({ token, nonce: 'n-1', accessToken: 'a' })).toEqual({
      outcome: 'accepted',
      token: claims,
    });
    expect(await verifyIdToken({ token, nonce: 'n-2', accessToken: 'a' })).toEqual(refused('nonce'));
    expect(await verifyToken(token)).toEqual(refused('kind'));
  });

  test('a logout token is judged as one, and as nothing else', async () => {
    const token = logoutToken(context);
    expect(await verifyLogoutToken(token)).toMatchObject({ outcome: 'accepted', token: { sid: 'sid-1' } });
    expect(await verifyToken(token)).toEqual(refused('type'));
    expect(await verifyLogoutToken(accessToken(context))).toEqual(refused('type'));
  });

  test('while the provider is down nothing can be judged, and the log says why', async () => {
    const warn = vi.spyOn(log(), 'warn').mockImplementation(() => undefined);
    server.behaviour = 'down';
    expect(await verifyToken(accessToken(context))).toEqual({
      outcome: 'unavailable',
      retryAfter: expect.any(Number),
      reason: expect.stringContaining(server.origin),
      why: expect.objectContaining({ passes: true, title: 'The sign-in provider cannot be reached' }),
    });
    expect(warn.mock.calls).toEqual([
      [{ event: 'discovery_failed', reason: expect.stringContaining(server.origin) }],
      [{ event: 'key_set_fetch_failed', reason: expect.stringContaining(server.origin) }],
    ]);
    expect(verifier().state()).toMatchObject({ failing: true });
    expect(providerMetadata().state()).toMatchObject({ failing: true });
  });

  test('a provider that has withdrawn its keys leaves nothing to judge by, and the log says so aloud', async () => {
    const error = vi.spyOn(log(), 'error').mockImplementation(() => undefined);
    server.keys = [];
    expect(await verifyToken(accessToken(context))).toMatchObject({ outcome: 'unavailable' });
    expect(await verifyLogoutToken(logoutToken(context))).toMatchObject({ outcome: 'unavailable' });
    expect((await verifier().explain(accessToken(context))).find(({ name }) => name === 'key')).toMatchObject(
      {
        result: 'blocked',
      },
    );
    const reason = expect.stringContaining('has no usable key');
    expect(error.mock.calls).toEqual([[{ event: 'key_set_empty', reason }]]);
    server.keys = context.published;
  });

  test('a provider that is well again is asked at once, though discovery has just failed for somebody else', async () => {
    vi.spyOn(log(), 'warn').mockImplementation(() => undefined);
    server.behaviour = 'down';
    await expect(providerMetadata().get()).rejects.toMatchObject({ name: 'RemoteError' });
    server.behaviour = 'normal';
    expect(await verifyToken(accessToken(context))).toMatchObject({ outcome: 'accepted' });
  });

  test('a key set by hand needs no discovery', async () => {
    vi.stubEnv('OIDC_JWKS_URI', server.jwksUri);
    const before = server.requests(discoveryPath);
    expect(await verifyToken(accessToken(context))).toMatchObject({ outcome: 'accepted' });
    expect(server.requests(discoveryPath)).toBe(before);
  });
});

describe('the audience that is expected', () => {
  test('is what is configured', () => {
    expect(verifier().peek().expectations.audiences).toEqual([context.audience, ...ownResource]);
  });

  test('is the client where nothing is configured, never nothing', () => {
    vi.stubEnv('OIDC_AUDIENCE', '');
    expect(verifier().peek().expectations.audiences).toEqual([
      context.clientId,
      `microsoft:identityserver:${context.clientId}`,
      ...ownResource,
    ]);
  });
});

describe('the issuer of access tokens that discovery lists', () => {
  const trust = 'http://adfs.example.com/adfs/services/trust';
  const byTrust = () => accessToken(context, { iss: trust });

  test('is accepted with the first token, which has to wait for discovery', async () => {
    server.metadata = { access_token_issuer: trust };
    expect(await verifyToken(byTrust())).toMatchObject({ outcome: 'accepted', token: { issuer: trust } });
    expect(await verifyToken(accessToken(context))).toMatchObject({ outcome: 'accepted' });
    expect(await verifyLogoutToken(logoutToken({ ...context, issuer: trust }))).toEqual(refused('issuer'));
    expect((await verifier().explain(byTrust())).filter(({ result }) => result === 'fail')).toEqual([]);
  });

  test.each([[undefined], [7], [''], [[trust]]])('is nothing where it is %j', async (access_token_issuer) => {
    server.metadata = { access_token_issuer };
    expect(await verifyToken(byTrust())).toEqual(refused('issuer'));
    expect(await verifyToken(accessToken(context))).toMatchObject({ outcome: 'accepted' });
  });

  test('gives other expectations once it is known, and the same ones as long as it stays', async () => {
    server.metadata = { access_token_issuer: trust };
    const before = verifier().peek().expectations;
    expect(verifier().peek().expectations).toBe(before);
    await providerMetadata().get();
    const after = verifier().peek().expectations;
    expect(after.issuers).toEqual([...before.issuers, trust]);
    expect(verifier().peek().expectations).toBe(after);
  });
});

test('what the last access token said is one memory of the process', () => {
  expect(lastSeenToken().current).toBeUndefined();
  expect(lastSeenToken()).toBe(lastSeenToken());
});
