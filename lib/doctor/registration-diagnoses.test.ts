import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type Answer,
  type AuthorizationServer,
  callback,
  json,
  page,
  redirectTo,
  startAuthorizationServer,
} from '../../test/doctor/authorization-server';
import { examineWith, settingsFor } from '../../test/doctor/examine-with';
import { newSigner, type Signer } from '../../test/token/tokens';

let rsa: Signer;
let server: AuthorizationServer;
beforeAll(async () => {
  rsa = await newSigner('RS256', 'rsa-1');
});
beforeEach(async () => {
  server = await startAuthorizationServer([rsa.publicJwk]);
});
afterEach(() => server.close());

const env = (changes: Record<string, string> = {}) => ({ ...settingsFor(server), ...changes });
const redirectUri = 'http://localhost:3000/auth/callback';

describe('the request without a person', () => {
  it('is one that a sign-in would make, but silent, with a throw-away challenge', async () => {
    const seen: URLSearchParams[] = [];
    server.authorize = (query) => {
      seen.push(query);
      return callback(query, { error: 'login_required' });
    };
    await examineWith({ env: env({ OIDC_AUTHORIZE_PARAMS: 'hd=example.com&prompt=login' }) });
    await examineWith({ env: env({ OIDC_PROVIDER: 'auth0' }) });
    const [first, second] = seen;
    expect(Object.fromEntries(first ?? [])).toEqual({
      response_type: 'code',
      client_id: 'notes-app',
      redirect_uri: redirectUri,
      scope:
        'openid profile email offline_access example:note:read example:note:create example:note:update example:note:delete',
      state: expect.stringMatching(/^[\w-]{43}$/),
      nonce: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: 'S256',
      prompt: 'none',
      hd: 'example.com',
    });
    expect(second?.get('audience')).toBe('https://api.example');
    expect(second?.get('state')).not.toBe(first?.get('state'));
    expect(server.requests.filter((request) => request === 'GET /authorize')).toHaveLength(2);
  });
});

it('the request says several times what is named several times, keeps the endpoint’s query, and asks for OIDC_SCOPE', async () => {
  const seen: URLSearchParams[] = [];
  server.authorize = (query) => {
    seen.push(query);
    return callback(query, { error: 'login_required' });
  };
  await examineWith({
    env: env({
      OIDC_AUTHORIZE_PARAMS: 'resource=a&resource=b',
      OIDC_AUTHORIZATION_ENDPOINT: `${server.origin}/authorize?p=policy`,
      OIDC_SCOPE: 'profile',
    }),
  });
  expect(seen[0]?.getAll('resource')).toEqual(['a', 'b']);
  expect(seen[0]?.getAll('p')).toEqual(['policy']);
  expect(seen[0]?.get('scope')).toMatch(/^openid profile example:note:read/);
});

it('a provider that takes pushed requests only is named, with the place to switch that off', async () => {
  server.metadata = { require_pushed_authorization_requests: true };
  server.authorize = (query) =>
    callback(query, { error: 'invalid_request', error_description: 'use the other endpoint' });
  const { redirect } = await examineWith({ env: env() });
  expect(redirect).toMatchObject({ result: 'fail', found: expect.stringContaining('PAR') });
  expect(redirect?.change).toContain('switch it off');
});

it('a provider that says so and accepts the request all the same is believed its answer', async () => {
  server.metadata = { require_pushed_authorization_requests: true };
  expect((await examineWith({ env: env() })).redirect).toMatchObject({ result: 'pass' });
});

it.each([
  [undefined, /client id, notes-app\.$/],
  [
    {
      audience: 'account',
      issuer: 'https://id.example',
      kind: 'a JWT, typ JWT',
      signIn: [],
      looksLikeIdToken: false,
    },
    /The last access token here said aud account, iss https:\/\/id\.example \(a JWT, typ JWT\)/,
  ],
  [
    { audience: undefined, issuer: undefined, kind: 'opaque', signIn: [], looksLikeIdToken: false },
    /had no aud \(opaque\)/,
  ],
])('without OIDC_AUDIENCE the audience line says what was seen: %j', async (seenToken, found) => {
  const { audience } = await examineWith({ env: env({ OIDC_AUDIENCE: '' }), seenToken });
  expect(audience).toMatchObject({ result: 'warn', found: expect.stringMatching(found) });
});

