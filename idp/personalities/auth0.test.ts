import { decodeJwt, decodeProtectedHeader } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { scopesOf, tokenTraits } from '../../lib/token';
import { parseForm } from '../../test/idp/browser';
import { type CookieJar, exchangeCode, machineToken, refresh, tokenRequest } from '../../test/idp/client';
import { TestPersonality } from '../../test/idp/personality';

const audience = 'https://api.claimcheck.local';
const noteScopes = 'example:note:read example:note:create example:note:update example:note:delete';

let tested: TestPersonality;
beforeAll(async () => {
  tested = await TestPersonality.start('auth0', { parameters: { audience } });
});
afterAll(() => tested.idp.remove());

describe('addresses', () => {
  test('follow an issuer that ends in a slash', () => {
    const { issuer } = tested.idp;
    expect(issuer).toMatch(/^http:\/\/localhost:\d+\/$/);
    expect(tested.endpoints).toMatchObject({
      issuer,
      authorization_endpoint: `${issuer}authorize`,
      token_endpoint: `${issuer}oauth/token`,
      jwks_uri: `${issuer}.well-known/jwks.json`,
      revocation_endpoint: `${issuer}oauth/revoke`,
      end_session_endpoint: `${issuer}oidc/logout`,
    });
  });

  test('are listed with HS256 before what signs', () => {
    expect(tested.endpoints).toMatchObject({
      id_token_signing_alg_values_supported: ['HS256', 'RS256', 'PS256'],
    });
    expect(tested.endpoints).not.toHaveProperty('authorization_response_iss_parameter_supported');
    expect(tested.endpoints).not.toHaveProperty('introspection_endpoint');
  });

  test('of keys show two, both RSA', async () => {
    for (const key of await tested.keys()) {
      expect(key).toMatchObject({ kty: 'RSA', use: 'sig', alg: 'RS256' });
      expect(key.kid).toMatch(/^[\w-]{21}$/);
    }
  });
});

describe('access tokens', () => {
  test('for an audience are JWTs in Auth0’s own profile, for the API and for userinfo', async () => {
    const { access_token = '' } = await tested.tokens();
    const { payload, protectedHeader } = await tested.verify(access_token);
    expect(protectedHeader).toMatchObject({ alg: 'RS256', typ: 'JWT' });
    expect(payload).toEqual({
      iss: tested.idp.issuer,
      sub: expect.stringMatching(/^auth0\|[\da-f]{24}$/),
      aud: [audience, `${tested.idp.issuer}userinfo`],
      iat: expect.any(Number),
      exp: Number(payload.iat) + 300,
      scope: `openid profile email ${noteScopes}`,
      azp: 'claimcheck',
      permissions: noteScopes.split(' '),
    });
  });

  test('without openid have the audience alone, as a string', async () => {
    const { access_token = '' } = await tested.tokens({ scopes: ['example:note:read'] });
    expect(decodeJwt(access_token)).toMatchObject({ aud: audience, scope: 'example:note:read' });
  });

  test('without an audience are encrypted for Auth0, and permit nothing at the API', async () => {
    const { access_token = '', scope } = await tested.tokens({ parameters: { audience: undefined } });
    const parts = access_token.split('.');
    expect(parts).toHaveLength(5);
    expect(parts[1]).toBe('');
    expect(decodeProtectedHeader(access_token)).toEqual({
      alg: 'dir',
      enc: 'A256GCM',
      iss: tested.idp.issuer,
    });
    expect(scope).toBe('openid profile email');
  });

  test('cannot be asked for by resource (RFC 8707)', async () => {
    const { access_token = '' } = await tested.tokens({
      parameters: { audience: undefined, resource: audience },
    });
    expect(access_token.split('.')).toHaveLength(5);
  });

  test('leave out unknown scopes without a word', async () => {
    const { access_token = '', scope } = await tested.tokens({ scopes: ['openid', 'example:note:fly'] });
    expect(decodeJwt(access_token).scope).toBe('openid');
    expect(scope).toBe('openid');
  });
});

