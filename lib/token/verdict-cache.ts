import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { AccessToken } from './access-token';
import type { ExaminationInput, Finding } from './check';
import type { VerdictCacheOptions } from './verifier';

/** Seconds that a finding is kept at most: claims are about people, and outlive neither their token nor its use by much. */
const maxAge = 300;

/** Milliseconds between two looks for what is too old. */
const purgeInterval = 60_000;

/** Of a refusal that time may change, or that cost no signature: asking again is cheaper than remembering a flood of them. */
const isForgettable = (finding: Finding<AccessToken>) =>
  !finding.accepted && (finding.dependsOn === 'time' || !finding.triedKeys);

/** Bytes that a remembered token takes, roughly: its claims as objects, and what holds them. */
const sizeOf = (token: string): number => 1_024 + 2 * token.length;

/**
 * Remembers findings by a SHA-256 of the token: most requests bring a token that was just verified for the one before.
 *
 * A finding holds for the same key set and the same expectations only, so that a key that leaves the set takes its
 * findings along; an accepted token never beyond its `exp`, without leeway; a refusal not at all where time may change
 * it or where it cost no signature. None is kept for longer than 5 minutes: those that are not used leave the memory
 * by a timer, which keeps no process alive.
 */
export class VerdictCache {
  private readonly good;
  private readonly bad;
  private purging: NodeJS.Timeout | undefined;

  constructor(private readonly options: VerdictCacheOptions) {
    const { clock = Date.now, accepted = 5_000, bytes = 32 * 1024 * 1024, refused = 1_000 } = options;
    const times = { ttl: maxAge * 1_000, ttlResolution: 0, perf: { now: clock } };
    this.good = new LRUCache<string, Remembered>({ ...times, max: accepted, maxSize: bytes });
    this.bad = new LRUCache<string, Remembered>({ ...times, max: refused });
  }

  /** The same as `examine`, from memory where it holds. */
  examine(input: ExaminationInput): Finding<AccessToken> {
    const key = createHash('sha256').update(input.token).digest('base64');
    return this.recall(key, input) ?? this.remember(key, input, this.options.examine(input));
  }

  /** How many findings are held in memory. */
  held(): number {
    return this.good.size + this.bad.size;
  }

  /** Forgets everything, and ends the timer. */
  clear(): void {
    clearTimeout(this.purging);
    this.purging = undefined;
    this.good.clear();
    this.bad.clear();
  }

  private recall(key: string, { keys, expectations, now }: ExaminationInput) {
    const known = this.good.get(key) ?? this.bad.get(key);
    if (known?.keys !== keys || known.expectations !== expectations) return undefined;
    const { finding } = known;
    return finding.accepted && now >= finding.token.expiresAt ? undefined : finding;
  }

  private remember(key: string, input: ExaminationInput, finding: Finding<AccessToken>) {
    const { token, keys, expectations, now } = input;
    // What a token was before must not hide what it is now, or a token of a withdrawn key is verified every time.
    this.good.delete(key);
    this.bad.delete(key);
    const left = finding.accepted ? Math.min(finding.token.expiresAt - now, maxAge) : maxAge;
    if (isForgettable(finding) || left <= 0) return finding;
    // Many requests will share it, and none may change what the next one sees.
    deepFreeze(finding);
    const remembered = { finding, keys, expectations };
    if (!finding.accepted) this.bad.set(key, remembered);
    else this.good.set(key, remembered, { size: sizeOf(token), ttl: Math.ceil(left * 1_000) });
    this.purgeLater();
    return finding;
  }

  /** What nobody asks for again would stay until something else needs its place. */
  private purgeLater(): void {
    this.purging ??= setTimeout(() => {
      this.purging = undefined;
      this.good.purgeStale();
      this.bad.purgeStale();
      if (this.held() > 0) this.purgeLater();
    }, purgeInterval).unref();
  }
}

interface Remembered {
  readonly finding: Finding<AccessToken>;
  /** What it was examined by; another key set or other expectations are another question. */
  readonly keys: ExaminationInput['keys'];
  readonly expectations: ExaminationInput['expectations'];
}

function deepFreeze(value: unknown): void {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return;
  Object.freeze(value);
  for (const part of Object.values(value)) deepFreeze(part);
}