describe('access tokens that look like ID tokens', () => {
  const seenToken = {
    audience: 'api',
    issuer: undefined,
    kind: 'a JWT, typ JWT',
    signIn: [],
    looksLikeIdToken: true,
  };

  it('are told of once one was seen, with the setting that tells them apart', async () => {
    const { audience } = await examineWith({ env: env(), seenToken });
    expect(audience).toMatchObject({ result: 'warn', found: expect.stringContaining('like an ID token') });
    expect(audience?.change).toContain('OIDC_ACCESS_TOKEN_CLAIM');
  });

  it('are expected of Authentik before anybody has signed in', async () => {
    const issuer = 'https://id.example/application/o/notes/';
    const { audience } = await examineWith({ env: env({ OIDC_ISSUER: issuer }) });
    expect(audience).toMatchObject({ result: 'warn', found: expect.stringContaining('Authentik') });
  });

  it('are nothing to talk about where the claim is named', async () => {
    const named = env({ OIDC_ACCESS_TOKEN_CLAIM: 'uid' });
    expect((await examineWith({ env: named, seenToken })).audience).toMatchObject({ result: 'pass' });
  });
});

describe('the redirect URI', () => {
  it.each(['login_required', 'interaction_required', 'consent_required', 'account_selection_required'])(
    'is registered where the provider sends %s there',
    async (error) => {
      server.authorize = (query) => callback(query, { error, error_description: 'AADSTS50058: A silent…' });
      const { redirect, scopes } = await examineWith({ env: env() });
      expect(redirect).toMatchObject({ result: 'pass', found: expect.stringContaining(redirectUri) });
      expect(scopes).toMatchObject({ result: 'pass' });
    },
  );

  it('is registered where the provider says there that it does not know prompt=none', async () => {
    const error_description = 'Unsupported value for prompt';
    server.authorize = (query) => callback(query, { error: 'invalid_request', error_description });
    expect((await examineWith({ env: env() })).redirect).toMatchObject({ result: 'pass' });
    server.authorize = (query) => callback(query, { error: 'invalid_request' });
    expect((await examineWith({ env: env() })).redirect).toMatchObject({ result: 'fail' });
  });

  it('is registered where a code comes at once, which is shown to nobody', async () => {
    server.authorize = (query) => callback(query, { code: 'a-code-for-nobody' });
    const lines = await examineWith({ env: env() });
    expect(lines.redirect).toMatchObject({ result: 'pass' });
    expect(JSON.stringify(lines)).not.toContain('a-code-for-nobody');
  });

  it('is registered where an error comes in the fragment', async () => {
    server.authorize = () => redirectTo(`${redirectUri}#error=login_required`);
    expect((await examineWith({ env: env() })).redirect).toMatchObject({ result: 'pass' });
  });

  type Refusal = [string, string, (query: URLSearchParams) => Answer, string];
  const refusals: Refusal[] = [
    [
      'cognito',
      'a page of its own',
      () => redirectTo('/error?error=redirect_mismatch&client_id=notes-app'),
      'Allowed callback URLs',
    ],
    [
      'auth0',
      'a page with 403',
      () => page('<h1>Oops!</h1><p>Callback URL mismatch. The provided redirect_uri is not…', 403),
      'Allowed Callback URLs',
    ],
    [
      'entra',
      'a page with 200',
      () => page(`<script>{"x":"AADSTS501491"}</script>AADSTS50011: The redirect URI '…' does not match`),
      'Mobile and desktop applications',
    ],
    [
      'entra',
      'a page with 200 where none is registered',
      () => page('AADSTS500113: No reply'),
      'Authentication',
    ],
    [
      'generic',
      'Keycloak’s page with 400',
      () => page('<p class="instruction">Invalid parameter: redirect_uri</p>', 400),
      'Valid redirect URIs',
    ],
    [
      'generic',
      'JSON with 400',
      () => json({ error: 'invalid_redirect_uri', error_description: 'redirect_uri did not match any' }, 400),
      'redirect URIs',
    ],
    ['generic', 'JSON that says little', () => json({ error: 'invalid_request' }, 400), 'OIDC_CLIENT_ID'],
  ];

  it.each(refusals)('is not registered with %s: %s', async (preset, _how, authorize, place) => {
    server.authorize = authorize;
    const { redirect, scopes } = await examineWith({
      env: env({ OIDC_PROVIDER: preset }),
    });
    expect(redirect).toMatchObject({ result: 'fail' });
    expect(redirect?.found).toContain(redirectUri);
    expect(redirect?.change).toContain(`Register ${redirectUri}`);
    expect(redirect?.change).toContain(place);
    expect(scopes?.result).not.toBe('fail');
  });

  it('is fine, but Cognito’s domain has no style', async () => {
    server.authorize = () => page('Login pages unavailable. Please contact an administrator.', 403);
    const { redirect } = await examineWith({ env: env({ OIDC_PROVIDER: 'cognito' }) });
    expect(redirect).toMatchObject({ result: 'fail', change: expect.stringContaining('Create style') });
  });

  it('is accepted where another error comes there, which is told with what to change', async () => {
    const said = 'AADSTS500011: The resource principal named api://x was not found';
    server.authorize = (query) =>
      callback(query, { error: 'server_error', error_description: 'Something broke\r\nTrace ID: 1' });
    const broken = await examineWith({ env: env() });
    expect(broken.redirect).toMatchObject({ result: 'fail' });
    expect(broken.redirect?.found).toContain('server_error: Something broke Trace ID: 1');
    server.authorize = (query) => callback(query, { error: 'invalid_resource', error_description: said });
    const entra = await examineWith({ env: env({ OIDC_PROVIDER: 'entra' }) });
    expect(entra.redirect).toMatchObject({ result: 'pass', found: expect.stringContaining('scopes') });
    expect(entra.scopes).toMatchObject({ result: 'fail', change: expect.stringContaining('Expose an API') });
  });

  it.each([
    [
      'a healthy page of Entra',
      () => page('<title>Sign in to your account</title> AADSTS501491 redirect_uri valid'),
    ],
    ['a page nobody knows', () => page('<p>Hello', 200)],
    ['a page nobody knows, with 400', () => page('<title>We are sorry...</title>', 400)],
    ['an error of its own', () => page('oops', 500)],
    ['an OAuth error of a broken server', () => json({ error: 'server_error' }, 500)],
    ['a page elsewhere', () => redirectTo('/login?next=/authorize')],
    ['an address that is none', () => redirectTo('http://[')],
    ['another callback of the same host', () => redirectTo('http://localhost:3000/auth/callback2?code=x')],
  ])('could not be told with %s', async (_name, authorize) => {
    server.authorize = authorize;
    const { redirect, scopes } = await examineWith({ env: env() });
    expect(redirect).toMatchObject({ result: 'warn', found: expect.stringContaining('could not be told') });
    expect(redirect?.change).toContain('redirect URIs');
    expect(scopes).toMatchObject({ result: 'warn' });
  });

  it('reads no more of an endless page than its beginning, and lets go of the rest', async () => {
    let sent = 0;
    let cancelled = false;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        const words = sent === 0 ? '<title>Long</title>' : 'x';
        sent++;
        controller.enqueue(new TextEncoder().encode(words.padEnd(65_536, 'x')));
      },
      cancel() {
        cancelled = true;
      },
    });
    const { redirect } = await examineWith({
      env: env(),
      fetch: async (url, init) => (url.includes('/authorize') ? new Response(endless) : fetch(url, init)),
    });
    expect(redirect).toMatchObject({ result: 'warn', found: expect.stringContaining('Long') });
    expect(sent).toBeLessThan(8);
    expect(cancelled).toBe(true);
  });
});

