import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { parseForm } from '../test/idp/browser';
import {
  authorizationRequest,
  CookieJar,
  discover,
  exchangeCode,
  machineToken,
  refresh,
  type SignInOptions,
  signInOverHttp,
  tokenRequest,
} from '../test/idp/client';
import { startTestProvider, type TestProvider, testScopes } from '../test/idp/provider';
import { personByPassword } from './people';

let idp: TestProvider;
const noteScopes = testScopes.map((scope) => scope.value);
const allScopes = ['openid', 'profile', 'email', ...noteScopes];

beforeAll(async () => {
  idp = await startTestProvider();
});
afterAll(() => idp.remove());
afterEach(() => {
  vi.useRealTimers();
});

function signIn(username: string, more: Partial<SignInOptions> = {}) {
  const { issuer, appBaseUrl } = idp;
  return signInOverHttp({ issuer, appBaseUrl, username, password: 'wonderland', scopes: allScopes, ...more });
}

async function tokensOf(username: string, more: Partial<SignInOptions> = {}) {
  const { issuer } = idp;
  return exchangeCode({ ...(await signIn(username, more)), issuer });
}

async function verified(token: string | undefined, audience: string) {
  const keys = createRemoteJWKSet(new URL((await discover(idp.issuer)).jwks_uri));
  return jwtVerify(token ?? '', keys, { issuer: idp.issuer, audience });
}

/** Only the clock of this process, which is the provider's too; timers and sockets stay real. */
function letPass(seconds: number): void {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + seconds * 1000 });
}

describe('discovery', () => {
  test('names the issuer exactly, PKCE S256, and the iss parameter of RFC 9207', async () => {
    expect(await discover(idp.issuer)).toMatchObject({
      issuer: idp.issuer,
      authorization_endpoint: `${idp.issuer}/authorize`,
      token_endpoint: `${idp.issuer}/token`,
      revocation_endpoint: `${idp.issuer}/revoke`,
      end_session_endpoint: `${idp.issuer}/logout`,
      jwks_uri: `${idp.issuer}/.well-known/jwks.json`,
      response_types_supported: ['code'],
      code_challenge_methods_supported: ['S256'],
      authorization_response_iss_parameter_supported: true,
    });
  });

  test('the key set holds an RS256 and an ES256 key and nothing private', async () => {
    const response = await fetch(`${idp.issuer}/.well-known/jwks.json`);
    const { keys } = (await response.json()) as { keys: Record<string, string>[] };
    expect(keys.map((key) => key.alg)).toEqual(['RS256', 'ES256']);
    for (const key of keys) expect(Object.keys(key)).not.toContain('d');
  });
});

