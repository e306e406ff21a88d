import type { JWTPayload } from 'jose';
import type { Person } from '../people';

/** What is true of an access token, whatever form it takes. Times in seconds since 1970. */
export interface TokenFacts {
  clientId: string;
  /** Whether the client has a secret. */
  confidential: boolean;
  /** Who signed in; a program has nobody. */
  person: Person | undefined;
  /** Whether it is for the API; otherwise for something else of the provider's. */
  forApi: boolean;
  /** The API as the request named it, where that is another name than its identifier (RFC 8707). */
  resource: string | undefined;
  /** Granted scopes of the API, as they were asked for. */
  apiScopes: readonly string[];
  /** Granted scopes of OpenID Connect, `offline_access` included. */
  openidScopes: readonly string[];
  tokenId: string;
  /** The same for all tokens of one sign-in, refreshed ones included. */
  grantId: string;
  issuedAt: number;
  expiresAt: number;
  authTime: number;
  /** How the person signed in, where the personality says so. */
  acr: string | undefined;
}

/** What an ID token says beside what its access token says. */
export interface IdTokenFacts extends TokenFacts {
  person: Person;
  /** The access token that is given out beside it. */
  accessToken: string;
  nonce: string | undefined;
  /** The browser's session at the provider. */
  sessionId: string;
}

/** What is true of a sign-out that an app is told of. Times in seconds since 1970. */
export interface LogoutFacts {
  clientId: string;
  person: Person;
  /** The browser's session at the provider, as the app's ID tokens had it. */
  sessionId: string;
  tokenId: string;
  issuedAt: number;
}

/** Signs, and keeps secrets, with the provider's keys. */
export interface Signer {
  /** A compact JWS by one of the personality's keys (their number); `alg` and `kid` are added to the header. */
  sign(key: number, header: Readonly<Record<string, unknown>>, claims: object): Promise<string>;
  /** The claims of a JWS by one of the keys. @throws for any other token, and for one that has expired. */
  read(key: number, token: string, issuer: string): Promise<JWTPayload>;
  /** The ID of a key. */
  kid(key: number): string;
  /** 32 bytes that never leave the provider. */
  secret: Uint8Array;
}

/** What the token endpoint's answer is made from. */
export interface TokenAnswerParts {
  facts: TokenFacts;
  grantType: string;
  accessToken: string;
  idToken: string | undefined;
  refreshToken: string | undefined;
  /** In seconds. */
  expiresIn: number;
}
