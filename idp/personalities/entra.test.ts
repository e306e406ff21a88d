import { createHash } from 'node:crypto';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { entra as entraPreset } from '../../lib/provider/presets/entra';
import { refreshParameters } from '../../lib/provider/refresh-parameters';
import { exchangeCode, machineToken, refresh, tokenRequest } from '../../test/idp/client';
import { TestPersonality } from '../../test/idp/personality';

const tenant = 'aaaabbbb-0000-cccc-1111-dddd2222eeee';
const names = 'note:read note:create note:update note:delete';
const uris = names.replace(/note:/g, 'api://claimcheck/note:');
const graph = '00000003-0000-0000-c000-000000000000';

let tested: TestPersonality;
let base: string;
beforeAll(async () => {
  tested = await TestPersonality.start('entra');
  base = `${new URL(tested.idp.issuer).origin}/${tenant}`;
});
afterAll(() => tested.idp.remove());

describe('addresses', () => {
  test('are below the tenant, and revocation has none', () => {
    expect(tested.idp.issuer).toBe(`${base}/v2.0`);
    expect(tested.endpoints).toMatchObject({
      issuer: `${base}/v2.0`,
      authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
      token_endpoint: `${base}/oauth2/v2.0/token`,
      end_session_endpoint: `${base}/oauth2/v2.0/logout`,
      jwks_uri: `${base}/discovery/v2.0/keys`,
      userinfo_endpoint: 'https://graph.microsoft.com/oidc/userinfo',
      subject_types_supported: ['pairwise'],
    });
    for (const absent of ['revocation_endpoint', 'code_challenge_methods_supported', 'grant_types_supported'])
      expect(tested.endpoints).not.toHaveProperty(absent);
  });

  test('of discovery may be remembered for a day', async () => {
    const { headers } = await fetch(`${tested.idp.issuer}/.well-known/openid-configuration`);
    expect(headers.get('cache-control')).toBe('max-age=86400, private');
  });

  test('of revocation answer nothing', async () => {
    const answer = await tested.post(`${base}/oauth2/v2.0/revoke`, { token: 'x', client_id: 'claimcheck' });
    expect(answer.status).toBe(404);
  });

  test('of keys show them without alg, with x5t and issuer', async () => {
    for (const key of await tested.keys()) {
      expect(key).not.toHaveProperty('alg');
      expect(key.kid).toMatch(/^[\w-]{27}$/);
      expect(key).toMatchObject({ kty: 'RSA', use: 'sig', x5t: key.kid, issuer: tested.idp.issuer });
    }
  });
});

