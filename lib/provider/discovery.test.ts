import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { testSettings } from '../../test/provider/settings';
import { type KeyServer, startKeyServer } from '../../test/token/key-server';
import type { ProviderSettings } from '../config/config';
import type { Fetch } from '../remote';
import { discoveryUrl } from '../token';
import { discover, metadataByHand } from './discovery';

const issuer = 'https://issuer.example/tenant';

const noEndpoints = testSettings().endpoints;

const settings = (changes: Partial<ProviderSettings> = {}) => testSettings({ issuer, ...changes });

const metadata = {
  issuer,
  authorization_endpoint: 'https://issuer.example/authorize',
  token_endpoint: 'https://issuer.example/token',
  jwks_uri: 'https://keys.example/jwks',
};

/** A provider that publishes this document. */
const publishing = (document: unknown, init?: ResponseInit) =>
  vi.fn<Fetch>(() => Promise.resolve(Response.json(document, init)));

const discovered = async (document: unknown, changes?: Partial<ProviderSettings>) =>
  (await discover(publishing(document), settings(changes))).value;

describe('the address of the metadata', () => {
  test.each([
    ['https://issuer.example', 'https://issuer.example/.well-known/openid-configuration'],
    ['https://issuer.example/', 'https://issuer.example/.well-known/openid-configuration'],
    ['https://issuer.example/tenant', 'https://issuer.example/tenant/.well-known/openid-configuration'],
    [
      'https://issuer.example/tenant/v2.0/',
      'https://issuer.example/tenant/v2.0/.well-known/openid-configuration',
    ],
  ])('of %s is %s', (of, url) => {
    expect(discoveryUrl(of)).toBe(url);
  });
});

describe('metadata is used', () => {
  test('as the provider publishes it, for as long as it says', async () => {
    const fetch = publishing(metadata, { headers: { 'cache-control': 'max-age=120' } });
    expect(await discover(fetch, settings())).toEqual({
      value: metadata,
      maxAge: 120,
      unreadable: [],
    });
    expect(fetch.mock.calls.map(([url]) => url)).toEqual([`${issuer}/.well-known/openid-configuration`]);
  });

  test('of an issuer with a slash at its end, compared with the slash (Auth0)', async () => {
    const auth0 = 'https://tenant.auth0.example/';
    expect(await discovered({ ...metadata, issuer: auth0 }, { issuer: auth0 })).toMatchObject({
      issuer: auth0,
    });
  });

  test('with the optional members', async () => {
    const optional = {
      end_session_endpoint: 'https://issuer.example/logout',
      revocation_endpoint: 'https://issuer.example/revoke',
      scopes_supported: ['openid'],
      authorization_response_iss_parameter_supported: true,
    };
    expect(await discovered({ ...metadata, ...optional })).toEqual({ ...metadata, ...optional });
  });

  test.each(['', null])('whose optional members are %j, as if they were missing', async (nothing) => {
    const empty = { end_session_endpoint: nothing, revocation_endpoint: nothing, scopes_supported: nothing };
    expect(await discovered({ ...metadata, ...empty })).toEqual(metadata);
  });

  test.each([
    ['scopes_supported', 'openid profile'],
    ['scopes_supported', ['openid', 7]],
    ['end_session_endpoint', 'http://issuer.example/out'],
    ['end_session_endpoint', 'javascript:alert(1)'],
    ['revocation_endpoint', ['https://issuer.example/revoke']],
    ['userinfo_endpoint', '/relative'],
    ['access_token_issuer', {}],
    ['token_endpoint_auth_methods_supported', 'client_secret_post'],
    ['token_endpoint_auth_signing_alg_values_supported', 7],
    ['code_challenge_methods_supported', { S256: true }],
    ['grant_types_supported', 'refresh_token'],
    ['backchannel_logout_supported', 1],
    ['frontchannel_logout_supported', 'yes'],
    ['require_pushed_authorization_requests', []],
    ['authorization_response_iss_parameter_supported', 'maybe'],
  ])('whose optional member %s is %j, as if it were missing, and says so', async (name, value) => {
    const { value: read, unreadable } = await discover(
      publishing({ ...metadata, [name]: value }),
      settings(),
    );
    expect(read).toEqual(metadata);
    expect(unreadable).toEqual([name]);
  });

  test('that promises in text to name its issuer is held to it (RFC 9207)', async () => {
    const promising = { ...metadata, authorization_response_iss_parameter_supported: 'true' };
    expect(await discovered(promising)).toMatchObject({
      authorization_response_iss_parameter_supported: true,
    });
  });

  test('without what nobody asked for, the algorithms none and HS256 among it', async () => {
    const more = {
      id_token_signing_alg_values_supported: ['none', 'HS256'],
      token_endpoint_auth_methods_supported: 7,
      __proto__: null,
    };
    expect(await discovered({ ...metadata, ...more })).toEqual(metadata);
  });

  test('with http endpoints on loopback', async () => {
    const local = {
      ...metadata,
      jwks_uri: 'http://127.0.0.1:4000/jwks',
      token_endpoint: 'http://localhost:4000/t',
    };
    expect(await discovered(local)).toMatchObject({ jwks_uri: local.jwks_uri });
  });

  test('with endpoints replaced by those that are set by hand', async () => {
    const endpoints = {
      ...noEndpoints,
      jwks: 'https://mirror.example/jwks',
      endSession: 'https://x.example/out',
    };
    expect(await discovered(metadata, { endpoints })).toEqual({
      ...metadata,
      jwks_uri: 'https://mirror.example/jwks',
      end_session_endpoint: 'https://x.example/out',
    });
  });

  test('with an unusable endpoint, where a usable one is set by hand', async () => {
    const endpoints = { ...noEndpoints, authorization: 'https://a.example/authorize' };
    const broken = { ...metadata, authorization_endpoint: 'http://issuer.example/authorize' };
    expect(await discovered(broken, { endpoints })).toMatchObject({
      authorization_endpoint: 'https://a.example/authorize',
    });
  });

  const byHand = {
    jwks: 'https://a.example/jwks?appid=1',
    authorization: 'https://a.example/authorize?p=policy',
    token: 'https://a.example/token',
    endSession: undefined,
  };

  test('for what it says beside endpoints that are all set by hand', async () => {
    const revocation = { revocation_endpoint: 'https://issuer.example/revoke' };
    expect(await discovered({ ...metadata, ...revocation }, { endpoints: byHand })).toEqual({
      issuer,
      jwks_uri: byHand.jwks,
      authorization_endpoint: byHand.authorization,
      token_endpoint: byHand.token,
      ...revocation,
    });
  });

  test('of nobody, where every endpoint is set by hand and nothing else can be had', () => {
    expect(metadataByHand(settings({ endpoints: byHand }))).toEqual({
      issuer,
      jwks_uri: byHand.jwks,
      authorization_endpoint: byHand.authorization,
      token_endpoint: byHand.token,
    });
    expect(metadataByHand(settings({ endpoints: { ...byHand, token: undefined } }))).toBeUndefined();
  });

  test('with a request where one needed endpoint is missing by hand', async () => {
    const fetch = publishing(metadata);
    const endpoints = { ...noEndpoints, jwks: 'https://a.example/jwks', token: 'https://a.example/token' };
    await discover(fetch, settings({ endpoints }));
    expect(fetch).toHaveBeenCalledTimes(1);
  });
});

