import type { Fetch } from '../remote';

/** The time that an answer bore, and when it came. Milliseconds since the epoch. */
export interface SeenTime {
  readonly theirs: number;
  readonly ours: number;
}

export interface BoundedFetch {
  readonly fetch: Fetch;
  /** The first `Date` that an answer of the provider bore, if any. */
  seenTime(): SeenTime | undefined;
}

/** A `fetch` whose requests together take no longer than `budget` milliseconds, and that remembers the provider's time. */
export function boundedFetch(
  fetch: Fetch,
  { budget, clock }: { budget: number; clock: () => number },
): BoundedFetch {
  const deadline = AbortSignal.timeout(budget);
  let seen: SeenTime | undefined;
  return {
    async fetch(url, init) {
      const signal = init.signal ? AbortSignal.any([init.signal, deadline]) : deadline;
      const response = await fetch(url, { ...init, signal });
      seen ??= timeOf(response.headers, clock());
      return response;
    },
    seenTime: () => seen,
  };
}

/** A cache on the way keeps the `Date` of the origin and says in `Age` how long ago that was (RFC 9111 §5.1). */
function timeOf(headers: Headers, ours: number): SeenTime | undefined {
  const date = Date.parse(headers.get('date') ?? '');
  if (Number.isNaN(date)) return undefined;
  const age = /^\d{1,9}$/.exec(headers.get('age') ?? '')?.[0];
  return { theirs: date + Number(age ?? 0) * 1_000, ours };
}