describe('access tokens for the API', () => {
  test('of version 2 have scp with bare names', async () => {
    const { payload, protectedHeader } = await tested.verify((await tested.tokens()).access_token);
    expect(protectedHeader).toEqual({ typ: 'JWT', alg: 'RS256', kid: expect.any(String) });
    expect(payload).toEqual({
      aud: 'claimcheck',
      iss: tested.idp.issuer,
      iat: expect.any(Number),
      nbf: payload.iat,
      exp: Number(payload.iat) + 300,
      aio: expect.any(String),
      azp: 'claimcheck',
      azpacr: '0',
      name: 'Alice Liddell',
      oid: expect.stringMatching(/^[\da-f-]{36}$/),
      preferred_username: 'alice',
      rh: expect.any(String),
      scp: names,
      sub: expect.stringMatching(/^[\w-]{43}$/),
      tid: tenant,
      uti: expect.stringMatching(/^[\w-]{22}$/),
      ver: '2.0',
    });
  });

  test('of version 1 have another issuer than the ID token beside them', async () => {
    const v1 = await TestPersonality.start('entra', {}, { quirks: { tokenVersion: 1 } });
    const tokens = await v1.tokens();
    const old = `${new URL(v1.idp.issuer).origin}/${tenant}/`;
    const { payload, protectedHeader } = await v1.verify(tokens.access_token, old);
    expect(protectedHeader.x5t).toBe(protectedHeader.kid);
    expect(payload).toMatchObject({
      aud: 'api://claimcheck',
      appid: 'claimcheck',
      appidacr: '0',
      amr: ['pwd'],
      unique_name: 'alice',
      scp: names,
      ver: '1.0',
    });
    expect(payload).not.toHaveProperty('azp');
    const id = await v1.verify(tokens.id_token);
    expect(id.payload.ver).toBe('2.0');
    await v1.idp.remove();
  });

  test('tell a name only where profile was asked for', async () => {
    const { access_token = '' } = await tested.tokens({ scopes: ['openid', 'api://claimcheck/note:read'] });
    expect(decodeJwt(access_token)).not.toHaveProperty('name');
    expect(decodeJwt(access_token)).not.toHaveProperty('preferred_username');
  });

  test('of another registration than the ID token’s have another sub and the same oid', async () => {
    const two = await TestPersonality.start(
      'entra',
      {},
      { audience: 'claimcheck-api', clientSecret: 'top-secret' },
    );
    const request = await two.signIn();
    const answer = await exchangeCode(
      { ...request, issuer: two.idp.issuer },
      { client_secret: 'top-secret' },
    );
    const [access, identity] = [answer.access_token, answer.id_token].map((token = '') => decodeJwt(token));
    const person = { oid: identity?.oid };
    expect(access).toMatchObject({ azp: 'claimcheck', azpacr: '1', aud: 'claimcheck-api', ...person });
    expect(access?.sub).not.toBe(identity?.sub);
    await two.idp.remove();
  });

  test('hold every scope where /.default was asked for', async () => {
    const { access_token = '' } = await tested.tokens({ scopes: ['openid', 'api://claimcheck/.default'] });
    expect(decodeJwt(access_token).scp).toBe(names);
  });
});

describe('access tokens without a scope of the API', () => {
  test('are for Graph, and no published key verifies them', async () => {
    const { access_token = '', scope } = await tested.tokens({ scopes: ['openid', 'profile'] });
    expect(decodeProtectedHeader(access_token)).toHaveProperty('nonce');
    expect(decodeJwt(access_token)).toMatchObject({ aud: graph, ver: '1.0', scp: 'openid profile' });
    await expect(tested.verify(access_token, `${base}/`)).rejects.toThrow('signature verification failed');
    expect(scope).toBe('openid profile');
  });

  test('verify only once the nonce of their header is hashed, which is Graph’s business', async () => {
    const { access_token = '' } = await tested.tokens({ scopes: ['openid'] });
    const { nonce, ...header } = decodeProtectedHeader(access_token) as Record<string, string>;
    const hashed = createHash('sha256').update(String(nonce)).digest('base64url');
    const { typ, ...others } = header;
    const rebuilt = Buffer.from(JSON.stringify({ typ, nonce: hashed, ...others })).toString('base64url');
    const token = [rebuilt, ...access_token.split('.').slice(1)].join('.');
    await expect(tested.verify(token, `${base}/`)).resolves.toBeDefined();
  });
});

describe('ID tokens', () => {
  test('have neither at_hash nor auth_time, and email only where it was asked for', async () => {
    const { payload } = await tested.verify((await tested.tokens()).id_token);
    expect(payload).toMatchObject({
      aud: 'claimcheck',
      ver: '2.0',
      tid: tenant,
      email: 'alice@claimcheck.local',
    });
    expect(payload).not.toHaveProperty('at_hash');
    expect(payload).not.toHaveProperty('auth_time');
    const { id_token = '' } = await tested.tokens({ scopes: ['openid', 'profile'] });
    expect(decodeJwt(id_token)).not.toHaveProperty('email');
  });
});

