import path from 'node:path';
import { isLoopback } from '../remote';
import { type ProviderKind, supportedAlgorithms, tokenTraits, usualAlgorithms } from '../token';
import type { AuthorizeParams } from './authorize-params';
import { type BuiltBasePath, isBasePath } from './base-path';
import { readClient } from './client';
import { type Config, ConfigError, type EmbeddedSettings, type ProviderSettings } from './config';
import { readDatabase } from './database-url';
import { type Environment, Fields } from './fields';
import { readKeptSecret, type SecretName } from './generated-secret';
import { embeddedCli, embeddedIssuer, embeddedMachine, type Personality, personalities } from './personality';
import { readProviderKeys } from './provider-keys';
import { readProxy } from './proxy';
import { keptSecret, readSession } from './secrets';
import { readStepUp } from './step-up';
import { readTrustedProxy } from './trusted-proxy';

/** The API as the embedded provider knows it. */
export const embeddedAudience = 'https://api.claimcheck.local';

/** What the embedded provider passes for, and which `OIDC_AUDIENCE` goes with it. */
const embeddedProviders: Readonly<
  Record<Personality, { preset: ProviderKind; audiences: readonly string[] }>
> = {
  standard: { preset: 'generic', audiences: [embeddedAudience] },
  // Tokens name clients there: this one and the machine's.
  cognito: { preset: 'cognito', audiences: [embeddedMachine.id, embeddedCli.id] },
  auth0: { preset: 'auth0', audiences: [embeddedAudience] },
  entra: { preset: 'entra', audiences: [] },
  keycloak: { preset: 'generic', audiences: [embeddedAudience] },
};

export interface Surroundings {
  /** Folder against which relative paths count. */
  readonly directory: string;
  /** This machine's own name: container runtimes export it as `HOSTNAME`, where it is not a wish. */
  readonly machineName?: string;
  /** The base path that the app was built for; absent: there is no build to agree with. */
  readonly built?: BuiltBasePath;
  /** Gives a secret that nobody has set and nobody needs to. */
  readonly generatedSecret: (dataDirectory: string, name: SecretName) => string;
}

/**
 * Reads the environment into one frozen {@link Config}.
 * @throws {ConfigError} naming every wrong variable with its fix
 */
export function readConfig(env: Environment, surroundings: Surroundings): Config {
  const fields = new Fields(env);
  const port = fields.integer('PORT', 3000, { min: 1, max: 65535 });
  const baseUrl = readBaseUrl(fields, port, surroundings.built);
  const embeddedSettings = readEmbedded(fields, surroundings.directory);
  const embedded = fields.text('OIDC_ISSUER') === undefined ? embeddedSettings : undefined;
  if (embedded) checkEmbedded(fields, { baseUrl, appPort: port, port: embedded.port });
  const dataDirectory = path.resolve(surroundings.directory, '.data');
  const generated = (name: SecretName) => surroundings.generatedSecret(dataDirectory, name);
  const provider = embedded
    ? embeddedProvider(fields, embedded, () => generated('client-secret'))
    : readProvider(fields, surroundings);
  const config: Config = {
    host: readHost(fields, surroundings),
    port,
    baseUrl,
    secure: baseUrl.startsWith('https:'),
    provider,
    // The embedded provider is on loopback, which no proxy leads to.
    proxy: embedded ? undefined : readProxy(fields),
    // On a server whoever runs the app must know it: instances share it, and folders come and go.
    session: readSession(
      fields,
      isLocal(baseUrl) || embedded ? () => generated('session-secret') : undefined,
    ),
    rateLimit: fields.choice('RATE_LIMIT', ['on', 'off'], 'on') === 'on',
    trustedProxy: readTrustedProxy(fields),
    stepUp: readStepUp(fields),
    reveal: fields.choice('TOKEN_REVEAL', ['on', 'off'], isLocal(baseUrl) ? 'on' : 'off') === 'on',
    mcp: fields.choice('MCP', ['on', 'off'], 'on') === 'on',
    database: readDatabase(fields, surroundings.directory),
    dataDirectory,
    embedded,
  };
  if (fields.problems.length > 0) throw new ConfigError(fields.problems);
  return deepFreeze(config);
}

/**
 * Reads the same for a look from outside: no secret is made and kept. The one that the embedded provider knows this app
 * by is needed to be known there too; that of sessions is not, as none will be opened.
 * @throws {ConfigError} as {@link readConfig}
 */
export function lookAtConfig(env: Environment, place: Omit<Surroundings, 'generatedSecret'>): Config {
  return readConfig(env, {
    ...place,
    generatedSecret: (dataDirectory, name) =>
      (name === 'client-secret' && readKeptSecret(dataDirectory, name)) ||
      'in place of a secret that nobody has made yet',
  });
}

