import { decodeJwt, decodeProtectedHeader } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CookieJar, exchangeCode, machineToken, refresh, tokenRequest } from '../../test/idp/client';
import { TestPersonality } from '../../test/idp/personality';

let tested: TestPersonality;
let host: string;
beforeAll(async () => {
  tested = await TestPersonality.start('cognito');
  host = `http://127.0.0.1:${tested.idp.options.port}`;
});
afterAll(() => tested.idp.remove());

const uuid = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/;

describe('addresses', () => {
  test('of endpoints are on another host than the issuer, in the document that Cognito serves', () => {
    const { issuer } = tested.idp;
    expect(issuer).toMatch(/^http:\/\/localhost:\d+\/eu-central-1_Wonderland$/);
    expect(tested.endpoints).toEqual({
      authorization_endpoint: `${host}/oauth2/authorize`,
      end_session_endpoint: `${host}/logout`,
      id_token_signing_alg_values_supported: ['RS256'],
      issuer,
      jwks_uri: `${issuer}/.well-known/jwks.json`,
      response_types_supported: ['code', 'token'],
      revocation_endpoint: `${host}/oauth2/revoke`,
      scopes_supported: ['openid', 'email', 'phone', 'profile'],
      subject_types_supported: ['public'],
      token_endpoint: `${host}/oauth2/token`,
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
      userinfo_endpoint: `${host}/oauth2/userInfo`,
    });
  });

  test('of discovery begin with the whole issuer', async () => {
    const { origin } = new URL(tested.idp.issuer);
    expect((await fetch(`${origin}/.well-known/openid-configuration`)).status).toBe(404);
    expect((await fetch(`${origin}/.well-known/oauth-authorization-server`)).status).toBe(404);
  });

  test('of pages lead from the issuer’s host to the other, where the cookies are', async () => {
    const { url } = await tested.authorize({});
    const elsewhere = new URL(url);
    elsewhere.hostname = 'localhost';
    const answer = await new CookieJar().fetch(elsewhere);
    expect(answer).toMatchObject({ status: 307, location: url });
  });

  test('of the key set lead from the other host to the issuer’s', async () => {
    const answer = await new CookieJar().fetch(
      new URL('/eu-central-1_Wonderland/.well-known/jwks.json', host),
    );
    expect(answer.location?.href).toBe(tested.endpoints.jwks_uri);
  });
});

describe('keys', () => {
  test('have IDs in standard base64, and six members', async () => {
    const keys = await tested.keys();
    expect(keys).toHaveLength(2);
    for (const key of keys) {
      expect(key.kid).toMatch(/^[\w+/]{43}=$/);
      expect(Object.keys(key)).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use']);
    }
  });

  test('are one for access tokens and another for ID tokens', async () => {
    const { access_token = '', id_token = '' } = await tested.tokens();
    const [first, second] = await tested.keys();
    expect(decodeProtectedHeader(access_token)).toEqual({ alg: 'RS256', kid: first?.kid });
    expect(decodeProtectedHeader(id_token)).toEqual({ alg: 'RS256', kid: second?.kid });
    await expect(tested.verify(access_token)).resolves.toBeDefined();
    await expect(tested.verify(id_token)).resolves.toBeDefined();
  });
});

describe('tokens', () => {
  test('for APIs have no aud: client_id and token_use stand for it', async () => {
    const { access_token } = await tested.tokens();
    const { payload } = await tested.verify(access_token);
    expect(payload).toEqual({
      sub: expect.stringMatching(uuid),
      iss: tested.idp.issuer,
      version: 2,
      client_id: 'claimcheck',
      origin_jti: expect.stringMatching(uuid),
      event_id: expect.stringMatching(uuid),
      token_use: 'access',
      scope:
        'example/note:read example/note:create example/note:update example/note:delete openid profile email',
      auth_time: expect.any(Number),
      exp: Number(payload.iat) + 300,
      iat: expect.any(Number),
      jti: expect.stringMatching(uuid),
      username: 'alice',
    });
  });

  test('about people have aud, token_use, at_hash and the name in the pool', async () => {
    const request = await tested.tokens();
    const { payload } = await tested.verify(request.id_token);
    expect(payload).toMatchObject({
      aud: 'claimcheck',
      token_use: 'id',
      'cognito:username': 'alice',
      at_hash: expect.stringMatching(/^[\w-]{22}$/),
      nonce: expect.any(String),
      email_verified: true,
    });
  });

  test('come without scope in the answer, and with a refresh token that nobody asked for', async () => {
    const { status: _, ...members } = await tested.tokens({ scopes: ['openid', 'example/note:read'] });
    expect(Object.keys(members)).toEqual([
      'id_token',
      'access_token',
      'refresh_token',
      'expires_in',
      'token_type',
    ]);
  });

  test('are refreshed after the browser’s session has ended', async () => {
    const request = await tested.signIn();
    const { refresh_token: refreshToken } = await exchangeCode({ ...request, issuer: tested.idp.issuer });
    const query = new URLSearchParams({ client_id: 'claimcheck', logout_uri: 'http://localhost:3000/' });
    await request.jar.fetch(new URL(`/logout?${query}`, host));
    expect((await refresh({ issuer: tested.idp.issuer, refreshToken })).status).toBe(200);
  });

  test('about people come for openid only', async () => {
    const tokens = await tested.tokens({ scopes: ['example/note:read'] });
    expect(tokens).not.toHaveProperty('id_token');
    expect(decodeJwt(tokens.access_token ?? '').scope).toBe('example/note:read');
  });

  test('are refreshed without a new refresh token, as often as one likes, and keep auth_time', async () => {
    const { issuer } = tested.idp;
    const first = await tested.tokens();
    for (const _ of [1, 2]) {
      const again = await refresh({ issuer, refreshToken: first.refresh_token });
      expect(again.status).toBe(200);
      expect(again).not.toHaveProperty('refresh_token');
      const [before, after] = [first, again].map(({ access_token = '' }) => decodeJwt(access_token));
      expect(after).toMatchObject({ auth_time: before?.auth_time, origin_jti: before?.origin_jti });
      expect(after?.jti).not.toBe(before?.jti);
    }
  });
});