describe('answers of the token endpoint', () => {
  test('echo scopes of the API as full URIs, and no others', async () => {
    const { status: _, ...answer } = await tested.tokens();
    expect(answer).toMatchObject({ token_type: 'Bearer', scope: uris, expires_in: 299, ext_expires_in: 299 });
    expect(Object.keys(answer).at(0)).toBe('token_type');
  });

  test('give a refresh token for offline_access, which is not echoed, and none without', async () => {
    const scopes = ['openid', 'offline_access', 'api://claimcheck/note:read'];
    const tokens = await tested.tokens({ scopes });
    expect(tokens.refresh_token).toBeDefined();
    expect(tokens.scope).toBe('api://claimcheck/note:read');
    expect(await tested.tokens()).not.toHaveProperty('refresh_token');
  });

  test('give a new refresh token each time, while the old one goes on working', async () => {
    const { issuer } = tested.idp;
    const scopes = ['openid', 'offline_access', 'api://claimcheck/note:read'];
    const { refresh_token: refreshToken } = await tested.tokens({ scopes });
    const scope = scopes.join(' ');
    const [once, again] = [
      await refresh({ issuer, refreshToken, scope }),
      await refresh({ issuer, refreshToken, scope }),
    ];
    const values = [refreshToken, once.refresh_token, again.refresh_token];
    expect(values.every(Boolean)).toBe(true);
    expect(new Set(values).size).toBe(3);
    expect((await refresh({ issuer, refreshToken: once.refresh_token, scope })).status).toBe(200);
  });

  test('refuse a refresh that names no scope: app and API are one registration', async () => {
    const { issuer } = tested.idp;
    const scopes = ['openid', 'offline_access', 'api://claimcheck/note:read'];
    const { refresh_token: refreshToken } = await tested.tokens({ scopes });
    expect(await refresh({ issuer, refreshToken })).toMatchObject({
      status: 400,
      error: 'invalid_request',
      error_codes: [90009],
      error_description: expect.stringMatching(/^AADSTS90009: Application 'claimcheck' is requesting/),
    });
    // It is not spent by that.
    const scope = 'openid offline_access api://claimcheck/note:read';
    expect(await refresh({ issuer, refreshToken, scope })).toMatchObject({ status: 200 });
  });

  test('renew what this app was granted, as it asks for that', async () => {
    const { issuer } = tested.idp;
    const granted = ['openid', 'profile', 'email', 'offline_access', 'api://claimcheck/note:read'];
    const first = await tested.tokens({ scopes: granted });
    const profile = { preset: entraPreset, requestPrefix: 'api://claimcheck/', authorizeParams: {} };
    for (const scopes of [first.scope?.split(' ') ?? [], ['note:read']]) {
      const asked = ['openid', 'profile', 'email', 'offline_access'];
      const { scope } = Object.fromEntries(refreshParameters(profile, { granted: scopes, asked }));
      const second = await refresh({ issuer, refreshToken: first.refresh_token, scope });
      expect(second).toMatchObject({ status: 200, scope: 'api://claimcheck/note:read' });
      expect(decodeJwt(second.access_token ?? '')).toMatchObject({ scp: 'note:read' });
      expect(decodeJwt(second.id_token ?? '').name).toBe('Alice Liddell');
    }
  });
});

describe('scopes that are refused', () => {
  test.each([
    ['one without api://, looked for at Graph', 'note:read', 'invalid_request', 650053, graph],
    ['one that the API does not have', 'api://claimcheck/note:fly', 'invalid_request', 650053, "'note:fly'"],
    ['one of an unknown API', 'api://elsewhere/note:read', 'invalid_resource', 500011, 'api://elsewhere'],
    ['one that names no permission', 'api://claimcheck', 'invalid_scope', 70011, "'scope' is not valid"],
  ])('%s', async (_name, scope, error, code, words) => {
    const { callback, state } = await tested.signIn({ scopes: ['openid', scope] });
    expect([callback.get('error'), callback.get('state')]).toEqual([error, state]);
    expect(callback.get('error_description')).toMatch(new RegExp(`^AADSTS${code}: `));
    expect(callback.get('error_description')).toContain(words);
  });

  test('/.default beside single ones', async () => {
    const scopes = ['openid', 'api://claimcheck/.default', 'api://claimcheck/note:read'];
    const { callback } = await tested.signIn({ scopes });
    expect(callback.get('error_description')).toContain('AADSTS70011');
  });
});

