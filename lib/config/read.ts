import path from 'node:path';
import {
  type AuthorizeParams,
  type Config,
  ConfigError,
  clientAuths,
  type EmbeddedSettings,
  type PresetName,
  type ProviderSettings,
  presetNames,
} from './config';
import { readDatabase } from './database-url';
import { type Environment, Fields } from './fields';
import { isLoopback } from './loopback';
import { embeddedIssuer, embeddedMachine, type Personality, personalities } from './personality';
import { readProxy } from './proxy';

/** JWS algorithms that can be allowed: asymmetric, and known to `jose` (RFC 7518 §3.1, RFC 8037, RFC 9864). */
const asymmetricAlgorithms = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
];

/** The API as the embedded provider knows it. */
export const embeddedAudience = 'https://api.claimcheck.local';

/** What the embedded provider passes for, and which `OIDC_AUDIENCE` goes with it. */
const embeddedProviders: Readonly<Record<Personality, { preset: PresetName; audiences: readonly string[] }>> =
  {
    standard: { preset: 'generic', audiences: [embeddedAudience] },
    // Tokens name clients there: this one and the machine's.
    cognito: { preset: 'cognito', audiences: [embeddedMachine.id] },
    auth0: { preset: 'auth0', audiences: [embeddedAudience] },
    entra: { preset: 'entra', audiences: [] },
  };

export interface Surroundings {
  /** Folder against which relative paths count. */
  readonly directory: string;
  /** This machine's own name: container runtimes export it as `HOSTNAME`, where it is not a wish. */
  readonly machineName?: string;
  /** Gives the secret that seals sessions where none is set and none needs to be. */
  readonly generatedSecret: (dataDirectory: string) => string;
}

/**
 * Reads the environment into one frozen {@link Config}.
 * @throws {ConfigError} naming every wrong variable with its fix
 */
export function readConfig(env: Environment, surroundings: Surroundings): Config {
  const fields = new Fields(env);
  const port = fields.integer('PORT', 3000, { min: 1, max: 65535 });
  const baseUrl = readBaseUrl(fields, port);
  const embeddedSettings = readEmbedded(fields);
  const embedded = fields.text('OIDC_ISSUER') === undefined ? embeddedSettings : undefined;
  if (embedded) checkEmbedded(fields, { baseUrl, appPort: port, port: embedded.port });
  const provider = embedded ? embeddedProvider(fields, embedded) : readProvider(fields);
  const dataDirectory = path.resolve(surroundings.directory, '.data');
  const config: Config = {
    host: readHost(fields, surroundings),
    port,
    baseUrl,
    secure: baseUrl.startsWith('https:'),
    provider,
    // The embedded provider is on loopback, which no proxy leads to.
    proxy: embedded ? undefined : readProxy(fields),
    session: readSession(fields, () => (embedded ? surroundings.generatedSecret(dataDirectory) : undefined)),
    reveal: fields.choice('TOKEN_REVEAL', ['on', 'off'], defaultReveal(baseUrl)) === 'on',
    database: readDatabase(fields, surroundings.directory),
    dataDirectory,
    embedded,
  };
  if (fields.problems.length > 0) throw new ConfigError(fields.problems);
  return deepFreeze(config);
}

/**
 * Reads the same for a look from outside: no secret is made and kept, as nobody's session will be opened.
 * @throws {ConfigError} as {@link readConfig}
 */
export function lookAtConfig(env: Environment, place: Omit<Surroundings, 'generatedSecret'>): Config {
  return readConfig(env, {
    ...place,
    generatedSecret: () => 'in place of a secret that nobody has made yet',
  });
}

function readHost(fields: Fields, { machineName }: Surroundings): string {
  const host = fields.text('HOSTNAME');
  return host === undefined || host === machineName ? '127.0.0.1' : host;
}

function readBaseUrl(fields: Fields, port: number): string {
  const fallback = `http://localhost:${port}`;
  const text = fields.url('APP_BASE_URL');
  if (text === undefined) return fallback;
  const url = new URL(text);
  if (url.pathname !== '/') {
    fields.complain('APP_BASE_URL', `has a path (${url.pathname})`, `use the origin alone: ${url.origin}`);
  }
  return url.origin;
}

