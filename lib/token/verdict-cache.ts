import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { AccessToken } from './access-token';
import type { ExaminationInput, Finding } from './check';
import type { RememberedFinding, VerdictCacheOptions } from './verifier';

/** Seconds that a finding is kept at most: claims are about people, and outlive neither their token nor its use by much. */
const maxAge = 300;
/** Milliseconds between two looks for what is too old. */
const purgeInterval = 60_000;

/**
 * Remembers findings by a SHA-256 of the token: most requests bring a token that was just verified for the one before.
 * Those that nobody asks for leave the memory by a timer, which keeps no process alive.
 */
export class VerdictCache {
  private readonly good;
  private readonly bad;
  private purging: NodeJS.Timeout | undefined;

  constructor(private readonly options: VerdictCacheOptions) {
    const { clock = Date.now, accepted = 5_000, bytes = 32 * 1024 * 1024, refused = 1_000 } = options;
    const times = { ttl: maxAge * 1_000, ttlResolution: 0, perf: { now: clock } };
    this.good = new LRUCache<string, RememberedFinding>({ ...times, max: accepted, maxSize: bytes });
    this.bad = new LRUCache<string, RememberedFinding>({ ...times, max: refused });
  }

  /** The same as `examine`, from memory where it holds. */
  examine(input: ExaminationInput): Finding<AccessToken> {
    const key = createHash('sha256').update(input.token).digest('base64');
    return this.recall(key, input) ?? this.remember(key, input, this.options.examine(input));
  }

  held(): number {
    return this.good.size + this.bad.size;
  }

  /** Ends the timer too. */
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
    // Asking again is cheaper than remembering a flood of refusals that cost no signature.
    const isForgettable = !finding.accepted && (finding.dependsOn === 'time' || !finding.triedKeys);
    const left = finding.accepted ? Math.min(finding.token.expiresAt - now, maxAge) : maxAge;
    if (isForgettable || left <= 0) return finding;
    // Many requests will share it, and none may change what the next one sees.
    deepFreeze(finding);
    const remembered = { finding, keys, expectations };
    // Roughly the bytes of its claims as objects, and of what holds them.
    const size = 1_024 + 2 * token.length;
    if (finding.accepted) this.good.set(key, remembered, { size, ttl: Math.ceil(left * 1_000) });
    else this.bad.set(key, remembered);
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

function deepFreeze(value: unknown): void {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return;
  Object.freeze(value);
  for (const part of Object.values(value)) deepFreeze(part);
}