describe('scopes', () => {
  it.each([
    ['cognito', { error: 'invalid_request', error_description: 'invalid_scope' }, 'Custom scopes'],
    ['cognito', { error: 'invalid_scope' }, 'Custom scopes'],
    ['entra', { error: 'access_denied', error_description: 'AADSTS650053: x' }, 'Expose an API'],
    ['generic', { error: 'invalid_scope', error_description: 'Invalid scopes: a b' }, 'Client scopes'],
    ['generic', { error: 'invalid_scope' }, 'OIDC_SCOPE_PREFIX'],
  ])('of %s that are unknown: %j', async (preset, said, place) => {
    server.authorize = (query) => callback(query, said as unknown as Record<string, string>);
    const { scopes, redirect } = await examineWith({ env: env({ OIDC_PROVIDER: preset }) });
    expect(scopes).toMatchObject({ result: 'fail', found: expect.stringContaining('note:read') });
    expect(scopes?.change).toContain(place);
    expect(redirect).toMatchObject({ result: 'pass' });
  });

  it('that Cognito refuses on a page of its own', async () => {
    server.authorize = () => redirectTo('/error?error=invalid_scope&client_id=x');
    const { scopes, redirect } = await examineWith({ env: env({ OIDC_PROVIDER: 'cognito' }) });
    expect(scopes).toMatchObject({ result: 'fail', change: expect.stringContaining('Custom scopes') });
    expect(redirect).toMatchObject({ result: 'skipped', found: expect.stringContaining('scopes') });
  });

  it('that are all listed pass even where the request tells nothing', async () => {
    server.authorize = () => page('?');
    server.metadata = {
      scopes_supported: [
        'openid',
        'profile',
        'email',
        'x/note:read',
        'x/note:create',
        'x/note:update',
        'x/note:delete',
      ],
    };
    const { scopes } = await examineWith({ env: env({ OIDC_SCOPE_PREFIX: 'x/' }) });
    expect(scopes).toMatchObject({ result: 'pass', found: expect.stringContaining('listed') });
  });
});