describe('requests that fail', () => {
  test('for want of somebody who is signed in come back with lines below the message', async () => {
    const { callback } = await tested.signIn({ parameters: { prompt: 'none' } });
    expect(callback.get('error')).toBe('login_required');
    expect(callback.get('error_description')).toMatch(/^AADSTS50058: .*\r\nTrace ID: /);
    expect(callback.has('iss')).toBe(false);
  });

  test('because a person said no are AADSTS65004', async () => {
    const { callback } = await tested.signIn({ deny: true });
    expect(callback.get('error')).toBe('access_denied');
    expect(callback.get('error_description')).toContain('AADSTS65004');
  });

  test('for a resource parameter (RFC 8707) come back', async () => {
    const { callback } = await tested.signIn({ parameters: { resource: 'https://api.claimcheck.local' } });
    expect(callback.get('error')).toBe('invalid_target');
    expect(callback.get('error_description')).toContain('AADSTS9010010');
  });

  test('for their redirect URI end on a page that is HTTP 200', async () => {
    const page = await tested.authorize({ redirect_uri: 'http://localhost:3000/other' });
    expect(page).toMatchObject({ status: 200, location: undefined });
    expect(page.text).toContain(
      'AADSTS50011: The redirect URI &#39;http://localhost:3000/other&#39; specified',
    );
    expect((await tested.authorize({ client_id: 'who' })).text).toContain('AADSTS700016');
  });

  test('at the token endpoint have codes, traces and CR LF', async () => {
    const answer = await tokenRequest(tested.idp.issuer, {
      grant_type: 'refresh_token',
      refresh_token: 'x',
      client_id: 'claimcheck',
    });
    expect(answer).toEqual({
      status: 400,
      error: 'invalid_grant',
      error_description: expect.stringMatching(
        /^AADSTS70000: [^\r\n]+\r\nTrace ID: [\da-f-]{36}\r\nCorrelation ID: [\da-f-]{36}\r\nTimestamp: [\d-]+ [\d:]+Z$/,
      ),
      error_codes: [70000],
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ$/),
      trace_id: expect.any(String),
      correlation_id: expect.any(String),
      error_uri: expect.stringMatching(/error\?code=70000$/),
    });
  });

  test('for their code say which check failed', async () => {
    const request = { ...(await tested.signIn()), issuer: tested.idp.issuer };
    const codes = async (parameters: Record<string, string>) => await exchangeCode(request, parameters);
    expect(await codes({ code_verifier: 'w'.repeat(43) })).toMatchObject({ error_codes: [501481] });
    expect((await codes({})).status).toBe(200);
    expect(await codes({})).toMatchObject({ error: 'invalid_grant', error_codes: [54005] });
  });

  test('for a code that nobody redeemed in time say so', async () => {
    const request = { ...(await tested.signIn()), issuer: tested.idp.issuer };
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 61_000 });
    onTestFinished(() => void vi.useRealTimers());
    expect(await exchangeCode(request)).toMatchObject({ error: 'invalid_grant', error_codes: [70008] });
  });

  test('for a parameter that is missing name it, and for a grant that the client may not use say what it lacks', async () => {
    const { issuer } = tested.idp;
    const client = { client_id: 'claimcheck' };
    expect(await tokenRequest(issuer, { ...client, grant_type: 'authorization_code' })).toMatchObject({
      status: 400,
      error_description: expect.stringContaining("the following parameter: 'code'"),
      error_codes: [900144],
    });
    const program = { ...client, grant_type: 'client_credentials', scope: 'api://claimcheck/.default' };
    expect(await tokenRequest(issuer, program)).toMatchObject({ status: 401, error_codes: [7000218] });
  });

  test.each([
    [
      'a wrong secret',
      { client_id: 'claimcheck-machine', client_secret: 'x' },
      401,
      'invalid_client',
      7000215,
    ],
    ['no secret', { client_id: 'claimcheck-machine' }, 401, 'invalid_client', 7000218],
    [
      'a secret of a public client',
      { client_id: 'claimcheck', client_secret: 'x' },
      401,
      'invalid_client',
      700025,
    ],
    ['an unknown client', { client_id: 'who', client_secret: 'x' }, 400, 'unauthorized_client', 700016],
  ])('with %s', async (_name, client: Record<string, string>, status, error, code) => {
    const fields = { grant_type: 'client_credentials', scope: 'api://claimcheck/.default', ...client };
    expect(await tokenRequest(tested.idp.issuer, fields)).toMatchObject({
      status,
      error,
      error_codes: [code],
    });
  });
});