describe('signing in', () => {
  test('answers with a code, the state and the issuer', async () => {
    const result = await signIn('alice');
    expect(result.code).toMatch(/^[\w-]{20,}$/);
    expect(result.callback.get('state')).toBe(result.state);
    expect(result.iss).toBe(idp.issuer);
  });

  test('access tokens are RFC 9068 JWTs for the audience with the scopes that were allowed', async () => {
    const { access_token, expires_in, token_type, scope } = await tokensOf('alice');
    const { protectedHeader, payload } = await verified(access_token, 'https://api.claimcheck.local');
    expect(protectedHeader).toEqual({ alg: 'RS256', typ: 'at+jwt', kid: expect.any(String) });
    expect(payload).toEqual({
      iss: idp.issuer,
      aud: 'https://api.claimcheck.local',
      sub: personByPassword('alice', 'wonderland')?.subject,
      client_id: 'claimcheck',
      scope: noteScopes.join(' '),
      jti: expect.any(String),
      iat: expect.any(Number),
      exp: Number(payload.iat) + 300,
      auth_time: expect.any(Number),
      acr: 'urn:claimcheck:acr:password',
    });
    expect({ expires_in, token_type, scope }).toEqual({
      expires_in: 300,
      token_type: 'Bearer',
      scope: noteScopes.join(' '),
    });
  });

  test('ID tokens carry nonce, at_hash and the claims of the scopes asked for', async () => {
    const request = await signIn('alice');
    const { id_token } = await exchangeCode({ ...request, issuer: idp.issuer });
    const { payload } = await verified(id_token, 'claimcheck');
    expect(payload).toMatchObject({
      sub: personByPassword('alice', 'wonderland')?.subject,
      nonce: request.nonce,
      at_hash: expect.stringMatching(/^[\w-]{22}$/),
      auth_time: expect.any(Number),
      name: 'Alice Liddell',
      preferred_username: 'alice',
      email: 'alice@claimcheck.local',
    });
  });

  test('at_hash is the left half of the SHA-256 of the access token', async () => {
    const { access_token = '', id_token = '' } = await tokensOf('alice');
    const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(access_token));
    expect(decodeJwt(id_token).at_hash).toBe(Buffer.from(digest).subarray(0, 16).toString('base64url'));
  });

  test('without the scopes profile and email the ID token says neither name nor address', async () => {
    const { id_token = '' } = await tokensOf('alice', { scopes: ['openid'] });
    expect(Object.keys(decodeJwt(id_token))).not.toEqual(expect.arrayContaining(['name']));
    expect(decodeJwt(id_token)).not.toHaveProperty('email');
  });

  test('a wrong password shows the form again with the username and without saying which was wrong', async () => {
    const { jar, form, page } = await signInForm();
    expect(page.status).toBe(200);
    for (const username of ['alice', 'nobody']) {
      const answer = await jar.fetch(form.action, new URLSearchParams({ username, password: 'x' }));
      expect(answer.status).toBe(400);
      expect(answer.text).toContain('role="alert"');
      expect(answer.text).toContain('The username or the password is wrong.');
      expect(answer.text).toContain(`value="${username}"`);
    }
  });

  test('what was typed is escaped when it is shown again', async () => {
    const { jar, form } = await signInForm();
    const answer = await jar.fetch(
      form.action,
      new URLSearchParams({ username: '"><script>', password: 'x' }),
    );
    expect(answer.text).toContain('value="&#34;&#62;&#60;script&#62;"');
  });

  test('Cancel goes back to the app with access_denied', async () => {
    expect(await signIn('alice', { cancel: true })).toMatchObject({
      error: 'access_denied',
      iss: idp.issuer,
    });
  });

  test('an audience may be named if it is the right one', async () => {
    const right = await signIn('alice', { parameters: { audience: 'https://api.claimcheck.local' } });
    expect(right.code).toBeDefined();
    const wrong = await signIn('alice', { parameters: { audience: 'https://elsewhere.example' } });
    expect(wrong.error).toBe('invalid_target');
  });

  test('cookies have names of their own, and are HttpOnly and SameSite=Lax', async () => {
    const { jar, cookies } = await signInForm();
    for (const name of jar.names) expect(name).toMatch(/^claimcheck_idp_/);
    for (const cookie of cookies) expect(cookie).toMatch(/httponly/i);
    for (const cookie of cookies) expect(cookie).toMatch(/samesite=lax/i);
  });
});

async function signInForm() {
  const jar = new CookieJar();
  const request = await authorizationRequest({ ...idp, scopes: allScopes });
  const redirect = await jar.fetch(request.url);
  const page = await jar.fetch(redirect.location ?? request.url);
  const form = parseForm(page.text, page.url);
  if (!form) throw new Error('no form');
  return { jar, form, page, cookies: redirect.headers.getSetCookie() };
}