describe('the audience', () => {
  it.each([
    ['auth0', '', 'fail', 'APIs › your API › Settings › Identifier'],
    ['auth0', 'https://api.example', 'pass', ''],
    ['generic', '', 'warn', 'OIDC_AUDIENCE'],
    ['generic', 'https://api.example', 'pass', ''],
    ['entra', '', 'pass', ''],
    ['cognito', '', 'pass', ''],
  ])('of %s, set to “%s”: %s', async (preset, audience, result, change) => {
    const line = (await examineWith({ env: env({ OIDC_PROVIDER: preset, OIDC_AUDIENCE: audience }) }))
      .audience;
    expect(line).toMatchObject({ result });
    expect(line?.change ?? '').toContain(change);
    if (preset === 'entra') expect(line?.found).toContain('aud must be notes-app or api://notes-app');
    if (preset === 'cognito') expect(line?.found).toContain('client_id must be notes-app');
  });

  it.each([
    ['auth0', 'fail'],
    ['cognito', 'pass'],
  ])('of %s is judged while the provider is down, too: %s', async (preset, result) => {
    await server.close();
    const down = await examineWith({ env: env({ OIDC_PROVIDER: preset, OIDC_AUDIENCE: '' }) });
    expect(down.audience).toMatchObject({ result });
    expect(down.redirect).toMatchObject({ result: 'skipped' });
  });

  it('that the provider does not know', async () => {
    server.authorize = (query) =>
      callback(query, {
        error: 'access_denied',
        error_description: 'Service not found: https://api.example',
      });
    const { audience, redirect } = await examineWith({ env: env({ OIDC_PROVIDER: 'auth0' }) });
    expect(audience).toMatchObject({ result: 'fail', change: expect.stringContaining('Identifier') });
    expect(redirect).toMatchObject({ result: 'pass' });
  });
});

