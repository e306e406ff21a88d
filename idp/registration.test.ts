import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { authorizationRequest, CookieJar, exchangeCode, goThrough } from '@/test/idp/client';
import { TestPersonality } from '@/test/idp/personality';

const here = 'http://127.0.0.1:5000/callback';
const options = { apiPaths: ['/api/mcp'] };

describe.each(['standard', 'auth0'] as const)('as %s, a program of this machine', (personality) => {
  let tested: TestPersonality;
  let endpoint: string;
  beforeAll(async () => {
    tested = await TestPersonality.start(personality, {}, options);
    const { registration_endpoint } = tested.endpoints as { registration_endpoint?: string };
    endpoint = registration_endpoint ?? '';
  });
  afterAll(() => tested.idp.remove());

  const register = (metadata: unknown, headers: Record<string, string> = {}) =>
    fetch(endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof metadata === 'string' ? metadata : JSON.stringify(metadata),
    });
  const registered = async (metadata: object = {}) =>
    (await register({ redirect_uris: [here], ...metadata })).json() as Promise<Record<string, unknown>>;

  async function signInWith(
    clientId: unknown,
    redirectUri: string,
    more: Record<string, string | undefined> = {},
  ) {
    const request = await authorizationRequest({
      ...tested.idp,
      scopes: ['example:note:read'],
      parameters: {
        ...{ client_id: String(clientId), redirect_uri: redirectUri, nonce: undefined },
        ...{ resource: `${tested.idp.appBaseUrl}/api/mcp`, ...more },
      },
    });
    const person = { username: 'alice', password: 'wonderland' };
    return { ...request, redirectUri, ...(await goThrough({ url: request.url, redirectUri }, person)) };
  }

  test('registers itself as a public client, and is told as what (RFC 7591 §3.2.1)', async () => {
    const answer = await register({
      client_name: 'An editor',
      redirect_uris: ['https://editor.example/redirect', here],
      token_endpoint_auth_method: 'client_secret_post',
      backchannel_logout_uri: 'http://localhost:1/told',
      jwks_uri: 'http://localhost:1/fetched',
      client_id: 'claimcheck',
    });
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([201, 'no-store']);
    expect(await answer.json()).toEqual({
      client_id: expect.stringMatching(/^[\w-]{22}$/),
      client_id_issued_at: expect.any(Number),
      client_name: 'An editor',
      application_type: 'native',
      redirect_uris: [here],
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code'],
      response_types: ['code'],
    });
  });

  test('signs a person in with PKCE, by whatever port it has that day (RFC 8252 §7.3)', async () => {
    const { client_id: clientId } = await registered();
    const result = await signInWith(clientId, here.replace('5000', '5001'));
    const tokens = await exchangeCode(
      { ...result, issuer: tested.idp.issuer },
      { client_id: String(clientId), resource: `${tested.idp.appBaseUrl}/api/mcp` },
    );
    expect(tokens.refresh_token).toBeUndefined();
    expect(decodeJwt(tokens.access_token ?? '')).toMatchObject({
      aud: tested.idp.options.audience,
      scope: 'example:note:read',
    });
  });

  test('gets no further without PKCE, or with another address', async () => {
    const { client_id: clientId } = await registered();
    const { callback } = await signInWith(clientId, here, {
      code_challenge: undefined,
      code_challenge_method: undefined,
    });
    expect([callback.get('error'), callback.has('code')]).toEqual(['invalid_request', false]);
    await expect(signInWith(clientId, 'http://127.0.0.1:5000/elsewhere')).rejects.toThrow(/^4\d\d /);
  });

  test.each([
    ['https://evil.example/callback'],
    ['http://evil.example/callback'],
    ['http://localhost.evil.example/'],
    ['http://localhost@evil.example/'],
    ['http://user@localhost/'],
    ['https://localhost/'],
    ['http://127.0.0.1/#fragment'],
    ['http://127.0.0.1\\@evil.example/'],
    ['cursor://callback'],
    ['javascript:alert(1)'],
    ['callback'],
  ])('may not be sent back to %s', async (uri) => {
    const answer = await register({ redirect_uris: [uri] });
    expect([answer.status, (await answer.json()).error]).toEqual([400, 'invalid_redirect_uri']);
  });

  test.each([
    ['nothing', ''],
    ['no JSON', '{'],
    ['no object', '[]'],
    ['no addresses', {}],
    ['addresses of another type', { redirect_uris: here }],
    ['a name of another type', { redirect_uris: [here], client_name: {} }],
    ['more than can be kept', { redirect_uris: [here], client_name: 'x'.repeat(20_000) }],
    ['another flow', { redirect_uris: [here], grant_types: ['client_credentials'] }],
    ['an implicit flow', { redirect_uris: [here], response_types: ['token'] }],
  ])('is not registered with %s', async (_, metadata) => {
    const answer = await register(metadata);
    expect([answer.status, (await answer.json()).error]).toEqual([400, 'invalid_client_metadata']);
  });

  test('is not registered by a page of somebody else’s, which can send text alone', async () => {
    const answer = await register({ redirect_uris: [here] }, { 'content-type': 'text/plain' });
    expect(answer.status).toBe(400);
  });

  test('is forgotten after a hundred others, and after a month', async () => {
    const knows = async (clientId: unknown) => {
      const { url } = await authorizationRequest({
        ...tested.idp,
        scopes: ['openid'],
        parameters: { client_id: String(clientId), redirect_uri: here },
      });
      return (await new CookieJar().fetch(url)).status < 400;
    };
    const { client_id: first } = await registered();
    for (let more = 0; more < 99; more += 1) await registered();
    expect(await knows(first)).toBe(true);
    const { client_id: last } = await registered();
    expect([await knows(first), await knows(last)]).toEqual([false, true]);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 31 * 24 * 60 * 60 * 1_000 });
    await registered();
    expect(await knows(last)).toBe(false);
    vi.useRealTimers();
  });
});

test.each(['cognito', 'entra'] as const)('at %s nobody registers', async (personality) => {
  const tested = await TestPersonality.start(personality);
  expect(tested.endpoints).not.toHaveProperty('registration_endpoint');
  for (const path of ['/register', '/oidc/register', '/reg']) {
    const answer = await fetch(new URL(path, tested.endpoints.authorization_endpoint), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ redirect_uris: [here] }),
    });
    expect(answer.status).toBe(404);
  }
  await tested.idp.remove();
});