function readHost(fields: Fields, { machineName }: Surroundings): string {
  const host = fields.text('HOSTNAME');
  return host === undefined || host === machineName ? '127.0.0.1' : host;
}

/**
 * Next builds the base path into the app, so that the path of APP_BASE_URL cannot be another one. Where the base path was
 * written into next.config.mjs, the origin alone will do.
 */
function readBaseUrl(fields: Fields, port: number, built?: BuiltBasePath): string {
  const { origin, pathname } = new URL(fields.url('APP_BASE_URL') ?? `http://localhost:${port}`);
  const path = pathname.replace(/\/$/, '');
  if (path !== '' && !isBasePath(path)) {
    fields.complain(
      'APP_BASE_URL',
      `has a path that cannot be a base path (${pathname})`,
      `use letters, digits and - . _ ~ in it, for example ${origin}/account`,
    );
  } else if (built && path !== built.path && (path !== '' || !built.byHand)) {
    fields.complain(
      'APP_BASE_URL',
      `${path === '' ? 'has no path' : `has the path ${path}`}, but this app is built for ${built.path || 'the root of its origin'}`,
      built.byHand
        ? `use ${origin}${built.path}, or change basePath in next.config.mjs`
        : `build it again with this setting (npm start does), or use ${origin}${built.path}`,
    );
  }
  return `${origin}${built?.path ?? path}`;
}

const isLocal = (baseUrl: string) => isLoopback(new URL(baseUrl).hostname);

/** Read even where another provider is in use, so that a mistake does not wait for the day it matters. */
function readEmbedded(fields: Fields, directory: string): EmbeddedSettings {
  return {
    port: fields.integer('IDP_PORT', 4000, { min: 1, max: 65535 }),
    personality: fields.choice('IDP_PERSONALITY', personalities, 'standard'),
    accessTokenTtl: fields.integer('IDP_ACCESS_TOKEN_TTL', 300, { min: 1, max: 86_400 }),
    keys: readProviderKeys(fields, directory),
  };
}

interface EmbeddedPlace {
  readonly baseUrl: string;
  readonly appPort: number;
  readonly port: number;
}

function checkEmbedded(fields: Fields, { baseUrl, appPort, port }: EmbeddedPlace): void {
  for (const variable of ['OIDC_CLIENT_ID', 'OIDC_CLIENT_SECRET', 'OIDC_CLIENT_KEY']) {
    if (fields.text(variable)) {
      fields.complain(
        variable,
        'is set, but OIDC_ISSUER is not',
        "set OIDC_ISSUER to your provider's issuer URL",
      );
    }
  }
  if (!isLocal(baseUrl)) {
    fields.complain(
      'OIDC_ISSUER',
      `is unset, and the embedded provider serves loopback only, not ${baseUrl}`,
      "set OIDC_ISSUER and OIDC_CLIENT_ID to your provider's values",
    );
  }
  if (port === appPort) {
    fields.complain('IDP_PORT', `is ${port}, the same as PORT`, 'give the two different ports');
  }
}

function embeddedProvider(
  fields: Fields,
  { port, personality }: EmbeddedSettings,
  generated: () => string,
): ProviderSettings {
  return {
    ...commonProvider(fields),
    embedded: true,
    ...embeddedProviders[personality],
    issuer: embeddedIssuer(personality, port),
    clientId: 'claimcheck',
    // A confidential client: what is stolen from the browser can be redeemed by this server alone.
    clientSecret: keptSecret(fields, 'OIDC_CLIENT_SECRET', generated)[0],
    clientKey: undefined,
    clientAuth: undefined,
  };
}

function readProvider(fields: Fields, { directory }: Surroundings): ProviderSettings {
  const clientId = fields.text('OIDC_CLIENT_ID');
  if (clientId === undefined) {
    fields.complain(
      'OIDC_CLIENT_ID',
      'is missing',
      'set it to the client id that your provider shows for this app',
    );
  }
  return {
    ...commonProvider(fields),
    embedded: false,
    issuer: fields.url('OIDC_ISSUER') ?? '',
    clientId: clientId ?? '',
    ...readClient(fields, directory),
    preset: fields.optionalChoice('OIDC_PROVIDER', Object.keys(tokenTraits) as ProviderKind[]),
    audiences: fields.list('OIDC_AUDIENCE'),
  };
}