describe('codes redeemed', () => {
  const origin = { Origin: 'http://localhost:3000' };
  const redeem = async (at: TestPersonality, headers: Record<string, string>) => {
    const { code, codeVerifier, redirectUri } = await at.signIn();
    const fields = { client_id: 'claimcheck', code, code_verifier: codeVerifier, redirect_uri: redirectUri };
    return tokenRequest(at.idp.issuer, { grant_type: 'authorization_code', ...fields }, headers);
  };

  test('by a browser are refused, for the redirect URI is not of the type spa', async () => {
    expect(await redeem(tested, origin)).toMatchObject({ status: 400, error_codes: [9002326] });
    expect((await redeem(tested, {})).status).toBe(200);
  });

  test('by a server are refused where the redirect URI is of the type spa', async () => {
    const spa = await TestPersonality.start('entra', {}, { quirks: { redirectUriType: 'spa' } });
    expect(await redeem(spa, {})).toMatchObject({ status: 400, error_codes: [9002327] });
    expect((await redeem(spa, origin)).status).toBe(200);
    await spa.idp.remove();
  });
});

describe('signing out', () => {
  test.each([
    ['http://localhost:3000/auth/callback', 'http://localhost:3000/auth/callback'],
    ['https://evil.example/', undefined],
  ])('to %s leads to %s', async (address, leadsTo) => {
    const { jar } = await tested.signIn();
    const url = new URL(tested.endpoints.end_session_endpoint);
    url.searchParams.set('post_logout_redirect_uri', address);
    expect((await jar.fetch(url)).location?.href).toBe(leadsTo);
    expect((await tested.signIn({ jar, parameters: { prompt: 'none' } })).error).toBe('login_required');
  });
});

describe('programs', () => {
  test('have roles and no scp for /.default', async () => {
    const answer = await machineToken({ issuer: tested.idp.issuer, scope: 'api://claimcheck/.default' });
    const { payload } = await tested.verify(answer.access_token);
    expect(payload).toMatchObject({
      aud: 'claimcheck',
      azp: 'claimcheck-machine',
      azpacr: '1',
      roles: ['note:read.all', 'note:create.all', 'note:update.all', 'note:delete.all'],
      oid: payload.sub,
    });
    for (const absent of ['scp', 'name', 'preferred_username']) expect(payload).not.toHaveProperty(absent);
    expect(answer).not.toHaveProperty('scope');
  });

  test('have a token without roles where they are assigned none', async () => {
    const bare = await TestPersonality.start('entra', {}, { quirks: { machineRoles: [] } });
    const answer = await machineToken({ issuer: bare.idp.issuer, scope: 'api://claimcheck/.default' });
    expect(answer.status).toBe(200);
    expect(decodeJwt(answer.access_token ?? '')).not.toHaveProperty('roles');
    await bare.idp.remove();
  });

  test.each([
    ['api://claimcheck/note:read', 'invalid_scope', 1002012],
    ['api://elsewhere/.default', 'invalid_resource', 500011],
    [undefined, 'invalid_request', 900144],
  ])('that ask for %s have none', async (scope, error, code) => {
    const answer = await machineToken({ issuer: tested.idp.issuer, scope });
    expect(answer).toMatchObject({ status: 400, error, error_codes: [code] });
  });
});