describe('consent', () => {
  test('Deny goes back to the app with access_denied and the issuer', async () => {
    const result = await signIn('alice', { deny: true });
    expect(result).toMatchObject({ code: undefined, error: 'access_denied', iss: idp.issuer });
    expect(result.callback.get('state')).toBe(result.state);
  });

  test('an unticked scope is not in the token', async () => {
    const { access_token = '' } = await tokensOf('alice', { untick: ['example:note:delete'] });
    expect(decodeJwt(access_token).scope).toBe('example:note:read example:note:create example:note:update');
  });

  test('bob is granted reading and nothing else', async () => {
    const { access_token = '' } = await tokensOf('bob');
    expect(decodeJwt(access_token).scope).toBe('example:note:read');
  });

  test('bob is not granted creating even by a forged form', async () => {
    const { access_token = '' } = await tokensOf('bob', { forge: ['example:note:create'] });
    expect(decodeJwt(access_token).scope).toBe('example:note:read');
  });

  test('a forged form grants nothing that was not asked for', async () => {
    const scopes = ['openid', 'example:note:read'];
    const { access_token = '' } = await tokensOf('alice', { scopes, forge: ['example:note:create'] });
    expect(decodeJwt(access_token).scope).toBe('example:note:read');
  });

  test('carol, who may be granted nothing, is signed in all the same', async () => {
    const { access_token = '', id_token = '', scope } = await tokensOf('carol');
    expect(decodeJwt(access_token)).not.toHaveProperty('scope');
    expect(decodeJwt(id_token).name).toBe('Carol Duchess');
    expect(scope ?? '').toBe('');
  });

  test('is asked anew on every sign-in, the password is not', async () => {
    const first = await signIn('alice');
    const again = await signIn('alice', { jar: first.jar, untick: noteScopes.slice(1) });
    expect(first.pages).toHaveLength(2);
    expect(again.pages).toEqual([expect.stringMatching(/^Allow Claimcheck/)]);
    const { access_token = '' } = await exchangeCode({ ...again, issuer: idp.issuer });
    expect(decodeJwt(access_token).scope).toBe('example:note:read');
  });

  test('prompt=none uses the last consent without a page', async () => {
    const first = await signIn('alice', { untick: ['example:note:delete'] });
    const silent = await signIn('alice', { jar: first.jar, parameters: { prompt: 'none' } });
    expect(silent.pages).toEqual([]);
    const { access_token = '' } = await exchangeCode({ ...silent, issuer: idp.issuer });
    expect(decodeJwt(access_token).scope).not.toContain('delete');
  });

  test('prompt=none fails when nobody is signed in', async () => {
    expect((await signIn('alice', { parameters: { prompt: 'none' } })).error).toBe('login_required');
  });

  test('another person may sign in where somebody is signed in', async () => {
    const { jar } = await signIn('alice');
    const other = await signIn('bob', { jar, parameters: { prompt: 'login' } });
    const { id_token = '' } = await exchangeCode({ ...other, issuer: idp.issuer });
    expect(decodeJwt(id_token).name).toBe('Bob Carpenter');
  });
});

describe('authorization requests', () => {
  test.each([
    ['without PKCE', { code_challenge: undefined, code_challenge_method: undefined }],
    ['with PKCE plain', { code_challenge_method: 'plain' }],
    ['with a PKCE challenge of no stated method', { code_challenge_method: undefined }],
  ])('%s are refused with the issuer', async (_name, parameters) => {
    expect(await signIn('alice', { parameters })).toMatchObject({
      error: 'invalid_request',
      iss: idp.issuer,
    });
  });

  test.each([
    'http://localhost:3000/auth/callback/',
    'http://localhost:3000/auth/Callback',
    'http://127.0.0.1:3000/auth/callback',
    'https://localhost:3000/auth/callback',
  ])('with the redirect URI %s are refused on a page, without redirecting', async (redirect_uri) => {
    const { url } = await authorizationRequest({ ...idp, scopes: allScopes, parameters: { redirect_uri } });
    const answer = await new CookieJar().fetch(url);
    expect(answer).toMatchObject({ status: 400, location: undefined });
    expect(answer.text).toContain('invalid_redirect_uri');
    expect(answer.text).toContain('http://localhost:3000/auth/callback is registered');
  });

  test('of an unknown client are refused on a page', async () => {
    const { url } = await authorizationRequest({
      ...idp,
      scopes: allScopes,
      parameters: { client_id: 'who' },
    });
    const answer = await new CookieJar().fetch(url);
    expect(answer).toMatchObject({ status: 400, location: undefined });
    expect(answer.text).toContain('Unknown app');
  });

  test('implicit and hybrid flows do not exist', async () => {
    for (const response_type of ['token', 'id_token', 'code id_token']) {
      const { url } = await authorizationRequest({
        ...idp,
        scopes: allScopes,
        parameters: { response_type },
      });
      const { location } = await new CookieJar().fetch(url);
      expect(location?.href).toContain('error=unsupported_response_type');
    }
  });
});