describe('the client', () => {
  const withSecret = { OIDC_CLIENT_SECRET: 'top-secret-value' };
  const refusing = (error: string, error_description?: string, status = 400) => {
    server.token = () => json({ error, error_description }, status);
  };

  it('is accepted where a made-up code is refused as such, and asked once', async () => {
    const { client } = await examineWith({ env: env(withSecret) });
    expect(client).toMatchObject({ result: 'pass', found: expect.stringContaining('with its secret') });
    expect(server.requests.filter((request) => request === 'POST /token')).toHaveLength(1);
    expect((await examineWith({ env: env() })).client?.found).toContain('without a secret');
  });

  it('without a secret will do on this machine; elsewhere it is said why not', async () => {
    expect((await examineWith({ env: env() })).client).toMatchObject({ result: 'pass' });
    const { client } = await examineWith({ env: env({ APP_BASE_URL: 'https://notes.example' }) });
    expect(client).toMatchObject({
      result: 'warn',
      found: expect.stringMatching(/script injected into a page .* past this server\.$/),
      change: expect.stringContaining('OIDC_CLIENT_SECRET'),
    });
    const own = await examineWith({ env: env({ ...withSecret, APP_BASE_URL: 'https://notes.example' }) });
    expect(own.client).toMatchObject({ result: 'pass' });
  });

  describe('with a private key', () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    let folder: string;
    let keyFile: string;
    beforeEach(() => {
      folder = mkdtempSync(path.join(tmpdir(), 'claimcheck-key-'));
      keyFile = path.join(folder, 'client.pem');
      const pem = String(privateKey.export({ type: 'pkcs8', format: 'pem' }));
      writeFileSync(keyFile, pem, { mode: 0o600 });
    });
    afterEach(() => rmSync(folder, { recursive: true }));
    const examined = () => examineWith({ env: env({ OIDC_CLIENT_KEY: keyFile }) });

    it('proves itself by an assertion', async () => {
      const forms: URLSearchParams[] = [];
      server.token = (form) => {
        forms.push(form);
        return json({ error: 'invalid_grant' }, 400);
      };
      expect((await examined()).client).toMatchObject({
        result: 'pass',
        found: expect.stringContaining('with its private key'),
      });
      expect(forms).toHaveLength(1);
      expect(forms[0]?.get('client_assertion')).toMatch(/^eyJ/);
    });

    it('that is not accepted is told where its public key belongs', async () => {
      refusing('invalid_client', undefined, 401);
      const { client } = await examined();
      expect(client).toMatchObject({ result: 'fail', change: expect.stringContaining('OIDC_CLIENT_KEY') });
      expect(client?.change).toContain("the client's credentials");
    });

    it('without its certificate is nobody’s at Entra', async () => {
      refusing('invalid_client', 'AADSTS50027: JWT token is invalid or malformed.', 401);
      const { client } = await examineWith({
        env: env({ OIDC_CLIENT_KEY: keyFile, OIDC_PROVIDER: 'entra' }),
      });
      expect(client).toMatchObject({ result: 'fail', change: expect.stringContaining('CERTIFICATE') });
    });

    it('that everybody on this machine can read is worth a word', async () => {
      chmodSync(keyFile, 0o644);
      expect((await examined()).client).toMatchObject({ result: 'pass' });
      chmodSync(folder, 0o755);
      expect((await examined()).client).toMatchObject({
        result: 'warn',
        change: `chmod 600 ${keyFile}`,
      });
    });
  });

  it.each([
    ['auth0', 'invalid_grant', 'Invalid authorization code', 403],
    ['entra', 'invalid_grant', 'AADSTS9002313: Invalid request. Request is malformed', 400],
    ['generic', 'invalid_grant', 'Code not valid', 400],
  ])('of %s that says %s (%s) is accepted', async (preset, error, description, status) => {
    refusing(error, description, status);
    const { client } = await examineWith({ env: env({ OIDC_PROVIDER: preset }) });
    expect(client).toMatchObject({ result: 'pass' });
  });

  it.each([
    [
      'entra',
      'invalid_client',
      "AADSTS7000218: The request body must contain: 'client_secret'",
      'OIDC_CLIENT_SECRET',
    ],
    ['entra', 'invalid_client', 'AADSTS700025: Client is public', 'leave OIDC_CLIENT_SECRET out'],
    ['entra', 'invalid_client', 'AADSTS7000215: Invalid client secret provided.', 'Value, not the Secret ID'],
    [
      'entra',
      'invalid_request',
      "AADSTS9002327: Tokens issued for the 'Single-Page Application'",
      'Mobile and desktop',
    ],
    ['cognito', 'invalid_client', undefined, 'Client secret (a client made without'],
    ['auth0', 'access_denied', 'Unauthorized', 'Credentials'],
    ['generic', 'invalid_client', 'Invalid client or Invalid client credentials', "the client's credentials"],
    ['generic', 'unauthorized_client', undefined, "the client's credentials"],
  ])('of %s that says %s (%s) is told what to change', async (preset, error, description, place) => {
    refusing(error, description, 401);
    for (const secret of [{}, withSecret]) {
      const { client } = await examineWith({ env: env({ OIDC_PROVIDER: preset, ...secret }) });
      expect(client).toMatchObject({ result: 'fail' });
      expect(client?.change).toContain(place);
    }
  });

  it('with a secret that is not accepted may have to send it another way', async () => {
    refusing('invalid_client');
    expect((await examineWith({ env: env(withSecret) })).client?.change).toContain('OIDC_CLIENT_AUTH');
  });

  it('that is unknown is told by the page', async () => {
    server.authorize = () => page("AADSTS700016: Application with identifier 'x' was not found");
    const { client, redirect } = await examineWith({ env: env({ OIDC_PROVIDER: 'entra' }) });
    expect(client).toMatchObject({ result: 'fail', change: expect.stringContaining('OIDC_CLIENT_ID') });
    expect(redirect).toMatchObject({ result: 'skipped', found: expect.stringContaining('client') });
  });

  it.each([
    ['another error', () => json({ error: 'invalid_request' }, 400)],
    ['an error of its own', () => page('oops', 500)],
    ['a page', () => page('<p>', 200)],
    ['an empty answer', () => ({ status: 400 })],
    ['a limit', () => json({ error: 'too_many_requests' }, 429)],
    ['tokens', () => json({ access_token: 'eyJ.an.access-token', token_type: 'Bearer' })],
  ])('could not be told with %s', async (_name, token) => {
    server.token = token;
    const lines = await examineWith({ env: env() });
    expect(lines.client).toMatchObject({ result: 'warn' });
    expect(lines.client?.change).toBeTruthy();
    expect(JSON.stringify(lines)).not.toContain('eyJ');
  });
});

