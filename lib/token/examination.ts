import type { Claims } from './claims';
import type { CompactParts } from './compact';
import type { Expectations } from './expectations';
import type { JsonObject } from './json';
import type { KeySet, VerificationKey } from './key-set';
import type { Signed } from './signature';

export interface VerifyInput {
  readonly token: string;
  readonly keys: KeySet;
  readonly expectations: Expectations;
  /** Seconds since the epoch. */
  readonly now: number;
}

/** A token under examination: what is known of it so far. Each check may add the one fact it establishes. */
export class Examination {
  readonly token: string;
  readonly keys: KeySet;
  readonly expectations: Expectations;
  /** Seconds since the epoch. */
  readonly now: number;
  /** Header, payload and signature as they were sent. */
  segments: readonly [string, string, string] | undefined = undefined;
  parts: CompactParts | undefined = undefined;
  header: JsonObject | undefined = undefined;
  /** The signature, what it should cover, and the keys that may have made it. */
  signed: (Signed & { readonly keys: readonly VerificationKey[] }) | undefined = undefined;
  /** Whether one of those keys made the signature; undefined where none was tried. Nothing is accepted without `true`. */
  isSigned: boolean | undefined = undefined;
  /** Claims as they stand in the token; not to be believed unless every check before them passed. */
  claims: JsonObject | undefined = undefined;
  /** The same claims as this project's model has them. */
  model: Claims | undefined = undefined;

  constructor({ token, keys, expectations, now }: VerifyInput) {
    this.token = token;
    this.keys = keys;
    this.expectations = expectations;
    this.now = now;
  }
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

export const refused = (because: string, found?: string): Refused => ({ because, found });

/** Said where the fact that a check looks at could not be established. */
export const nothing = 'nothing to check';

/** Leaves only what an error description may say: names in a token are the sender's own text (RFC 6750 §3). */
export const describable = (text: string) => text.replace(/["\\]|[^\x20-\x7E]/g, '').slice(0, 200);

/** A value from a token, cut and quoted for a person to read. */
export function show(value: unknown): string {
  if (value === undefined) return 'absent';
  const text = JSON.stringify(value);
  return text.length > 120 ? `${text.slice(0, 117)}…` : text;
}