describe('authorization codes', () => {
  test('need the verifier of their challenge', async () => {
    const request = { ...(await signIn('alice')), issuer: idp.issuer };
    const wrong = await exchangeCode(request, { code_verifier: 'w'.repeat(43) });
    expect(wrong).toMatchObject({ status: 400, error: 'invalid_grant' });
    const missing = await exchangeCode(request, { code_verifier: undefined });
    expect(missing).toMatchObject({ status: 400, error: 'invalid_grant' });
    expect((await exchangeCode(request)).status).toBe(200);
  });

  test('work once, and a second use ends what the first one gave', async () => {
    const request = { ...(await signIn('alice')), issuer: idp.issuer };
    const tokens = await exchangeCode(request);
    expect(await exchangeCode(request)).toMatchObject({ status: 400, error: 'invalid_grant' });
    const refreshed = await refresh({ issuer: idp.issuer, refreshToken: tokens.refresh_token });
    expect(refreshed.error).toBe('invalid_grant');
  });

  test('work once even when they are used twice at the same time', async () => {
    const request = { ...(await signIn('alice')), issuer: idp.issuer };
    const answers = await Promise.all([1, 2, 3, 4].map(() => exchangeCode(request)));
    expect(answers.filter((answer) => answer.status === 200)).toHaveLength(1);
  });

  test('work within a minute', async () => {
    const request = { ...(await signIn('alice')), issuer: idp.issuer };
    letPass(55);
    expect((await exchangeCode(request)).status).toBe(200);
  });

  test('do not work after a minute', async () => {
    const request = { ...(await signIn('alice')), issuer: idp.issuer };
    letPass(61);
    expect(await exchangeCode(request)).toMatchObject({ status: 400, error: 'invalid_grant' });
  });

  test('belong to their redirect URI', async () => {
    const request = { ...(await signIn('alice')), issuer: idp.issuer };
    const answer = await exchangeCode(request, { redirect_uri: 'http://localhost:3000/' });
    expect(answer.error).toBe('invalid_grant');
  });
});

describe('refresh tokens', () => {
  test('come without offline_access, and every use gives a new one', async () => {
    const { issuer } = idp;
    const first = await tokensOf('alice');
    const second = await refresh({ issuer, refreshToken: first.refresh_token });
    expect(second.status).toBe(200);
    expect(second.refresh_token).not.toBe(first.refresh_token);
    expect(decodeJwt(second.access_token ?? '').scope).toBe(noteScopes.join(' '));
    expect((await refresh({ issuer, refreshToken: second.refresh_token })).status).toBe(200);
  });

  test('end their whole family when an old one is used again', async () => {
    const { issuer } = idp;
    const first = await tokensOf('alice');
    const second = await refresh({ issuer, refreshToken: first.refresh_token });
    expect((await refresh({ issuer, refreshToken: first.refresh_token })).error).toBe('invalid_grant');
    expect((await refresh({ issuer, refreshToken: second.refresh_token })).error).toBe('invalid_grant');
  });

  test('are refused once the app has revoked them', async () => {
    const { issuer } = idp;
    const { refresh_token = '' } = await tokensOf('alice');
    const { revocation_endpoint } = await discover(issuer);
    const body = new URLSearchParams({ client_id: 'claimcheck', token: refresh_token });
    expect((await fetch(revocation_endpoint ?? '', { method: 'POST', body })).status).toBe(200);
    expect((await refresh({ issuer, refreshToken: refresh_token })).error).toBe('invalid_grant');
  });
});

describe('client credentials', () => {
  test('give a program the note scopes that it asks for', async () => {
    const answer = await machineToken({ issuer: idp.issuer, scope: 'example:note:read example:note:create' });
    const { payload, protectedHeader } = await verified(answer.access_token, 'https://api.claimcheck.local');
    expect(protectedHeader.typ).toBe('at+jwt');
    expect(payload).toMatchObject({
      sub: 'claimcheck-machine',
      client_id: 'claimcheck-machine',
      scope: 'example:note:read example:note:create',
    });
    expect(answer.refresh_token).toBeUndefined();
  });

  test('may be sent in the body too', async () => {
    const answer = await tokenRequest(idp.issuer, {
      grant_type: 'client_credentials',
      client_id: 'claimcheck-machine',
      client_secret: 'wonderland-machine',
      scope: 'example:note:read',
    });
    expect(decodeProtectedHeader(answer.access_token ?? '').alg).toBe('RS256');
  });

  test('are refused with a wrong secret, and to the public client', async () => {
    const grant_type = 'client_credentials';
    const wrong = { grant_type, client_id: 'claimcheck-machine', client_secret: 'x' };
    expect(await tokenRequest(idp.issuer, wrong)).toMatchObject({ status: 401, error: 'invalid_client' });
    const open = { grant_type, client_id: 'claimcheck' };
    expect((await tokenRequest(idp.issuer, open)).status).toBe(400);
  });

  test('give no scope that the API does not have', async () => {
    const { access_token = '' } = await machineToken({
      issuer: idp.issuer,
      scope: 'openid example:note:fly',
    });
    expect(decodeJwt(access_token)).not.toHaveProperty('scope');
  });
});