describe('what a provider says', () => {
  it('never brings a secret back, in whatever form, nor codes for a terminal', async () => {
    const secret = 'top secret/+=&%';
    server.token = (_form, request) => {
      const { authorization = '' } = request.headers;
      const pair = Buffer.from(authorization.replace('Basic ', ''), 'base64').toString();
      const said = `\u001b[31mred\u0007 ${authorization} ${pair} ${decodeURIComponent(pair.replaceAll('+', ' '))}\u202e`;
      return json({ error: 'invalid_client', error_description: said }, 401);
    };
    const lines = await examineWith({ env: env({ OIDC_CLIENT_SECRET: secret }) });
    expect(lines.client).toMatchObject({ result: 'fail', found: expect.stringContaining('•••') });
    const text = JSON.stringify(lines);
    expect(text).not.toContain('top');
    expect(text).not.toContain(Buffer.from('notes-app:').toString('base64').slice(0, 12));
    expect(text).not.toMatch(/\\u001b|\\u0007|\u202e/);
  });

  it('is cut where it does not end', async () => {
    server.authorize = (query) => callback(query, { error: 'x', error_description: 'y'.repeat(8_000) });
    const { redirect } = await examineWith({ env: env() });
    expect(redirect?.found.length).toBeLessThanOrEqual(600);
  });
});
