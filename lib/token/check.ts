import type { Claims } from './claims';
import type { Expectations } from './expected';
import type { KeySet, Signed, VerificationKey } from './keys';

/** A JSON object: what a JOSE header and a claims set must be (RFC 7515 §4, RFC 7519 §4). */
export type JsonObject = Record<string, unknown>;

/** The three parts of a compact JWS (RFC 7515 §3.1), decoded. */
export interface CompactParts {
  readonly header: Buffer;
  readonly payload: Buffer;
  readonly signature: Buffer;
  /** What the signature covers: the first two parts as they were sent. */
  readonly signingInput: string;
}

export interface ExaminationInput {
  readonly token: string;
  readonly keys: KeySet;
  readonly expectations: Expectations;
  /** Seconds since the epoch. */
  readonly now: number;
}

/** A token under examination: what is known of it so far. Each check may add the one fact it establishes. */
export interface Examination extends ExaminationInput {
  /** Header, payload and signature as they were sent. */
  segments: readonly [string, string, string] | undefined;
  parts: CompactParts | undefined;
  header: JsonObject | undefined;
  /** The signature, what it should cover, and the keys that may have made it. */
  signed: (Signed & { readonly keys: readonly VerificationKey[] }) | undefined;
  /** Whether one of those keys made the signature; undefined where none was tried. Nothing is accepted without `true`. */
  isSigned: boolean | undefined;
  /** Claims as they stand in the token; not to be believed unless every check before them passed. */
  claims: JsonObject | undefined;
  /** The same claims as this project's model has them. */
  model: Claims | undefined;
}

/** What one check says: that is all the gate needs. */
export type Outcome =
  | 'pass'
  /** What the rule is about may be missing, and is. */
  | 'absent'
  /** What the check needs was not established by those before it, so that it could not look: nothing to accept a token on. */
  | 'blocked'
  | Refused;

export interface Refused {
  /** A clause that completes "the token is refused: …"; plain ASCII without quotes (RFC 6750 §3). */
  readonly because: string;
  /** What it saw, where that cannot be told from the examination. */
  readonly found?: string;
}

/** The checks by name: of the signature, of an access token, of an ID token, of a logout token. */
export type CheckName =
  | ('size' | 'form' | 'encoding' | 'header' | 'type' | 'critical' | 'algorithm' | 'key' | 'signature')
  | ('claims' | 'issuer' | 'kind' | 'binding' | 'audience' | 'expiry' | 'not_before' | 'issued_at')
  | ('subject' | 'model')
  | ('authorized_party' | 'nonce' | 'at_hash')
  | ('events' | 'id' | 'sid');

/** One rule a token must satisfy. */
export interface Check {
  /** Stable name, as in error answers. */
  readonly name: CheckName;
  /**
   * What else than the token could turn its refusal into an acceptance: a key that is not known, another one than those
   * that were tried, or time. Left out: nothing.
   */
  readonly dependsOn?: 'missing key' | 'tried keys' | 'time';
  /** What the rule asks, in a sentence for people. */
  readonly rule: string;
  /** Where it comes from. */
  readonly source: string;
  readonly judge: (examination: Examination) => Outcome;
  /** What the rule wanted to see; for people, so asked after `judge` and never by the gate while all is well. */
  readonly expected: (examination: Examination) => string;
  /** What it saw. Like `expected` it never holds a signature or a whole token. */
  readonly found: (examination: Examination) => string;
}

/** A rule about one fact of the examination, which a check before it establishes. */
export interface Rule<Fact extends keyof Examination> extends Omit<Check, 'judge' | 'found'> {
  readonly judge: (fact: NonNullable<Examination[Fact]>, examination: Examination) => Outcome;
  /** Left out where a refusal says by itself what it saw: otherwise that is what was expected. */
  readonly found?: (fact: NonNullable<Examination[Fact]>, examination: Examination) => string;
}

/** Why a token was refused. */
export interface Refusal {
  /** The check that failed, by its stable name. */
  readonly check: CheckName;
  /** Completes "the token is refused: …". */
  readonly because: string;
  /** What the check wanted to see, for people. */
  readonly expected: string;
  /** What it saw. */
  readonly found: string;
}

/** What an examination comes to, by the keys at hand. */
export type Finding<T> = { readonly accepted: true; readonly token: T } | Failure;

/** Examines one token by keys that may be asked for again. */
export type ExamineBy<T> = (keys: KeySet) => Finding<T>;

/** A refusal, and what became of it as a question of its own: whether asking again may help, and what it cost. */
export interface Failure {
  readonly accepted: false;
  readonly refusal: Refusal;
  readonly dependsOn: Check['dependsOn'];
  /** Whether a key was tried, which costs more than all the rest. */
  readonly triedKeys: boolean;
}