function defaultReveal(baseUrl: string): 'on' | 'off' {
  return isLoopback(new URL(baseUrl).hostname) ? 'on' : 'off';
}

/** Read even where another provider is in use, so that a mistake does not wait for the day it matters. */
function readEmbedded(fields: Fields): EmbeddedSettings {
  return {
    port: fields.integer('IDP_PORT', 4000, { min: 1, max: 65535 }),
    personality: fields.choice('IDP_PERSONALITY', personalities, 'standard'),
    accessTokenTtl: fields.integer('IDP_ACCESS_TOKEN_TTL', 300, { min: 1, max: 86_400 }),
  };
}

interface EmbeddedPlace {
  readonly baseUrl: string;
  readonly appPort: number;
  readonly port: number;
}

function checkEmbedded(fields: Fields, { baseUrl, appPort, port }: EmbeddedPlace): void {
  for (const variable of ['OIDC_CLIENT_ID', 'OIDC_CLIENT_SECRET']) {
    if (fields.text(variable)) {
      fields.complain(
        variable,
        'is set, but OIDC_ISSUER is not',
        "set OIDC_ISSUER to your provider's issuer URL",
      );
    }
  }
  if (!isLoopback(new URL(baseUrl).hostname)) {
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

function embeddedProvider(fields: Fields, { port, personality }: EmbeddedSettings): ProviderSettings {
  return {
    ...commonProvider(fields),
    embedded: true,
    ...embeddedProviders[personality],
    issuer: embeddedIssuer(personality, port),
    clientId: 'claimcheck',
    clientSecret: undefined,
    clientAuth: undefined,
  };
}

function readProvider(fields: Fields): ProviderSettings {
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
    clientSecret: fields.text('OIDC_CLIENT_SECRET'),
    clientAuth: fields.optionalChoice('OIDC_CLIENT_AUTH', clientAuths),
    preset: fields.optionalChoice('OIDC_PROVIDER', presetNames),
    audiences: fields.list('OIDC_AUDIENCE'),
  };
}

function commonProvider(fields: Fields) {
  return {
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
    if (!asymmetricAlgorithms.includes(name)) {
      fields.complain(
        'OIDC_ALGORITHMS',
        `"${name}" is not an asymmetric signature algorithm`,
        `choose among ${asymmetricAlgorithms.join(', ')}`,
      );
    }
  }
  return named.length > 0 ? named : ['RS256', 'PS256', 'ES256', 'EdDSA'];
}

function readSession(fields: Fields, generated: () => string | undefined): Config['session'] {
  const secrets = fields.list('SESSION_SECRET');
  if (secrets.length === 0) secrets.push(...keptSecret(fields, generated));
  for (const [index, secret] of secrets.entries()) {
    const bytes = Buffer.byteLength(secret);
    if (bytes < 32) {
      fields.complain('SESSION_SECRET', `secret ${index + 1} has ${bytes} bytes`, secretFix);
    }
  }
  const idleTimeout = fields.integer('SESSION_IDLE_TIMEOUT', 3600, { min: 1, max: 31_536_000 });
  const maxAge = fields.integer('SESSION_MAX_AGE', 43_200, { min: 1, max: 31_536_000 });
  return { secrets, idleTimeout, maxAge };
}

function keptSecret(fields: Fields, generated: () => string | undefined): string[] {
  try {
    const secret = generated();
    if (secret) return [secret];
    fields.complain('SESSION_SECRET', 'is missing', secretFix);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    fields.complain('SESSION_SECRET', `is unset, and none can be kept in .data (${code})`, secretFix);
  }
  return [];
}

const secretFix = 'use at least 32 random bytes, for example from: openssl rand -base64 48';

function deepFreeze<T extends object>(value: T): T {
  for (const part of Object.values(value)) {
    if (typeof part === 'object' && part !== null) deepFreeze(part);
  }
  return Object.freeze(value);
}
