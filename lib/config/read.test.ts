import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { basePathOf } from '../../scripts/base-path.mjs';
import type { BuiltBasePath } from './base-path';
import { type Config, ConfigError, type ConfigProblem } from './config';
import type { Environment } from './fields';
import { keepSecret } from './generated-secret';
import { embeddedAudience, lookAtConfig, readConfig } from './read';

const generated = 'generated-secret-of-more-than-32-bytes';
const secret = 'a-secret-of-exactly-32-bytes-abc';

function read(env: Environment = {}, more: { machineName?: string; generated?: string } = {}): Config {
  const generatedSecret = () => more.generated ?? generated;
  return readConfig(env, { directory: '/srv/app', machineName: more.machineName, generatedSecret });
}

function refusalOf(env: Environment, generatedSecret = generated): ConfigError {
  try {
    read(env, { generated: generatedSecret });
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('the configuration was accepted');
}

const problemsOf = (env: Environment): readonly ConfigProblem[] => refusalOf(env).problems;

/** An outside provider, with everything it needs. */
const outside = {
  OIDC_ISSUER: 'https://id.example',
  OIDC_CLIENT_ID: 'notes-app',
  SESSION_SECRET: secret,
};

describe('a personality of the embedded provider', () => {
  it.each([
    ['standard', 'http://localhost:4000', 'generic', [embeddedAudience]],
    [
      'cognito',
      'http://localhost:4000/eu-central-1_Wonderland',
      'cognito',
      ['claimcheck-machine', 'claimcheck-cli'],
    ],
    ['auth0', 'http://localhost:4000/', 'auth0', [embeddedAudience]],
    ['entra', 'http://localhost:4000/aaaabbbb-0000-cccc-1111-dddd2222eeee/v2.0', 'entra', []],
  ])('as %s has the issuer %s and the table of %s', (personality, issuer, preset, audiences) => {
    expect(read({ IDP_PERSONALITY: personality }).provider).toMatchObject({ issuer, preset, audiences });
  });

  it('as anybody else is refused', () => {
    expect(() => read({ IDP_PERSONALITY: 'okta' })).toThrow('standard, cognito, auth0, entra');
  });
});

describe('what only some providers need', () => {
  const own = { OIDC_ISSUER: 'https://id.example', OIDC_CLIENT_ID: 'c', SESSION_SECRET: 's'.repeat(40) };
  const provider = (env: Record<string, string>) => read({ ...own, ...env }).provider;

  it('is left to the issuer and to discovery where it is not set', () => {
    const unset = { preset: undefined, clientAuth: undefined, scopePrefix: undefined };
    expect(provider({})).toMatchObject(unset);
    expect(provider({ OIDC_PROVIDER: '', OIDC_CLIENT_AUTH: ' ', OIDC_SCOPE_PREFIX: '' })).toMatchObject(
      unset,
    );
  });

  it('can be set by hand', () => {
    const env = { OIDC_PROVIDER: 'auth0', OIDC_CLIENT_AUTH: 'client_secret_post', OIDC_SCOPE_PREFIX: 'api/' };
    expect(provider(env)).toMatchObject({
      preset: 'auth0',
      clientAuth: 'client_secret_post',
      scopePrefix: 'api/',
    });
    expect(provider({ OIDC_SCOPE_PREFIX: 'none' })).toMatchObject({ scopePrefix: '' });
  });

  it('of access tokens that name another issuer, or look like ID tokens, can be said', () => {
    const issuer = 'http://adfs.example.com/adfs/services/trust';
    const env = { OIDC_ACCESS_TOKEN_ISSUER: issuer, OIDC_ACCESS_TOKEN_CLAIM: 'uid' };
    expect(provider(env)).toMatchObject({ accessTokenIssuer: issuer, accessTokenClaim: 'uid' });
    expect(provider({})).toMatchObject({ accessTokenIssuer: undefined, accessTokenClaim: undefined });
  });

  it.each([
    ['OIDC_PROVIDER', 'keycloak'],
    ['OIDC_CLIENT_AUTH', 'private_key_jwt'],
    ['OIDC_ACCESS_TOKEN_CLAIM', 'nonce'],
    ['OIDC_ACCESS_TOKEN_CLAIM', 'email'],
  ])('%s=%s is refused', (variable, value) => {
    expect(() => provider({ [variable]: value })).toThrow(variable);
  });
});

describe('without any variable', () => {
  it('the embedded provider signs people in on loopback, with the defaults of the contract', () => {
    expect(read()).toEqual({
      host: '127.0.0.1',
      port: 3000,
      baseUrl: 'http://localhost:3000',
      secure: false,
      provider: {
        embedded: true,
        issuer: 'http://localhost:4000',
        clientId: 'claimcheck',
        clientSecret: generated,
        clientKey: undefined,
        clientAuth: undefined,
        preset: 'generic',
        audiences: [embeddedAudience],
        scopePrefix: undefined,
        scopes: undefined,
        authorizeParams: {},
        endpoints: {
          jwks: undefined,
          authorization: undefined,
          token: undefined,
          endSession: undefined,
        },
        algorithms: ['RS256', 'PS256', 'ES256', 'EdDSA'],
        clockTolerance: 30,
        jwksMaxAge: 600,
      },
      proxy: undefined,
      session: { secrets: [generated], idleTimeout: 3600, maxAge: 43_200 },
      rateLimit: true,
      trustedProxy: undefined,
      stepUp: { maxAge: {}, acrValues: {} },
      reveal: true,
      mcp: true,
      database: { kind: 'sqlite', file: '/srv/app/.data/claimcheck.db' },
      dataDirectory: '/srv/app/.data',
      embedded: { port: 4000, personality: 'standard', accessTokenTtl: 300 },
    });
  });

  it('variables that are set to nothing or to blanks count as unset', () => {
    const names = ['PORT', 'HOSTNAME', 'APP_BASE_URL', 'OIDC_ISSUER', 'OIDC_CLIENT_ID', 'OIDC_CLIENT_SECRET'];
    const more = ['OIDC_ALGORITHMS', 'OIDC_SCOPE_PREFIX', 'SESSION_SECRET', 'TOKEN_REVEAL', 'DATABASE_URL'];
    for (const blank of ['', '  ']) {
      const env = Object.fromEntries([...names, ...more, 'IDP_PORT'].map((name) => [name, blank]));
      expect(read(env)).toEqual(read());
    }
  });

  it('asks for both generated secrets in the data folder of the app', () => {
    const generatedSecret = vi.fn(() => generated);
    readConfig({}, { directory: '/srv/app', generatedSecret });
    expect(generatedSecret.mock.calls).toEqual([
      ['/srv/app/.data', 'client-secret'],
      ['/srv/app/.data', 'session-secret'],
    ]);
  });

  it('the app is a confidential client of the embedded provider', () => {
    const generatedSecret = (_directory: string, name: string) => `${name}-of-more-than-32-bytes-for-tests`;
    const { provider, session } = readConfig({}, { directory: '/srv/app', generatedSecret });
    expect(provider.clientSecret).toBe('client-secret-of-more-than-32-bytes-for-tests');
    expect(session.secrets).toEqual(['session-secret-of-more-than-32-bytes-for-tests']);
  });
});

describe('a configuration', () => {
  it('is frozen to the bottom', () => {
    const config = read(outside);
    const isDeeplyFrozen = (value: unknown): boolean =>
      typeof value !== 'object' ||
      value === null ||
      (Object.isFrozen(value) && Object.values(value).every(isDeeplyFrozen));
    expect(isDeeplyFrozen(config)).toBe(true);
    expect(() => Object.assign(config.provider.endpoints, { jwks: 'https://evil.example' })).toThrow(
      TypeError,
    );
    expect(() => (config.session.secrets as string[]).push('x')).toThrow(TypeError);
  });

  it('with an outside provider has no embedded one, and asks nobody for a secret', () => {
    const generatedSecret = vi.fn(() => generated);
    const config = readConfig(outside, { directory: '/srv/app', generatedSecret });
    expect(config.embedded).toBeUndefined();
    expect(config.provider).toMatchObject({
      embedded: false,
      issuer: 'https://id.example',
      clientId: 'notes-app',
      audiences: [],
    });
    expect(generatedSecret).not.toHaveBeenCalled();
  });

  it.each([
    ['PORT', { PORT: '8080' }, { port: 8080, baseUrl: 'http://localhost:8080' }],
    ['PORT at its limit', { PORT: '65535' }, { port: 65_535 }],
    ['HOSTNAME', { HOSTNAME: '0.0.0.0' }, { host: '0.0.0.0' }],
    [
      'APP_BASE_URL over https',
      { ...outside, APP_BASE_URL: 'https://notes.example' },
      { baseUrl: 'https://notes.example', secure: true, reveal: false },
    ],
    [
      'APP_BASE_URL with a slash',
      { APP_BASE_URL: 'http://localhost:3000/' },
      { baseUrl: 'http://localhost:3000' },
    ],
    [
      'APP_BASE_URL in capitals',
      { APP_BASE_URL: 'HTTP://LOCALHOST:3000' },
      { baseUrl: 'http://localhost:3000' },
    ],
    [
      'APP_BASE_URL with its own default port',
      { APP_BASE_URL: 'http://localhost:80' },
      { baseUrl: 'http://localhost' },
    ],
    [
      'APP_BASE_URL on IPv6',
      { APP_BASE_URL: 'http://[::1]:3000' },
      { baseUrl: 'http://[::1]:3000', reveal: true },
    ],
    ['TOKEN_REVEAL off', { TOKEN_REVEAL: 'off' }, { reveal: false }],
    [
      'TOKEN_REVEAL on',
      { ...outside, APP_BASE_URL: 'https://notes.example', TOKEN_REVEAL: 'on' },
      { reveal: true },
    ],
    [
      'DATABASE_URL, relative',
      { DATABASE_URL: 'file:data/x.db' },
      { database: { kind: 'sqlite', file: '/srv/app/data/x.db' } },
    ],
    [
      'DATABASE_URL, absolute',
      { DATABASE_URL: 'file:/var/x.db' },
      { database: { kind: 'sqlite', file: '/var/x.db' } },
    ],
    [
      'DATABASE_URL with an empty host',
      { DATABASE_URL: 'file:///var/x.db' },
      { database: { kind: 'sqlite', file: '/var/x.db' } },
    ],
    [
      'DATABASE_URL of a server, to the letter',
      { DATABASE_URL: 'postgres://app:p%40ss@db.example/notes?sslmode=verify-full' },
      {
        database: {
          kind: 'postgres',
          url: 'postgres://app:p%40ss@db.example/notes?sslmode=verify-full',
          poolMax: 10,
        },
      },
    ],
    [
      'DATABASE_URL by the longer name of its scheme, and DATABASE_POOL_MAX',
      { DATABASE_URL: 'postgresql://db.example:6432/notes', DATABASE_POOL_MAX: '25' },
      { database: { kind: 'postgres', url: 'postgresql://db.example:6432/notes', poolMax: 25 } },
    ],
    [
      'DATABASE_URL of a socket',
      { DATABASE_URL: 'postgres:///notes?host=/run/postgresql' },
      { database: { kind: 'postgres', url: 'postgres:///notes?host=/run/postgresql', poolMax: 10 } },
    ],
    [
      'IDP_*',
      { IDP_PORT: '4100', IDP_PERSONALITY: 'standard', IDP_ACCESS_TOKEN_TTL: '5' },
      { embedded: { port: 4100, personality: 'standard', accessTokenTtl: 5 } },
    ],
    [
      'SESSION_*',
      { SESSION_SECRET: secret, SESSION_IDLE_TIMEOUT: '60', SESSION_MAX_AGE: '600' },
      { session: { secrets: [secret], idleTimeout: 60, maxAge: 600 } },
    ],
    [
      'SESSION_SECRET as a list, in its order',
      { SESSION_SECRET: `${'n'.repeat(32)} , ${'o'.repeat(40)},` },
      { session: { secrets: ['n'.repeat(32), 'o'.repeat(40)] } },
    ],
  ] as const)('takes %s', (_, env, expected) => {
    expect(read(env)).toMatchObject(expected);
  });

  it.each([
    ['OIDC_CLIENT_SECRET', { OIDC_CLIENT_SECRET: 's3cret' }, { clientSecret: 's3cret' }],
    [
      'OIDC_AUDIENCE',
      { OIDC_AUDIENCE: 'https://api.example, other ,' },
      { audiences: ['https://api.example', 'other'] },
    ],
    ['OIDC_PROVIDER', { OIDC_PROVIDER: 'generic' }, { preset: 'generic' }],
    [
      'OIDC_SCOPE_PREFIX',
      { OIDC_SCOPE_PREFIX: 'https://api.example/' },
      { scopePrefix: 'https://api.example/' },
    ],
    [
      'OIDC_AUTHORIZE_PARAMS',
      { OIDC_AUTHORIZE_PARAMS: 'organization=org_1&ui_locales=de%20en' },
      { authorizeParams: { organization: 'org_1', ui_locales: 'de en' } },
    ],
    [
      'OIDC_AUTHORIZE_PARAMS that name one several times',
      { OIDC_AUTHORIZE_PARAMS: 'resource=a&prompt=login&resource=b&audience=' },
      { authorizeParams: { resource: ['a', 'b'], prompt: 'login', audience: '' } },
    ],
    ['no OIDC_SCOPE', {}, { scopes: undefined }],
    ['an OIDC_SCOPE without a scope', { OIDC_SCOPE: ' , ' }, { scopes: undefined }],
    [
      'OIDC_SCOPE',
      { OIDC_SCOPE: 'profile, openid offline_access profile' },
      { scopes: ['openid', 'profile', 'offline_access'] },
    ],
    [
      'the four endpoints',
      {
        OIDC_JWKS_URI: 'https://keys.example/jwks',
        OIDC_AUTHORIZATION_ENDPOINT: 'https://id.example/authorize',
        OIDC_TOKEN_ENDPOINT: 'https://id.example/token',
        OIDC_END_SESSION_ENDPOINT: 'https://id.example/logout',
      },
      {
        endpoints: {
          jwks: 'https://keys.example/jwks',
          authorization: 'https://id.example/authorize',
          token: 'https://id.example/token',
          endSession: 'https://id.example/logout',
        },
      },
    ],
    ['OIDC_ALGORITHMS', { OIDC_ALGORITHMS: 'ES384, Ed25519' }, { algorithms: ['ES384', 'Ed25519'] }],
    ['OIDC_CLOCK_TOLERANCE', { OIDC_CLOCK_TOLERANCE: '0' }, { clockTolerance: 0 }],
    ['OIDC_JWKS_MAX_AGE', { OIDC_JWKS_MAX_AGE: '3600' }, { jwksMaxAge: 3600 }],
  ] as const)('takes %s for the provider', (_, env, expected) => {
    expect(read({ ...outside, ...env }).provider).toMatchObject(expected);
  });

  it.each([
    'https://id.example',
    'https://id.example/',
    'https://id.example/Tenant/v2.0/',
    'https://ID.example:443',
  ])('keeps the issuer %s to the letter', (issuer) => {
    expect(read({ ...outside, OIDC_ISSUER: issuer }).provider.issuer).toBe(issuer);
  });

  it('listens on loopback where HOSTNAME is only the name of the machine', () => {
    const env = { HOSTNAME: 'f00ba4' };
    expect(read(env, { machineName: 'f00ba4' }).host).toBe('127.0.0.1');
    expect(read(env, { machineName: 'another' }).host).toBe('f00ba4');
  });
});

describe('the base path', () => {
  const readBuilt = (env: Environment, built?: BuiltBasePath) =>
    readConfig(env, { directory: '/srv/app', generatedSecret: () => generated, built });
  const refusal = (env: Environment, built: BuiltBasePath) => {
    try {
      return readBuilt(env, built).baseUrl;
    } catch (error) {
      return (error as ConfigError).problems.map(({ variable, problem, fix }) => [variable, problem, fix]);
    }
  };
  const at = (path: string) => ({ APP_BASE_URL: `http://localhost:3000${path}` });

  it.each(['', '/account', '/shop/account', '/v2.0/my-app_1~a'])(
    'is the path of APP_BASE_URL, with or without a slash at its end: "%s"',
    (path) => {
      for (const env of [at(path), at(`${path}/`)]) {
        expect(readBuilt(env).baseUrl).toBe(`http://localhost:3000${path}`);
        expect(basePathOf(env.APP_BASE_URL)).toBe(path);
      }
    },
  );

  it.each(['//account', '/a//b', '/caf\u00e9', '/a%20b', '/a;b', '/_next', '/.well-known', '/a,b', '/@a'])(
    'is refused, and not built, where a cookie or an address would need it encoded: %s',
    (path) => {
      expect(problemsOf(at(path))).toEqual([
        expect.objectContaining({ variable: 'APP_BASE_URL', problem: expect.stringContaining('base path') }),
      ]);
      expect(basePathOf(at(path).APP_BASE_URL)).toBe('');
    },
  );

  it('is that of the build, which cannot be changed', () => {
    expect(refusal(at('/account'), { path: '/account', byHand: false })).toBe(
      'http://localhost:3000/account',
    );
    const fix = (url: string) => `build it again with this setting (npm start does), or use ${url}`;
    expect(refusal(at('/other'), { path: '/account', byHand: false })).toEqual([
      [
        'APP_BASE_URL',
        'has the path /other, but this app is built for /account',
        fix('http://localhost:3000/account'),
      ],
    ]);
    expect(refusal({}, { path: '/account', byHand: false })).toEqual([
      [
        'APP_BASE_URL',
        'has no path, but this app is built for /account',
        fix('http://localhost:3000/account'),
      ],
    ]);
    expect(refusal(at('/account'), { path: '', byHand: false })).toEqual([
      [
        'APP_BASE_URL',
        'has the path /account, but this app is built for the root of its origin',
        fix('http://localhost:3000'),
      ],
    ]);
  });

  it('may be written into next.config.mjs instead, where APP_BASE_URL does not say otherwise', () => {
    const built = { path: '/account', byHand: true };
    for (const env of [{}, at(''), at('/'), at('/account')])
      expect(refusal(env, built)).toBe('http://localhost:3000/account');
    expect(refusal(at('/other'), built)).toEqual([
      [
        'APP_BASE_URL',
        'has the path /other, but this app is built for /account',
        'use http://localhost:3000/account, or change basePath in next.config.mjs',
      ],
    ]);
  });
});

describe('a wrong setting', () => {
  it.each([
    ['PORT', { PORT: '0' }],
    ['PORT', { PORT: '65536' }],
    ['PORT', { PORT: '3000.5' }],
    ['PORT', { PORT: '0x10' }],
    ['PORT', { PORT: '-1' }],
    ['PORT', { PORT: '9'.repeat(400) }],
    ['APP_BASE_URL', { APP_BASE_URL: 'localhost:3000' }],
    ['APP_BASE_URL', { APP_BASE_URL: 'notes.example' }],
    ['APP_BASE_URL', { ...outside, APP_BASE_URL: 'http://notes.example' }],
    ['APP_BASE_URL', { APP_BASE_URL: 'http://localhost:3000/my shop' }],
    ['APP_BASE_URL', { APP_BASE_URL: 'http://localhost:3000/?a=b' }],
    ['OIDC_ISSUER', { ...outside, OIDC_ISSUER: 'http://id.example' }],
    ['OIDC_ISSUER', { ...outside, OIDC_ISSUER: 'http://127.0.0.1.evil.example' }],
    ['OIDC_ISSUER', { ...outside, OIDC_ISSUER: 'id.example' }],
    ['OIDC_CLIENT_ID', { ...outside, OIDC_CLIENT_ID: '' }],
    ['OIDC_CLIENT_ID', { OIDC_CLIENT_ID: 'notes-app' }],
    ['OIDC_CLIENT_SECRET', { OIDC_CLIENT_SECRET: 's3cret' }],
    ['OIDC_PROVIDER', { ...outside, OIDC_PROVIDER: 'nonsense' }],
    ['OIDC_SCOPE_PREFIX', { OIDC_SCOPE_PREFIX: 'two words:' }],
    ['OIDC_SCOPE_PREFIX', { OIDC_SCOPE_PREFIX: 'quoted":' }],
    ['OIDC_SCOPE_PREFIX', { OIDC_SCOPE_PREFIX: 'größe:' }],
    ['OIDC_SCOPE', { OIDC_SCOPE: 'openid "profile"' }],
    ['OIDC_SCOPE', { OIDC_SCOPE: 'größe' }],
    ['OIDC_AUTHORIZE_PARAMS', { OIDC_AUTHORIZE_PARAMS: 'a=b&scope=x&scope=y' }],
    ['OIDC_JWKS_URI', { OIDC_JWKS_URI: 'http://keys.example/jwks' }],
    ['OIDC_AUTHORIZATION_ENDPOINT', { OIDC_AUTHORIZATION_ENDPOINT: 'ftp://id.example' }],
    ['OIDC_TOKEN_ENDPOINT', { OIDC_TOKEN_ENDPOINT: '/token' }],
    ['OIDC_END_SESSION_ENDPOINT', { OIDC_END_SESSION_ENDPOINT: 'javascript:alert(1)' }],
    ['OIDC_ALGORITHMS', { OIDC_ALGORITHMS: 'HS256' }],
    ['OIDC_ALGORITHMS', { OIDC_ALGORITHMS: 'RS256,none' }],
    ['OIDC_ALGORITHMS', { OIDC_ALGORITHMS: 'rs256' }],
    ['OIDC_CLOCK_TOLERANCE', { OIDC_CLOCK_TOLERANCE: '301' }],
    ['OIDC_CLOCK_TOLERANCE', { OIDC_CLOCK_TOLERANCE: '-1' }],
    ['OIDC_JWKS_MAX_AGE', { OIDC_JWKS_MAX_AGE: '59' }],
    ['OIDC_JWKS_MAX_AGE', { OIDC_JWKS_MAX_AGE: '86401' }],
    ['SESSION_SECRET', { ...outside, SESSION_SECRET: '', APP_BASE_URL: 'https://notes.example' }],
    ['SESSION_SECRET', { SESSION_SECRET: `${secret},short` }],
    ['SESSION_SECRET', { SESSION_SECRET: 'k'.repeat(31) }],
    ['SESSION_IDLE_TIMEOUT', { SESSION_IDLE_TIMEOUT: '0' }],
    ['SESSION_IDLE_TIMEOUT', { SESSION_IDLE_TIMEOUT: '1h' }],
    ['SESSION_MAX_AGE', { SESSION_MAX_AGE: 'NaN' }],
    ['TOKEN_REVEAL', { TOKEN_REVEAL: 'yes' }],
    ['TOKEN_REVEAL', { TOKEN_REVEAL: 'ON' }],
    ['DATABASE_URL', { DATABASE_URL: 'data/claimcheck.db' }],
    ['DATABASE_URL', { DATABASE_URL: 'file:' }],
    ['DATABASE_URL', { DATABASE_URL: 'file://server/claimcheck.db' }],
    ['DATABASE_URL', { DATABASE_URL: 'mysql://db.example/notes' }],
    ['DATABASE_URL', { DATABASE_URL: 'postgres:' }],
    ['DATABASE_URL', { DATABASE_URL: 'postgres:///notes' }],
    ['DATABASE_URL', { DATABASE_URL: 'postgres://db.example' }],
    ['DATABASE_URL', { DATABASE_URL: 'postgres://db.example/' }],
    ['DATABASE_URL', { DATABASE_URL: 'postgres://db.example:port/notes' }],
    ['DATABASE_URL', { DATABASE_URL: 'postgres://one.example,two.example:5432,/notes' }],
    ['DATABASE_POOL_MAX', { DATABASE_POOL_MAX: '0' }],
    ['DATABASE_POOL_MAX', { DATABASE_POOL_MAX: '1001' }],
    ['IDP_PORT', { IDP_PORT: '70000' }],
    ['IDP_PERSONALITY', { IDP_PERSONALITY: 'nonsense' }],
    ['IDP_ACCESS_TOKEN_TTL', { IDP_ACCESS_TOKEN_TTL: '0' }],
  ] as const)('%s in %j is the one that is named, with a fix', (variable, env) => {
    const problems = problemsOf(env);
    expect(problems.map((problem) => problem.variable)).toEqual([variable]);
    expect(problems[0]?.problem).not.toBe('');
    expect(problems[0]?.fix).toMatch(/\w{3}/);
  });

  it('is told together with every other, each with its fix', () => {
    const refusal = refusalOf({
      PORT: 'x',
      OIDC_ISSUER: 'http://id.example',
      OIDC_ALGORITHMS: 'HS256,none',
      OIDC_CLOCK_TOLERANCE: '900',
      SESSION_SECRET: 'short',
      TOKEN_REVEAL: 'maybe',
      DATABASE_URL: 'mysql://db',
    });
    const variables = refusal.problems.map((problem) => problem.variable);
    expect(new Set(variables)).toEqual(
      new Set([
        'PORT',
        'OIDC_ISSUER',
        'OIDC_CLIENT_ID',
        'OIDC_ALGORITHMS',
        'OIDC_CLOCK_TOLERANCE',
        'SESSION_SECRET',
        'TOKEN_REVEAL',
        'DATABASE_URL',
      ]),
    );
    expect(variables.filter((variable) => variable === 'OIDC_ALGORITHMS')).toHaveLength(2);
    expect(refusal.message).toContain('9 settings are wrong');
    for (const { variable, problem, fix } of refusal.problems) {
      expect(refusal.message).toContain(`${variable}: ${problem}\n      Fix: ${fix}`);
    }
  });

  it('alone is counted as one', () => {
    expect(refusalOf({ PORT: 'x' }).message).toContain('1 setting is wrong.');
  });

  it('a secret shorter than 32 bytes is refused without showing it, by its place in the list', () => {
    const refusal = refusalOf({ SESSION_SECRET: `${'k'.repeat(32)},hunter2-hunter2` });
    expect(refusal.problems).toEqual([
      expect.objectContaining({ variable: 'SESSION_SECRET', problem: 'secret 2 has 15 bytes' }),
    ]);
    expect(refusal.message).not.toMatch(/hunter2|kkk/);
  });

  it('counts the bytes of a secret, not its characters', () => {
    expect(read({ SESSION_SECRET: 'é'.repeat(16) }).session.secrets).toEqual(['é'.repeat(16)]);
    expect(problemsOf({ SESSION_SECRET: 'é'.repeat(15) })[0]?.problem).toBe('secret 1 has 30 bytes');
  });

  it('never shows what may be a secret: session secrets, the client secret, passwords in URLs', () => {
    const { message } = refusalOf({
      OIDC_CLIENT_SECRET: 'client-hunter2',
      SESSION_SECRET: 'session-hunter2',
      DATABASE_URL: 'postgres://app:db-hunter2@db.example/',
      OIDC_JWKS_URI: 'https://user:url-hunter2@keys.example/',
      OIDC_TOKEN_ENDPOINT: 'http://user:http-hunter2@id.example/token?key=query-hunter2',
      OIDC_END_SESSION_ENDPOINT: 'https://id.example/?key=query-hunter2#x',
    });
    expect(message).not.toContain('hunter2');
    expect(message.match(/Fix: /g)).toHaveLength(6);
  });

  it.each(['', 'short'])('a generated secret "%s" is no secret', (kept) => {
    const named = refusalOf({}, kept).problems.map((problem) => problem.variable);
    expect(named).toEqual(['OIDC_CLIENT_SECRET', 'SESSION_SECRET']);
    expect(refusalOf({}, kept).message).toContain('delete it there');
  });

  it('a generated secret that cannot be kept is told with both ways on', () => {
    const generatedSecret = () => {
      throw Object.assign(new Error(), { code: 'EROFS' });
    };
    const start = () =>
      readConfig({ ...outside, SESSION_SECRET: '' }, { directory: '/srv/app', generatedSecret });
    expect(start).toThrow(/SESSION_SECRET: .*\(EROFS\)\n.*write there, or use at least 32/);
  });
});

describe('two variables are enough', () => {
  const two = { OIDC_ISSUER: 'https://id.example', OIDC_CLIENT_ID: 'notes-app' };

  it.each([
    undefined,
    'http://localhost:3000',
    'http://127.0.0.1:8080',
    'https://app.localhost',
    'http://[::1]',
  ])('on this machine (%s): what seals sessions is made and kept', (base) => {
    expect(read({ ...two, APP_BASE_URL: base }).session.secrets).toEqual([generated]);
  });

  it.each(['https://notes.example', 'https://localhost.example', 'https://10.0.0.1'])(
    'but not at %s: it has to be set there, and none is made',
    (base) => {
      const generatedSecret = vi.fn(() => generated);
      const start = () =>
        readConfig({ ...two, APP_BASE_URL: base }, { directory: '/srv/app', generatedSecret });
      expect(start).toThrow(/SESSION_SECRET: is missing/);
      expect(generatedSecret).not.toHaveBeenCalled();
    },
  );
});

describe('a look from outside', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'claimcheck-look-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('makes no secret', () => {
    lookAtConfig({}, { directory: folder });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('knows the one that the embedded provider knows the app by, and not that of sessions', () => {
    const made = keepSecret(path.join(folder, '.data'), 'client-secret');
    const sealing = keepSecret(path.join(folder, '.data'), 'session-secret');
    const config = lookAtConfig({}, { directory: folder });
    expect(config.provider.clientSecret).toBe(made);
    expect(config.session.secrets).not.toContain(sealing);
  });
});

describe('the embedded provider', () => {
  it('is refused for an app that is not on loopback', () => {
    const [problem, ...others] = problemsOf({
      APP_BASE_URL: 'https://notes.example',
      SESSION_SECRET: secret,
    });
    expect(others).toEqual([]);
    expect(problem).toMatchObject({
      variable: 'OIDC_ISSUER',
      problem: expect.stringContaining('https://notes.example'),
    });
  });

  it('does not share its port with the app', () => {
    expect(problemsOf({ PORT: '4000' })[0]).toMatchObject({ variable: 'IDP_PORT' });
    expect(problemsOf({ PORT: '5000', IDP_PORT: '5000' })[0]).toMatchObject({ variable: 'IDP_PORT' });
    expect(read({ ...outside, PORT: '4000' }).port).toBe(4000);
  });

  it('is where its port says', () => {
    expect(read({ IDP_PORT: '4100' }).provider.issuer).toBe('http://localhost:4100');
  });
});