function commonProvider(fields: Fields) {
  return {
    accessTokenIssuer: fields.text('OIDC_ACCESS_TOKEN_ISSUER'),
    accessTokenClaim: readAccessTokenClaim(fields),
    scopePrefix: readScopePrefix(fields),
    scopes: readScopes(fields),
    authorizeParams: readAuthorizeParams(fields),
    endpoints: {
      jwks: fields.url('OIDC_JWKS_URI', { query: true }),
      authorization: fields.url('OIDC_AUTHORIZATION_ENDPOINT', { query: true }),
      token: fields.url('OIDC_TOKEN_ENDPOINT', { query: true }),
      endSession: fields.url('OIDC_END_SESSION_ENDPOINT', { query: true }),
    },
    algorithms: readAlgorithms(fields),
    clockTolerance: fields.integer('OIDC_CLOCK_TOLERANCE', 30, { min: 0, max: 300 }),
    jwksMaxAge: fields.integer('OIDC_JWKS_MAX_AGE', 600, { min: 60, max: 86_400 }),
  };
}

/** Parameters that belong to the sign-in itself: set from outside they would be sent twice, or weaken it. */
const reservedParams = [
  ...['client_id', 'redirect_uri', 'response_type', 'response_mode', 'scope', 'state', 'nonce'],
  ...['code_challenge', 'code_challenge_method', 'request', 'request_uri'],
];

function readAuthorizeParams(fields: Fields): AuthorizeParams {
  const query = new URLSearchParams(fields.text('OIDC_AUTHORIZE_PARAMS') ?? '');
  for (const name of reservedParams.filter((reserved) => query.has(reserved))) {
    fields.complain(
      'OIDC_AUTHORIZE_PARAMS',
      `sets ${name}, which the sign-in sets itself`,
      `leave ${name} out`,
    );
  }
  const names = [...new Set(query.keys())];
  return Object.fromEntries(
    names.map((name) => {
      const values = query.getAll(name);
      return [name, values.length === 1 ? (values[0] ?? '') : values];
    }),
  );
}

/** A scope token (RFC 6749 §3.3). */
const scopeToken = /^[\x21\x23-\x5B\x5D-\x7E]+$/;

/** `openid` makes the request one of OpenID Connect (Core §3.1.2.1), so that it is always there. */
function readScopes(fields: Fields): string[] | undefined {
  const named = fields
    .text('OIDC_SCOPE')
    ?.split(/[\s,]+/)
    .filter(Boolean);
  if (!named || named.length === 0) return undefined;
  if (!named.every((scope) => scopeToken.test(scope))) {
    fields.complain(
      'OIDC_SCOPE',
      'has a character that no scope may have',
      'use printable ASCII without quotes, scopes separated by spaces or commas',
    );
  }
  return [...new Set(['openid', ...named])];
}

/** Claims that ID tokens have (OpenID Connect Core §2 and §5.1), or that all tokens have: they tell no access token. */
const claimsOfIdTokens = [
  'iss sub aud exp iat nbf jti typ token_use events sid azp acr amr auth_time nonce at_hash c_hash s_hash',
  'name given_name family_name middle_name nickname preferred_username profile picture website email',
  'email_verified gender birthdate zoneinfo locale phone_number phone_number_verified address updated_at',
].flatMap((names) => names.split(' '));

function readAccessTokenClaim(fields: Fields): string | undefined {
  const claim = fields.text('OIDC_ACCESS_TOKEN_CLAIM');
  if (claim !== undefined && claimsOfIdTokens.includes(claim)) {
    fields.complain(
      'OIDC_ACCESS_TOKEN_CLAIM',
      `names ${claim}, which ID tokens have as well`,
      'name a claim that only the access tokens of this provider have',
    );
  }
  return claim;
}

/** `none` for no prefix at all: a variable that is set to nothing is unset. */
function readScopePrefix(fields: Fields): string | undefined {
  const prefix = fields.text('OIDC_SCOPE_PREFIX');
  if (prefix === undefined) return undefined;
  if (prefix === 'none') return '';
  if (!scopeToken.test(prefix)) {
    fields.complain(
      'OIDC_SCOPE_PREFIX',
      'has a character that no scope may have',
      'use printable ASCII, no spaces or quotes',
    );
  }
  return prefix;
}

function readAlgorithms(fields: Fields): string[] {
  const named = fields.list('OIDC_ALGORITHMS');
  for (const name of named) {
    if (!supportedAlgorithms.some((one) => one === name)) {
      fields.complain(
        'OIDC_ALGORITHMS',
        `"${name}" is not an asymmetric signature algorithm`,
        `choose among ${supportedAlgorithms.join(', ')}`,
      );
    }
  }
  return named.length > 0 ? named : [...usualAlgorithms];
}

function deepFreeze<T extends object>(value: T): T {
  for (const part of Object.values(value)) {
    if (typeof part === 'object' && part !== null) deepFreeze(part);
  }
  return Object.freeze(value);
}