describe('permissions', () => {
  test('are absent where RBAC is off', async () => {
    const plain = await TestPersonality.start(
      'auth0',
      { parameters: { audience } },
      { quirks: { permissions: false } },
    );
    expect(decodeJwt((await plain.tokens()).access_token ?? '')).not.toHaveProperty('permissions');
    await plain.idp.remove();
  });

  test('are everything the person may do where it is on, whatever was asked for', async () => {
    const permissionsOf = async (username: string) =>
      decodeJwt((await tested.tokens({ username, scopes: ['openid'] })).access_token ?? '').permissions;
    expect(await permissionsOf('alice')).toEqual(noteScopes.split(' '));
    expect(await permissionsOf('bob')).toEqual(['example:note:read']);
    expect(await permissionsOf('carol')).toEqual([]);
    const machine = await machineToken({ issuer: tested.idp.issuer, scope: 'example:note:read' });
    expect(decodeJwt(machine.access_token ?? '').permissions).toEqual(['example:note:read']);
  });

  test('grant nothing: somebody who asked for openid alone has no scope of the API', async () => {
    const { access_token = '' } = await tested.tokens({ scopes: ['openid'] });
    const claims = decodeJwt(access_token);
    expect(claims.permissions).toEqual(noteScopes.split(' '));
    expect(scopesOf(claims, tokenTraits.auth0.scopeClaims)).toEqual(['openid']);
  });
});

describe('userinfo', () => {
  test('opens for the encrypted token, and for the API’s where it names userinfo', async () => {
    const encrypted = await tested.tokens({ parameters: { audience: undefined } });
    const forApi = await tested.tokens();
    for (const { access_token } of [encrypted, forApi])
      expect(await tested.userinfo(access_token)).toMatchObject({
        status: 200,
        body: { sub: decodeJwt(forApi.access_token ?? '').sub, nickname: 'alice', email_verified: true },
      });
  });

  test('stays shut for any other token', async () => {
    const { access_token } = await tested.tokens({ scopes: ['example:note:read'] });
    const machine = await machineToken({ issuer: tested.idp.issuer, scope: 'example:note:read' });
    for (const token of [undefined, access_token, machine.access_token, 'a..b.c.d'])
      expect((await tested.userinfo(token)).status).toBe(401);
  });
});

describe('ID tokens', () => {
  test('carry nickname and sid, and no at_hash', async () => {
    const { payload, protectedHeader } = await tested.verify((await tested.tokens()).id_token);
    expect(protectedHeader.typ).toBe('JWT');
    expect(payload).toMatchObject({
      aud: 'claimcheck',
      nickname: 'alice',
      name: 'Alice Liddell',
      email: 'alice@claimcheck.local',
      sid: expect.any(String),
    });
    expect(payload).not.toHaveProperty('at_hash');
    expect(payload).not.toHaveProperty('auth_time');
  });
});

describe('refresh tokens', () => {
  const offline = { scopes: ['openid', 'offline_access', 'example:note:read'] };
  const denied = {
    status: 403,
    error: 'invalid_grant',
    error_description: 'Unknown or invalid refresh token.',
  };

  test('come for offline_access, which is echoed', async () => {
    const tokens = await tested.tokens(offline);
    expect(tokens.refresh_token).toBeDefined();
    expect(tokens.scope).toBe('openid offline_access example:note:read');
  });

  test('do not come without it', async () => {
    expect(await tested.tokens()).not.toHaveProperty('refresh_token');
  });

  test('rotate; using an old one is answered 403 and ends the family', async () => {
    const { issuer } = tested.idp;
    const first = await tested.tokens(offline);
    const second = await refresh({ issuer, refreshToken: first.refresh_token });
    expect(second.refresh_token).not.toBe(first.refresh_token);
    expect(await refresh({ issuer, refreshToken: first.refresh_token })).toEqual(denied);
    expect(await refresh({ issuer, refreshToken: second.refresh_token })).toEqual(denied);
  });

  test('are ended by revocation', async () => {
    const { issuer } = tested.idp;
    const { refresh_token: token = '' } = await tested.tokens(offline);
    const answer = await tested.post(tested.endpoints.revocation_endpoint, {
      token,
      client_id: 'claimcheck',
    });
    expect(answer.status).toBe(200);
    expect(await refresh({ issuer, refreshToken: token })).toEqual(denied);
  });
});

