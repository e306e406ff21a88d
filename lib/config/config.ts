import type { ProviderKind } from '../token';
import type { AuthorizeParams } from './authorize-params';
import type { ClientKey } from './client-key';
import type { DatabaseSettings } from './database-url';
import type { Personality } from './personality';
import type { KeyObject } from './provider-keys';
import type { ProxySettings } from './proxy';
import type { TrustedProxy } from './trusted-proxy';

/** Who signs people in, as far as the environment says. Presets and discovery fill in the rest. */
export interface ProviderSettings {
  /** True where `OIDC_ISSUER` is unset and the provider inside this process signs people in. */
  readonly embedded: boolean;
  /** Issuer URL; compared exactly, a trailing slash included. */
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string | undefined;
  /** Signs in the place of a secret. */
  readonly clientKey: ClientKey | undefined;
  /** How the client proves itself; undefined: by its key where it has one, else as discovery lists it. */
  readonly clientAuth: ClientAuth | undefined;
  /** Which table of provider facts to use; undefined: the issuer tells. */
  readonly preset: ProviderKind | undefined;
  /** Accepted `aud` values; empty: whatever the preset says. */
  readonly audiences: readonly string[];
  /** `iss` of access tokens where it differs from the issuer; undefined: discovery may say. An opaque string. */
  readonly accessTokenIssuer: string | undefined;
  /** A claim that only access tokens have, where they look like ID tokens otherwise. */
  readonly accessTokenClaim: string | undefined;
  /** What stands before `note:read` in requests; undefined: whatever the preset says. */
  readonly scopePrefix: string | undefined;
  /** What is asked for besides the API's scopes, `openid` always among it; undefined: whatever the preset says. */
  readonly scopes: readonly string[] | undefined;
  /** Extra parameters of the authorization request. */
  readonly authorizeParams: AuthorizeParams;
  /** Endpoints that replace what discovery says. */
  readonly endpoints: {
    readonly jwks: string | undefined;
    readonly authorization: string | undefined;
    readonly token: string | undefined;
    readonly endSession: string | undefined;
  };
  /** Accepted JWS algorithms, asymmetric only. */
  readonly algorithms: readonly string[];
  /** Leeway for every time claim, in seconds. */
  readonly clockTolerance: number;
  /** Seconds a key set counts as fresh where the provider does not say. */
  readonly jwksMaxAge: number;
}

/** RFC 6749 §2.3.1 and RFC 7523 §2.2, by the names of OpenID Connect Core §9. */
export const clientAuths = ['client_secret_basic', 'client_secret_post', 'private_key_jwt'] as const;
export type ClientAuth = (typeof clientAuths)[number];

/** The settings of the provider that runs inside this process. */
export interface EmbeddedSettings {
  readonly port: number;
  readonly personality: Personality;
  /** Lifetime of its access tokens, in seconds. */
  readonly accessTokenTtl: number;
  /** Private keys to sign with; undefined: it makes its own. */
  readonly keys: readonly KeyObject[] | undefined;
}

/** Everything the environment decides, checked and frozen. */
export interface Config {
  readonly host: string;
  readonly port: number;
  /** Public URL of the app, base path included, without a slash at the end: `http://localhost:3000`, `https://shop.example/account`. */
  readonly baseUrl: string;
  /** Whether people reach the app over https, which hardens cookies. */
  readonly secure: boolean;
  readonly provider: ProviderSettings;
  /** By which the provider is reached; undefined where that is direct. */
  readonly proxy: ProxySettings | undefined;
  readonly session: {
    /** Secrets that seal tokens at rest; the first seals, all open. */
    readonly secrets: readonly string[];
    /** Seconds without a request after which a session ends. */
    readonly idleTimeout: number;
    /** Seconds after sign-in at which a session ends whatever happens. */
    readonly maxAge: number;
  };
  /** Whether failed authentications and writes are limited in number. */
  readonly rateLimit: boolean;
  /** Whose `X-Forwarded-For` counts; undefined: nobody's. */
  readonly trustedProxy: TrustedProxy | undefined;
  /** By action: seconds since the sign-in, and authentication contexts of which any will do (RFC 9470). */
  readonly stepUp: {
    readonly maxAge: Readonly<Record<string, number>>;
    readonly acrValues: Readonly<Record<string, readonly string[]>>;
  };
  /** Whether the inspector may hand the raw access token to the page. */
  readonly reveal: boolean;
  /** Whether `/api/mcp` is there. */
  readonly mcp: boolean;
  /** Where sessions and notes are kept. */
  readonly database: DatabaseSettings;
  /** Folder for what this app keeps by itself: database, generated secret, keys of the embedded provider. */
  readonly dataDirectory: string;
  /** Present where the embedded provider signs people in. */
  readonly embedded: EmbeddedSettings | undefined;
}

/** One wrong setting: its variable, what is wrong with its shape (never a secret's value), and the fix. */
export interface ConfigProblem {
  readonly variable: string;
  readonly problem: string;
  readonly fix: string;
}

/** Thrown when the environment cannot be used; carries every mistake at once. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  constructor(readonly problems: readonly ConfigProblem[]) {
    super(describeProblems(problems));
  }
}

/** The list a person sees when the start is refused. */
export function describeProblems(problems: readonly ConfigProblem[]): string {
  const lines = problems.map(({ variable, problem, fix }) => `  ${variable}: ${problem}\n      Fix: ${fix}`);
  const count = problems.length === 1 ? '1 setting is wrong' : `${problems.length} settings are wrong`;
  return `Claimcheck cannot start: ${count}.\n\n${lines.join('\n')}\n\nEvery setting is explained in .env.example.`;
}