describe('scopes', () => {
  test.each([
    ['offline_access', ['openid', 'offline_access']],
    ['one that nobody has', ['openid', 'example/note:fly']],
    ['one in another provider’s form', ['openid', 'example:note:read']],
    ['email without openid', ['email']],
  ])('%s: refused at the callback, with the code in the description', async (_name, scopes) => {
    const { callback, state } = await tested.signIn({ scopes });
    expect(Object.fromEntries(callback)).toEqual({
      error: 'invalid_request',
      error_description: 'invalid_scope',
      state,
    });
  });

  test('none: all that the client may have', async () => {
    const { access_token = '' } = await tested.tokens({ parameters: { scope: undefined } });
    expect(decodeJwt(access_token).scope).toContain('example/note:delete openid');
  });
});

describe('requests that fail', () => {
  test('for their redirect URI lead to a page of Cognito’s', async () => {
    const answer = await tested.authorize({ redirect_uri: 'http://localhost:3000/other' });
    expect(answer.status).toBe(302);
    expect(answer.location?.href).toBe(`${host}/error?error=redirect_mismatch&client_id=claimcheck`);
    const page = await new CookieJar().fetch(answer.location ?? answer.url);
    expect(page.status).toBe(400);
    expect(page.text).toContain('An error was encountered with the requested page.');
    expect(page.text).toContain('http://localhost:3000/auth/callback is registered');
  });

  test('for want of somebody who is signed in come back without description and issuer', async () => {
    const { callback, state } = await tested.signIn({ parameters: { prompt: 'none' } });
    expect(Object.fromEntries(callback)).toEqual({ error: 'login_required', state });
  });

  test('for a response type that the client may not use are unauthorized_client', async () => {
    const { location } = await tested.authorize({ response_type: 'token' });
    const callback = new URLSearchParams(location?.hash.slice(1));
    expect([...callback.keys()]).toEqual(['error', 'state']);
    expect(callback.get('error')).toBe('unauthorized_client');
  });

  test('that succeed come back without issuer too', async () => {
    const { callback } = await tested.signIn();
    expect([...callback.keys()].sort()).toEqual(['code', 'state']);
  });

  test.each([
    [{ grant_type: 'refresh_token', refresh_token: 'x', client_id: 'claimcheck' }, 'invalid_grant'],
    [{ grant_type: 'refresh_token', refresh_token: 'x', client_id: 'who' }, 'invalid_client'],
    [
      { grant_type: 'refresh_token', refresh_token: 'x', client_id: 'claimcheck-confidential' },
      'invalid_client',
    ],
    [{ grant_type: 'client_credentials', client_id: 'claimcheck' }, 'invalid_client'],
    [{ grant_type: 'password', client_id: 'claimcheck' }, 'unsupported_grant_type'],
  ])('at the token endpoint, %o, are 400 with one member', async (fields, error) => {
    const answer = await tested.post(tested.endpoints.token_endpoint, fields);
    expect(answer).toMatchObject({ status: 400, text: JSON.stringify({ error }) });
    expect(answer.type).toMatch(/^application\/json/);
  });
});

