import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { KeySet } from './key-set';
import type { Verdict, VerifyInput } from './verify';

export interface VerdictCacheOptions {
  readonly verify: (input: VerifyInput) => Verdict;
  /** Milliseconds since the epoch, for how long verdicts are kept; a token's own times go by `now` of its input. */
  readonly clock?: () => number;
  /** Accepted tokens that are remembered at most. */
  readonly accepted?: number;
  /** Bytes that those take at most, by estimate: 5,000 tokens with hundreds of groups each would fill a small machine. */
  readonly bytes?: number;
  /** Refused tokens that are remembered at most; apart from the others, so that a flood pushes none of them out. */
  readonly refused?: number;
}

/** To call in place of `verify`. */
export interface RememberedVerdicts {
  (input: VerifyInput): Verdict;
  /** How many verdicts are held in memory. */
  held(): number;
}

interface Remembered {
  readonly verdict: Verdict;
  /** What it was judged by; another key set or other expectations are another question. */
  readonly keys: KeySet;
  readonly expectations: VerifyInput['expectations'];
}

/** Seconds that a verdict is kept at most: claims are about people, and outlive neither their token nor its use by much. */
const maxAge = 300;

/** Milliseconds between two looks for what is too old. */
const purgeInterval = 60_000;

/** Of a refusal that time may change, or that cost no signature: asking again is cheaper than remembering a flood of them. */
const isForgettable = (verdict: Verdict) =>
  !verdict.accepted && (verdict.dependsOn === 'time' || !verdict.triedKeys);

/** Bytes that a remembered token takes, roughly: its claims as objects, and what holds them. */
const sizeOf = (token: string): number => 1_024 + 2 * token.length;

/**
 * Remembers verdicts by a SHA-256 of the token: most requests bring a token that was just verified for the one before.
 *
 * A verdict holds for the same key set and the same expectations only, so that a key that leaves the set takes its
 * verdicts along; an accepted token never beyond its `exp`, without leeway; a refusal not at all where time may change
 * it or where it cost no signature. None is kept for longer than 5 minutes: those that are not used leave the memory
 * by a timer, which keeps no process alive.
 * @returns a function to call in place of `verify`
 */
export function rememberVerdicts(options: VerdictCacheOptions): RememberedVerdicts {
  const { verify, clock = Date.now, accepted = 5_000, bytes = 32 * 1024 * 1024, refused = 1_000 } = options;
  const times = { ttl: maxAge * 1_000, ttlResolution: 0, perf: { now: clock } };
  const good = new LRUCache<string, Remembered>({ ...times, max: accepted, maxSize: bytes });
  const bad = new LRUCache<string, Remembered>({ ...times, max: refused });
  const held = () => good.size + bad.size;
  let purging = false;

  function recall(key: string, { keys, expectations, now }: VerifyInput): Verdict | undefined {
    const known = good.get(key) ?? bad.get(key);
    if (known?.keys !== keys || known.expectations !== expectations) return undefined;
    return known.verdict.accepted && now >= known.verdict.token.expiresAt ? undefined : known.verdict;
  }

  function remember(key: string, input: VerifyInput, verdict: Verdict): Verdict {
    const { token, keys, expectations, now } = input;
    // What a token was before must not hide what it is now, or a token of a withdrawn key is verified every time.
    good.delete(key);
    bad.delete(key);
    const left = verdict.accepted ? Math.min(verdict.token.expiresAt - now, maxAge) : maxAge;
    if (isForgettable(verdict) || left <= 0) return verdict;
    // Many requests will share it, and none may change what the next one sees.
    deepFreeze(verdict);
    const remembered = { verdict, keys, expectations };
    if (!verdict.accepted) bad.set(key, remembered);
    else good.set(key, remembered, { size: sizeOf(token), ttl: Math.ceil(left * 1_000) });
    purgeLater();
    return verdict;
  }

  /** What nobody asks for again would stay until something else needs its place. */
  function purgeLater(): void {
    if (purging) return;
    purging = true;
    setTimeout(() => {
      purging = false;
      good.purgeStale();
      bad.purgeStale();
      if (held() > 0) purgeLater();
    }, purgeInterval).unref();
  }

  function verdictOn(input: VerifyInput): Verdict {
    const key = createHash('sha256').update(input.token).digest('base64');
    return recall(key, input) ?? remember(key, input, verify(input));
  }
  return Object.assign(verdictOn, { held });
}

function deepFreeze(value: unknown): void {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return;
  Object.freeze(value);
  for (const part of Object.values(value)) deepFreeze(part);
}
