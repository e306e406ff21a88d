import type { z } from 'zod';
import type { Claims } from './claims';

/** Kinds of providers whose tokens are known. */
export type ProviderKind = 'cognito' | 'auth0' | 'entra' | 'okta' | 'generic';

/**
 * How one kind of provider writes its access tokens. Values may contain `{clientId}` and `{api}` (the first audience
 * without `api://`, else the client id).
 */
export interface TokenTraits {
  /**
   * Issuers that are certainly of this kind, from end to end: whatever only begins or ends like one may be anybody's.
   * After the pattern come further issuers that the same tenant puts into access tokens, as its replacements. None: only
   * chosen by name.
   */
  readonly recognises: readonly (readonly [pattern: RegExp, ...others: string[]])[];
  /**
   * The claim by which an access token names what it is for. `client_id`: it has no `aud` unless a resource was asked
   * for (RFC 8707); those audiences that are URLs are resources, the others clients.
   */
  readonly boundBy: 'aud' | 'client_id';
  /** Accepted values of that claim where no audience is named. */
  readonly accepts: readonly string[];
  /** Accepted beside the audiences that are named. */
  readonly alwaysAccepts: readonly string[];
  /** Whether its tokens always say in `token_use` what they are. */
  readonly saysTokenUse: boolean;
  /** Claims that only access tokens have: where the audience is the client itself, one of them must be there. */
  readonly accessTokenClaims: readonly string[];
  /** Claims that may say what a token permits; the first that is there does, and it alone (RFC 6749 §3.3). */
  readonly scopeClaims: readonly string[];
  /**
   * The claim of an access token by which sessions and notes belong to somebody; `sub` where a token lacks it. It must
   * never change, nor ever name somebody else.
   */
  readonly subjectClaim: 'sub' | 'uid';
}

/** From whom access tokens may come, and for whom. */
export interface Accepted {
  /** Accepted issuers, compared exactly; the configured one first. */
  readonly issuers: readonly [string, ...string[]];
  /** Accepted values of `aud`; a token needs one of them where it needs, or has, an `aud`. Undefined: any, on purpose. */
  readonly audiences: readonly string[] | undefined;
  readonly needsAudience: boolean;
  /** Accepted values of `client_id`; undefined: any. */
  readonly clients: readonly string[] | undefined;
}

/** What a token must say to be meant for this API. */
export interface Expectations extends Omit<Accepted, 'issuers'> {
  readonly issuers: readonly string[];
  /** The issuer of ID tokens and logout tokens, compared exactly: the configured one alone (OpenID Connect Core §3.1.3.7). */
  readonly issuer: string;
  /** Whether tokens of this provider always say what they are in `token_use`. */
  readonly saysTokenUse: boolean;
  /** Claims that the provider's ID tokens never have: one of them tells an access token where the audience cannot. */
  readonly accessTokenClaims: readonly string[];
  /** A claim that no ID token of this provider has, by an explicit setting: it outweighs all signs of an ID token. */
  readonly accessTokenClaim: string | undefined;
  /** The claim that names the owner, else `sub`. */
  readonly subjectClaim: string;
  /** Claims that may carry scopes; the first that is there does. */
  readonly scopeClaims: readonly string[];
  /** The client that signs people in, to which ID tokens are addressed; undefined where nobody has said. */
  readonly clientId: string | undefined;
  readonly algorithms: readonly string[];
  /** Leeway for times, in seconds. */
  readonly clockTolerance: number;
  /** The project's own model of the claims. */
  readonly claims: z.ZodType<Claims>;
}

/** What is said of a provider and of an API, for {@link Accepted} to be made of. */
export interface AcceptedSettings {
  readonly issuer: string;
  readonly kind: ProviderKind;
  /** Empty: whatever tokens of this kind of provider name by default. `null`: any, on purpose. */
  readonly audiences: readonly string[] | null;
  /** Accepted as `aud` beside them: this API as its metadata names it (RFC 9728 §2, `resource`). */
  readonly resources?: readonly string[] | undefined;
  readonly clientId?: string | undefined;
  /** `iss` of access tokens where it is another than the issuer. */
  readonly accessTokenIssuer?: string | undefined;
}

/** What is said of them, for {@link Expectations} to be made of. */
export interface ExpectationSettings extends AcceptedSettings {
  readonly accessTokenClaim?: string | undefined;
  readonly algorithms: readonly string[];
  readonly clockTolerance: number;
  readonly claims: z.ZodType<Claims>;
}