describe('userinfo', () => {
  test('tells about the person of an access token with openid', async () => {
    const { access_token } = await tested.tokens({ scopes: ['openid', 'email', 'example/note:read'] });
    expect(await tested.userinfo(access_token)).toEqual({
      status: 200,
      body: {
        sub: decodeJwt(access_token ?? '').sub,
        email: 'alice@claimcheck.local',
        email_verified: true,
        username: 'alice',
      },
    });
  });

  test('tells nothing to any other token', async () => {
    const { access_token, id_token } = await tested.tokens();
    const plain = await tested.tokens({ scopes: ['example/note:read'] });
    const [header, claims] = access_token?.split('.') ?? [];
    for (const token of [undefined, id_token, plain.access_token, `${header}.${claims}.x`])
      expect(await tested.userinfo(token)).toEqual({ status: 401, body: { error: 'invalid_token' } });
  });
});

describe('revocation', () => {
  const revoke = (token: string, client_id = 'claimcheck') =>
    tested.post(tested.endpoints.revocation_endpoint, { token, client_id });

  test('ends a refresh token, and is fine with an unknown one', async () => {
    const { refresh_token = '' } = await tested.tokens();
    expect(await revoke(refresh_token)).toMatchObject({ status: 200, text: '' });
    expect((await revoke('unknown')).status).toBe(200);
    const answer = await refresh({ issuer: tested.idp.issuer, refreshToken: refresh_token });
    expect(answer.error).toBe('invalid_grant');
  });

  test('refuses access tokens, and unknown clients by 401', async () => {
    const { access_token = '' } = await tested.tokens();
    expect(await revoke(access_token)).toMatchObject({
      status: 400,
      text: '{"error":"unsupported_token_type"}',
    });
    expect(await revoke('x', 'who')).toMatchObject({ status: 401, text: '{"error":"invalid_client"}' });
  });
});

describe('signing out', () => {
  const signOut = (query: Record<string, string>, jar = new CookieJar()) =>
    jar.fetch(new URL(`/logout?${new URLSearchParams(query)}`, host));

  test.each([
    [
      'the parameters of OpenID Connect',
      { post_logout_redirect_uri: 'http://localhost:3000/', id_token_hint: 'x' },
    ],
    ['an address without its slash', { client_id: 'claimcheck', logout_uri: 'http://localhost:3000' }],
    ['no client', { logout_uri: 'http://localhost:3000/' }],
  ])('with %s ends nothing and says something misleading', async (_name, query: Record<string, string>) => {
    const { jar } = await tested.signIn();
    const page = await signOut(query, jar);
    expect(page).toMatchObject({ status: 400, location: undefined });
    expect(page.text).toContain('Required String parameter &#39;redirect_uri&#39; is not present');
    expect((await tested.signIn({ jar, parameters: { prompt: 'none' } })).code).toBeDefined();
  });

  test('with the parameters of an authorization request goes on to the sign-in page', async () => {
    const { jar } = await tested.signIn();
    const query = {
      client_id: 'claimcheck',
      redirect_uri: 'http://localhost:3000/auth/callback',
      state: 's',
    };
    const { location } = await signOut({ ...query, response_type: 'code', scope: 'openid' }, jar);
    expect(location?.pathname).toBe('/oauth2/authorize');
    expect(location?.searchParams.get('state')).toBe('s');
    expect((await tested.signIn({ jar, parameters: { prompt: 'none' } })).error).toBe('login_required');
  });
});

describe('programs', () => {
  test('have themselves for a subject, and no username', async () => {
    const { status: _, ...answer } = await machineToken({
      issuer: tested.idp.issuer,
      scope: 'example/note:read',
    });
    expect(Object.keys(answer)).toEqual(['access_token', 'expires_in', 'token_type']);
    const { payload } = await tested.verify(answer.access_token);
    expect(payload).toEqual({
      sub: 'claimcheck-machine',
      iss: tested.idp.issuer,
      version: 2,
      client_id: 'claimcheck-machine',
      token_use: 'access',
      scope: 'example/note:read',
      auth_time: payload.iat,
      exp: Number(payload.iat) + 300,
      iat: expect.any(Number),
      jti: expect.stringMatching(uuid),
    });
  });

  test('that name no scope have all custom ones', async () => {
    const { access_token = '' } = await machineToken({ issuer: tested.idp.issuer });
    expect(decodeJwt(access_token).scope).toBe(
      'example/note:read example/note:create example/note:update example/note:delete',
    );
  });

  test('may not ask for anything else', async () => {
    expect(await machineToken({ issuer: tested.idp.issuer, scope: 'openid' })).toEqual({
      status: 400,
      error: 'invalid_scope',
    });
    const wrong = { grant_type: 'client_credentials', client_id: 'claimcheck-machine', client_secret: 'x' };
    expect(await tokenRequest(tested.idp.issuer, wrong)).toEqual({ status: 400, error: 'invalid_client' });
  });
});
