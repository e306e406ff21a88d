import { LRUCache } from 'lru-cache';
import { RateLimiterMemory, type RateLimiterRes } from 'rate-limiter-flexible';
import { problem } from '../http/problem';

/** So many in so much time. */
export interface Limit {
  readonly name: string;
  readonly quota: number;
  /** Seconds. */
  readonly window: number;
}

/** What is limited. Reads never are. */
export const limits = {
  /** Failed authentications of one address. */
  failures: { name: 'failures', quota: 60, window: 60 },
  /** Tokens that one address has inspected. */
  inspections: { name: 'inspections', quota: 60, window: 60 },
  /** Writes of one person or machine: one issuer and subject. */
  writes: { name: 'writes', quota: 120, window: 60 },
} as const satisfies Record<string, Limit>;

/** Addresses or people that are remembered at a time: somebody who has many shall not fill the memory. */
export const mostKeys = 10_000;

/** How much of a limit is left after one use. */
export interface Use {
  readonly allowed: boolean;
  readonly remaining: number;
  /** Seconds until the whole quota is there again. */
  readonly reset: number;
  /** `RateLimit` and `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers). */
  readonly headers: Readonly<Record<string, string>>;
}

/** Counts uses by key, in the memory of this process; each instance of an app counts for itself. */
export class Limiter {
  private readonly counter: RateLimiterMemory;
  private readonly known: LRUCache<string, true>;

  constructor(
    private readonly limit: Limit,
    max = mostKeys,
  ) {
    const { quota, window } = limit;
    const counter = new RateLimiterMemory({ points: quota, duration: window });
    this.counter = counter;
    this.known = new LRUCache<string, true>({ max, dispose: (_, key) => void counter.delete(key) });
  }

  async use(key: string): Promise<Use> {
    if (!this.known.get(key)) this.known.set(key, true);
    const { allowed, result } = await this.counter.consume(key).then(
      (result) => ({ allowed: true, result }),
      // Rejects with the count where it is used up.
      (result: RateLimiterRes) => ({ allowed: false, result }),
    );
    const { name, quota, window } = this.limit;
    const reset = Math.max(1, Math.ceil(result.msBeforeNext / 1_000));
    const remaining = result.remainingPoints;
    return {
      allowed,
      remaining,
      reset,
      headers: {
        'ratelimit-policy': `"${name}";q=${quota};w=${window}`,
        ratelimit: `"${name}";r=${remaining};t=${reset}`,
      },
    };
  }
}

/** What somebody is told who has used up a limit, in a sentence. */
export const waitSentence = ({ reset }: Use): string =>
  `Try again in ${reset} ${reset === 1 ? 'second' : 'seconds'}.`;

/** 429 (RFC 6585 §4), with the time to wait. */
export function tooMany(use: Use): Response {
  const headers = { ...use.headers, 'retry-after': String(use.reset) };
  return problem('rate_limited', { detail: waitSentence(use), headers });
}
