import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { KeySet } from './key-set';
import type { Verdict, VerifyInput } from './verify';

export interface VerdictCacheOptions {
  readonly verify: (input: VerifyInput) => Verdict;
  /** Accepted tokens that are remembered at most. */
  readonly accepted?: number;
  /** Refused tokens that are remembered at most; apart from the others, so that a flood pushes none of them out. */
  readonly refused?: number;
}

interface Remembered {
  readonly verdict: Verdict;
  /** What it was judged by; another key set or other expectations are another question. */
  readonly keys: KeySet;
  readonly expectations: VerifyInput['expectations'];
}

/** Of a refusal that time may change, or that cost no signature: asking again is cheaper than remembering a flood of them. */
const isForgettable = (verdict: Verdict) =>
  !verdict.accepted && (verdict.dependsOn === 'time' || !verdict.triedKeys);

/**
 * Remembers verdicts by a SHA-256 of the token: most requests bring a token that was just verified for the one before.
 *
 * A verdict holds for the same key set and the same expectations only, so that a key that leaves the set takes its
 * verdicts along; an accepted token never beyond its `exp`, without leeway; a refusal not at all where time may change
 * it or where it cost no signature.
 * @returns a function to call in place of `verify`
 */
export function rememberVerdicts(options: VerdictCacheOptions): VerdictCacheOptions['verify'] {
  const { verify, accepted = 5_000, refused = 1_000 } = options;
  const good = new LRUCache<string, Remembered>({ max: accepted });
  const bad = new LRUCache<string, Remembered>({ max: refused });

  function recall(key: string, { keys, expectations, now }: VerifyInput): Verdict | undefined {
    const known = good.get(key) ?? bad.get(key);
    if (known?.keys !== keys || known.expectations !== expectations) return undefined;
    return known.verdict.accepted && now >= known.verdict.token.expiresAt ? undefined : known.verdict;
  }

  function remember(key: string, { keys, expectations }: VerifyInput, verdict: Verdict): Verdict {
    // What a token was before must not hide what it is now, or a token of a withdrawn key is verified every time.
    good.delete(key);
    bad.delete(key);
    if (isForgettable(verdict)) return verdict;
    // Many requests will share it, and none may change what the next one sees.
    deepFreeze(verdict);
    (verdict.accepted ? good : bad).set(key, { verdict, keys, expectations });
    return verdict;
  }

  return (input) => {
    const key = createHash('sha256').update(input.token).digest('base64');
    return recall(key, input) ?? remember(key, input, verify(input));
  };
}

function deepFreeze(value: unknown): void {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return;
  Object.freeze(value);
  for (const part of Object.values(value)) deepFreeze(part);
}