describe('metadata is refused', () => {
  test.each([
    ['another issuer', 'https://attacker.example'],
    ['the issuer with a slash at its end', `${issuer}/`],
    ['the issuer in other letters', issuer.toUpperCase()],
    ['the issuer with its path cut off', 'https://issuer.example'],
    ['the issuer with a longer path', `${issuer}/v2.0`],
    ['a template (Entra ID, common)', 'https://issuer.example/{tenantid}/v2.0'],
    ['an empty issuer', ''],
  ])('that names %s', async (_name, named) => {
    await expect(discovered({ ...metadata, issuer: named })).rejects.toMatchObject({
      name: 'RemoteError',
      code: 'issuer_mismatch',
      message: `the provider calls itself ${named}, but OIDC_ISSUER is ${issuer}`,
      hint: `set OIDC_ISSUER to exactly ${named}`,
    });
  });

  const names = ['authorization_endpoint', 'token_endpoint', 'jwks_uri'];

  test.each(names)('without %s, and says which member is missing', async (name) => {
    await expect(discovered({ ...metadata, [name]: undefined })).rejects.toMatchObject({
      code: 'malformed',
      message: expect.stringContaining(name),
    });
  });

  test.each(
    names.flatMap((name) =>
      [
        'http://issuer.example/x',
        'http://localhost.attacker.example/x',
        'http://127.0.0.1.attacker.example/x',
        'javascript:alert(1)',
        'data:text/html,x',
        'file:///etc/passwd',
        '/relative',
        '',
        7,
      ].map((value) => [name, value] as const),
    ),
  )('with %s %o', async (name, value) => {
    await expect(discovered({ ...metadata, [name]: value })).rejects.toMatchObject({
      code: 'malformed',
      message: expect.stringContaining(name),
    });
  });

  test.each([[null], [[]], ['text'], [7], [{}]])('that is %j', async (document) => {
    await expect(discovered(document)).rejects.toMatchObject({
      code: 'malformed',
      hint: 'check that OIDC_ISSUER is the issuer of an OpenID provider',
    });
  });

  test('in whose place an endpoint that cannot be trusted is set by hand', async () => {
    const endpoints = { ...noEndpoints, jwks: 'http://keys.example/jwks' };
    await expect(discovered(metadata, { endpoints })).rejects.toMatchObject({ code: 'malformed' });
  });
});

describe('with a real server', () => {
  let server: KeyServer;

  beforeAll(async () => {
    server = await startKeyServer();
  });

  afterAll(() => server.close());

  test('its endpoints are found', async () => {
    const { value } = await discover(fetch, settings({ issuer: server.origin }));
    expect(value.jwks_uri).toBe(server.jwksUri);
  });

  test('another name of the same machine is another issuer', async () => {
    const localhost = server.origin.replace('127.0.0.1', 'localhost');
    await expect(discover(fetch, settings({ issuer: localhost }))).rejects.toMatchObject({
      code: expect.stringMatching(/issuer_mismatch|unreachable/),
    });
  });

  test.each(['down', 'error', 'html', 'empty', 'truncated', 'huge', 'redirect_other_origin'] as const)(
    'that is %s nothing is found, and it is the trouble of the provider',
    async (behaviour) => {
      server.behaviour = behaviour;
      await expect(discover(fetch, settings({ issuer: server.origin }))).rejects.toMatchObject({
        name: 'RemoteError',
      });
    },
  );
});
