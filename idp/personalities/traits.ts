import type { JWK } from 'jose';
import type { Person } from '../people';
import type { IdTokenFacts, LogoutFacts, Signer, TokenAnswerParts, TokenFacts } from './token-facts';

/** Paths of what a personality serves; the first five as `oidc-provider` is told them. */
export interface Paths {
  authorization: string;
  token: string;
  revocation: string;
  end_session: string;
  jwks: string;
  discovery: string;
}

/** A signing key to be made on the first start. */
export interface KeyPlan {
  alg: 'RS256' | 'ES256';
  /** The key ID in the provider's form, from the key's thumbprint (RFC 7638, base64url). */
  kid(thumbprint: string): string;
}

/** What went wrong with a request, in the words of `oidc-provider` or, where it is `worded`, in the provider's. */
export interface Problem {
  error: string;
  description?: string;
  /** What `oidc-provider` keeps from clients: which check failed. */
  detail?: string;
  status?: number;
  /** True where a personality raised it itself. */
  worded?: boolean;
}

/** An authorization request, or a token request of a program. */
export interface AskedFor {
  /** What `scope` names, in order; `offline_access` included. */
  scopes: readonly string[];
  /** The parameter of this name: Auth0's way to ask for an API's token. */
  audience?: string | undefined;
}

/** A request to the token or revocation endpoint that has failed. */
export interface FailedRequest {
  problem: Problem;
  endpoint: 'token' | 'revocation';
  grantType: string | undefined;
  clientId: string | undefined;
  /** Whether that client has a secret; `undefined` where there is no such client. */
  confidential: boolean | undefined;
}

/** What a person is shown when a request cannot be answered: the provider's own page, or the way to it. */
export type Refusal =
  | { redirect: string }
  | {
      status: number;
      /** What the provider says, to the letter where it is known. */
      sentence: string;
    };

/** The registered addresses that a sign-out request may name. */
export interface RegisteredAddresses {
  clientIds: readonly string[];
  /** Where people may go after signing out. */
  afterSignOut: readonly string[];
  redirectUris: readonly string[];
}

/** What a sign-out request leads to: the session ends and the browser goes on, or stays; or nothing happens. */
export type SignOutOutcome = { to: string } | { stay: true } | { refused: Refusal };

/** A way to sign out that asks for no ID token and follows no specification. */
export interface SignOutPath {
  path: string;
  read(query: URLSearchParams, registered: RegisteredAddresses): SignOutOutcome;
}

/**
 * What one provider does where an app can notice. Every difference between personalities is a value here, and
 * everything outside this folder reads it without asking whose it is.
 */
export interface PersonalityTraits {
  paths: Paths;
  /** Where everything but discovery and key set is served. */
  origin: string;
  /** The discovery document; where it is left out, `oidc-provider` makes it. */
  discovery?: Readonly<Record<string, unknown>>;
  /** Its `Cache-Control`. */
  discoveryCaching?: string;
  /** Name of the file that keeps the keys below. */
  keyFile: string;
  /** Name of the file that keeps everything else; personalities know nothing of each other's people and tokens. */
  database: string;
  /** Those that sign, and those that are published for company. */
  keys: readonly KeyPlan[];
  /** A key as the key set shows it. */
  publishedKey(jwk: JWK): object;
  /** Endpoints of `oidc-provider` that this provider has. */
  has: { revocation: boolean; openidLogout: boolean };
  /** Ways to sign out that follow no specification. */
  signOut: readonly SignOutPath[];
  refreshTokens: {
    /** With every code, or only where `offline_access` was asked for. */
    issued: 'always' | 'for offline_access';
    /** Using one gives a new one and ends the old; gives none; or gives a new one while the old one lives on. */
    used: 'rotate' | 'keep' | 'add';
    /** Whether even those that nobody asked for live on when the browser's session ends. */
    outliveSession: boolean;
  };
  /** Changes an authorization request before `oidc-provider` reads it. */
  amend?(query: URLSearchParams): void;
  /** What is wrong with an authorization request whose client and redirect URI are right. */
  checkAuthorization?(asked: AskedFor): Problem | undefined;
  /** What is wrong with a token request of a program. */
  checkMachine?(asked: AskedFor): Problem | undefined;
  /** What is wrong with a refresh of a token for the API. */
  checkRefresh?(asked: AskedFor): Problem | undefined;
  /** What is wrong with a token request because of its `Origin` header. */
  checkOrigin?(origin: string | undefined): Problem | undefined;
  /** How people can sign in: by a password alone, and with a code as well; where it is left out, tokens do not say. */
  acr?: { password: string; twoFactors: string };
  /** Whether the access token will be for the API, or for something else of the provider's. */
  isForApi(asked: AskedFor): boolean;
  /** Whether clients may name the API by the app's address as well, as a resource (RFC 8707). */
  namesResources?: boolean;
  /** Path at which clients register themselves (RFC 7591); where it is left out, none can. */
  registration?: string;
  /** Scopes of a program's token; where it is left out, those that were asked for and exist. */
  machineScopes?(asked: AskedFor): readonly string[];
  /** `sub` of a person in the ID tokens of a client. */
  subject(person: Person, clientId: string): string;
  /** Where an access token tells about a person, and what; it throws, or has nothing, for a token that does not. */
  userinfo?: { path: string; answer(token: string, signer: Signer): Promise<object | undefined> };
  accessToken(facts: TokenFacts, signer: Signer): Promise<string>;
  idToken(facts: IdTokenFacts, signer: Signer): Promise<string>;
  /** By which it tells apps of a sign-out (OpenID Connect Back-Channel Logout 1.0); where it is left out, it does not. */
  logoutToken?(facts: LogoutFacts, signer: Signer): Promise<string>;
  /** The members of the token endpoint's answer, in order; those that are `undefined` are left out. */
  tokenAnswer(parts: TokenAnswerParts): Record<string, unknown>;
  /** Whether authorization responses name the issuer (RFC 9207). */
  issInCallback: boolean;
  /** An error as the app's callback receives it. */
  callbackError(problem: Problem): { error: string; error_description?: string | undefined };
  /** An error of the token and revocation endpoints; where it is left out, `oidc-provider`'s. */
  tokenError?(failed: FailedRequest): { status: number; body: object };
  /** What a person is shown where the app cannot be told; where it is left out, a page of ours. */
  refusal?(problem: Problem, query: URLSearchParams): Refusal | undefined;
  /** Pages at addresses of the provider's own, by path. */
  pages: Readonly<Record<string, Refusal>>;
  /** One sentence about the access tokens, for the front page. */
  about: string;
}
