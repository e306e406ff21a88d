import type { z } from 'zod';
import type { CachedDocument, Fetch } from '../remote';
import type { AccessToken } from './access-token';
import type { CheckName, ExaminationInput, Finding, Refusal } from './check';
import type { Claims } from './claims';
import type { ExpectationSettings, Expectations, ProviderKind } from './expected';
import type { KeySet, KeySetState } from './keys';

export type * from './access-token';
export type * from './check';
export type * from './claims';
export type * from './expected';
export type * from './keys';

/** What became of a token: accepted, refused for a reason of its own, or not to be judged for want of keys. */
export type Verdict<T = AccessToken> =
  | { readonly outcome: 'accepted'; readonly token: T }
  | { readonly outcome: 'refused'; readonly refusal: Refusal }
  | Unavailable;

/** Our trouble or the provider's, and no fault of the token: answer 503, never 401. */
export interface Unavailable {
  readonly outcome: 'unavailable';
  /** Seconds after which asking again may help. */
  readonly retryAfter: number;
  /** Why there are no keys to judge by, for operators. */
  readonly reason: string;
}

/** One line of the explained verdict. */
export interface ExplainedCheck {
  readonly name: CheckName;
  readonly rule: string;
  readonly source: string;
  /** `blocked`: it could not be checked, because something that it needs is not known. */
  readonly result: 'pass' | 'fail' | 'not applicable' | 'blocked';
  readonly expected: string;
  readonly found: string;
}

/** What a verifier is made of. Only issuer and audience have to be said. */
export interface VerifierOptions {
  /** The provider's issuer URL, to the letter: `https:`, or `http:` on loopback. */
  readonly issuer: string;
  /**
   * Whom tokens must be meant for: one of these. `null` declines the check on purpose, and then any token of the
   * provider will do. Empty: what tokens of this kind of provider name by default, which needs a `clientId`. At Cognito
   * client ids, and the URLs of resources.
   */
  readonly audience: string | readonly string[] | null;
  /** Accepted as audiences beside them: this API as its own metadata names it (RFC 9728 §2, `resource`). */
  readonly resource?: string | readonly string[];
  /**
   * The client that signs people in: ID tokens are addressed to it, and are no access tokens. Where it is not said,
   * a token must say by itself that it is an access token.
   */
  readonly clientId?: string | undefined;
  /** The kind of provider; left out, the issuer tells. */
  readonly provider?: ProviderKind | undefined;
  /** Accepted signature algorithms (RFC 7518 §3.1), asymmetric ones. Default: RS256, PS256, ES256, EdDSA. */
  readonly algorithms?: readonly string[];
  /** Leeway for all times, in seconds. Default: 30. */
  readonly clockTolerance?: number;
  /** Where the key set is, in place of what discovery says. */
  readonly jwksUri?: string | undefined;
  /** Seconds a key set counts as fresh where the provider does not say. Default: 600. */
  readonly jwksMaxAge?: number;
  /** A key set (RFC 7517 §5) to verify with until the provider has answered for the first time: for cold starts. */
  readonly keys?: { readonly keys: readonly unknown[] } | undefined;
  /** `iss` of access tokens, where it is another than the issuer (AD FS). Default: what discovery says. */
  readonly accessTokenIssuer?: string | undefined;
  /** A claim that only access tokens have, where they look like ID tokens otherwise (Authentik, Casdoor). */
  readonly accessTokenClaim?: string | undefined;
  /** Your own model of the claims; see `claims.ts`. Default: the registered claims, others kept as they are. */
  readonly claims?: z.ZodType<Claims>;
  /** What asks the provider. Default: Node's. */
  readonly fetch?: Fetch;
  /** Milliseconds since the epoch. Default: `Date.now`. */
  readonly clock?: () => number;
  /** The provider's metadata, where it is kept already. Default: discovered and kept here. */
  readonly metadata?: Pick<CachedDocument<KeyMetadata>, 'get' | 'peek'>;
  /** Told when a key set could not be fetched, or has no usable key. */
  readonly onEvent?: (event: VerifierEvent) => void;
}

/** The same, checked and complete. */
export type CheckedOptions = Required<Pick<VerifierOptions, 'fetch' | 'clock' | 'onEvent' | 'jwksMaxAge'>> &
  Omit<VerifierOptions, 'audience' | 'resource' | 'provider'> &
  ExpectationSettings;

/** What is needed of a provider's metadata (OpenID Connect Discovery §3). */
export interface KeyMetadata {
  readonly jwks_uri: string;
  readonly access_token_issuer?: string | undefined;
}

export interface VerifierEvent {
  readonly event: 'discovery_failed' | 'key_set_fetch_failed' | 'key_set_empty';
  readonly reason: string;
}

/** Judges the access tokens of one provider for one API. */
export interface Verifier {
  /** Never throws for a token, however malformed. @throws {TypeError} after {@link close} */
  verify(token: string): Promise<Verdict<AccessToken>>;
  /** Every rule for this token with what it found. @throws {TypeError} after {@link close} */
  explain(token: string): Promise<ExplainedCheck[]>;
  /** What is known of the provider's keys, from memory. */
  state(): KeySetState & { readonly remembered: number };
  /** Ends timers and forgets what is remembered; the verifier is of no use any more. */
  close(): void;
  /** Comes to a verdict on another token of this provider by the same keys: see `lib/openid`. */
  verdictBy<T>(examine: (by: Omit<ExaminationInput, 'token'>) => Finding<T>): Promise<Verdict<T>>;
  /** The keys at hand, if there are any, and what tokens must say; asks nobody. */
  peek(): { readonly keys: KeySet | undefined; readonly expectations: Expectations };
  /** Loads the keys where there are none. @throws {RemoteError} where there are none and none can be had */
  ready(): Promise<void>;
}

/**
 * A finding, and what it was examined by. It holds for the same key set and the same expectations only, so that a key
 * that leaves the set takes its findings along; an accepted token never beyond its `exp`, without leeway; a refusal not at
 * all where time may change it or where it cost no signature. None is kept for longer than 5 minutes.
 */
export interface RememberedFinding extends Pick<ExaminationInput, 'keys' | 'expectations'> {
  readonly finding: Finding<AccessToken>;
}

/** How much is remembered of tokens that were examined. */
export interface VerdictCacheOptions {
  readonly examine: (input: ExaminationInput) => Finding<AccessToken>;
  /** Milliseconds since the epoch, for how long findings are kept; a token's own times go by `now` of its input. */
  readonly clock?: () => number;
  /** Accepted tokens that are remembered at most. */
  readonly accepted?: number;
  /** Bytes that those take at most, by estimate: 5,000 tokens with hundreds of groups each would fill a small machine. */
  readonly bytes?: number;
  /** Refused tokens that are remembered at most; apart from the others, so that a flood pushes none of them out. */
  readonly refused?: number;
}
