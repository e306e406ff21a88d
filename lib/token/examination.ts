import type { CompactParts } from './compact';
import type { Expectations } from './expectations';
import type { JsonObject } from './json';
import type { KeySet, VerificationKey } from './key-set';

/** A token on the bench: what is known of it so far. Each check may add the one fact it establishes. */
export interface Examination {
  readonly token: string;
  readonly keys: KeySet;
  readonly expectations: Expectations;
  /** Seconds since the epoch. */
  readonly now: number;
  /** Header, payload and signature as they were sent. */
  segments?: readonly [string, string, string];
  parts?: CompactParts;
  header?: JsonObject;
  candidates?: readonly VerificationKey[];
  /** Claims as they stand in the token; not to be believed unless every check before them passed. */
  claims?: JsonObject;
}

/** What one check found. `expected` and `found` are for people; neither ever holds a signature or a whole token. */
export type Finding =
  | { readonly result: 'pass'; readonly expected: string; readonly found: string }
  | { readonly result: 'fail'; readonly expected: string; readonly found: string; readonly because: string }
  | { readonly result: 'not applicable'; readonly expected: string; readonly found: string };

/** One rule a token must satisfy. */
export interface Check {
  /** Stable name, as in error answers. */
  readonly name: string;
  /** What the rule asks, in a sentence for people. */
  readonly rule: string;
  /** Where it comes from. */
  readonly source: string;
  readonly judge: (examination: Examination) => Finding;
}

export const pass = (expected: string, found: string): Finding => ({ result: 'pass', expected, found });

export const notApplicable = (expected: string, found = 'nothing to check'): Finding => ({
  result: 'not applicable',
  expected,
  found,
});

/** @param because a clause that completes "the token is refused: …"; plain ASCII without quotes (RFC 6750 §3) */
export const fail = (expected: string, found: string, because: string): Finding => ({
  result: 'fail',
  expected,
  found,
  because,
});

/** A value from a token, cut and quoted for a person to read. */
export function show(value: unknown): string {
  if (value === undefined) return 'absent';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 120 ? `${text.slice(0, 117)}…` : text;
}