describe('requests that fail', () => {
  test('for an unknown audience come back as access_denied', async () => {
    const { callback, state } = await tested.signIn({
      parameters: { audience: 'https://elsewhere.example' },
    });
    expect(Object.fromEntries(callback)).toEqual({
      error: 'access_denied',
      error_description: 'Service not found: https://elsewhere.example',
      state,
    });
  });

  test('for want of somebody who is signed in come back with two words and no issuer', async () => {
    const { callback, state } = await tested.signIn({ parameters: { prompt: 'none' } });
    expect(Object.fromEntries(callback)).toEqual({
      error: 'login_required',
      error_description: 'Login required',
      state,
    });
  });

  test('that succeed come back without issuer too', async () => {
    expect([...(await tested.signIn()).callback.keys()].sort()).toEqual(['code', 'state']);
  });

  test('for their redirect URI or client end on a page of Auth0’s, 403', async () => {
    const uri = await tested.authorize({ redirect_uri: 'http://localhost:3000/other' });
    expect(uri).toMatchObject({ status: 403, location: undefined });
    expect(uri.text).toContain('Callback URL mismatch.');
    const client = await tested.authorize({ client_id: 'who' });
    expect(client).toMatchObject({ status: 403, location: undefined });
    expect(client.text).toContain('Unknown client: who');
  });

  test('for their verifier or code are 403', async () => {
    const request = { ...(await tested.signIn()), issuer: tested.idp.issuer };
    const wrong = await exchangeCode(request, { code_verifier: 'w'.repeat(43) });
    expect(wrong).toEqual({
      status: 403,
      error: 'invalid_grant',
      error_description: 'Failed to verify code verifier',
    });
    expect(await exchangeCode(request, { code: 'x' })).toMatchObject({ status: 403, error: 'invalid_grant' });
    expect((await exchangeCode(request)).status).toBe(200);
  });

  test('for their secret are 401 and access_denied', async () => {
    const fields = { grant_type: 'client_credentials', audience };
    const wrong = { ...fields, client_id: 'claimcheck-machine', client_secret: 'x' };
    const answer = { status: 401, error: 'access_denied', error_description: 'Unauthorized' };
    expect(await tokenRequest(tested.idp.issuer, wrong)).toEqual(answer);
  });

  test('for their grant are 403 and unauthorized_client', async () => {
    const open = { grant_type: 'client_credentials', client_id: 'claimcheck' };
    expect(await tokenRequest(tested.idp.issuer, open)).toMatchObject({
      status: 403,
      error: 'unauthorized_client',
    });
  });
});

describe('signing out', () => {
  const returning = (returnTo: string) =>
    new URL(`${tested.idp.issuer}v2/logout?${new URLSearchParams({ client_id: 'claimcheck', returnTo })}`);
  const isSignedIn = async (jar: CookieJar) =>
    (await tested.signIn({ jar, parameters: { prompt: 'none' } })).code !== undefined;

  test('at /oidc/logout without an ID token is asked about first', async () => {
    const { jar } = await tested.signIn();
    const page = await jar.fetch(new URL(tested.endpoints.end_session_endpoint));
    expect(page.text).toContain('Sign out?');
    expect(parseForm(page.text, page.url)?.action.pathname).toBe('/oidc/logout/confirm');
    expect(await isSignedIn(jar)).toBe(true);
  });

  test('at /v2/logout is not asked about, and leads to returnTo', async () => {
    const { jar } = await tested.signIn();
    expect((await jar.fetch(returning('http://localhost:3000/'))).location?.href).toBe(
      'http://localhost:3000/',
    );
    expect(await isSignedIn(jar)).toBe(false);
  });

  test('at /v2/logout to an address that is not allowed is refused on a page', async () => {
    const { jar } = await tested.signIn();
    const page = await jar.fetch(returning('https://evil.example/'));
    expect(page).toMatchObject({ status: 400, location: undefined });
    expect(await isSignedIn(jar)).toBe(true);
  });
});

describe('programs', () => {
  test('are named with @clients, and have gty', async () => {
    const answer = await machineToken({
      issuer: tested.idp.issuer,
      scope: 'example:note:read example:note:fly',
    });
    const { payload } = await tested.verify(answer.access_token);
    expect(payload).toEqual({
      iss: tested.idp.issuer,
      sub: 'claimcheck-machine@clients',
      aud: audience,
      iat: expect.any(Number),
      exp: Number(payload.iat) + 300,
      scope: 'example:note:read',
      gty: 'client-credentials',
      azp: 'claimcheck-machine',
      permissions: ['example:note:read'],
    });
    expect(answer.scope).toBe('example:note:read');
  });

  test.each(['', 'https://elsewhere.example'])('with the audience "%s" have no token', async (wrong) => {
    const answer = await machineToken({ issuer: tested.idp.issuer, audience: wrong });
    expect(answer).toMatchObject({ status: 403, error: 'access_denied' });
  });
});
