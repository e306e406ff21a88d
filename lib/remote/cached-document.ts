import type { CachedDocument, CachedDocumentOptions, GetOptions } from './document';
import { isRemoteError, RemoteError } from './remote-error';

const second = 1_000;
/** A value stays usable for this long after its last load, should the provider be down. */
const usableFor = 24 * 60 * 60 * second;
const freshness = { min: 60, max: 24 * 60 * 60 };
const backOff = { first: second, max: 60 * second, maxWithFallback: 600 * second };

/**
 * A document of the provider (discovery, key set) that is loaded when needed and outlives the provider's bad day.
 *
 * Fresh for the provider's `max-age` (1 minute to 24 hours), renewed in the background from half of that. One load
 * serves all who wait. After a failed load: pauses of 1 s doubling to 60 s, and what is known stays usable for 24 h;
 * nobody waits for a provider that has just failed as long as something usable is known.
 */
export function cachedDocument<T>(options: CachedDocumentOptions<T>): CachedDocument<T> {
  const { clock, fallback } = options;
  const longestPause = fallback === undefined ? backOff.max : backOff.maxWithFallback;
  let known: { value: T; loadedAt: number; freshFor: number } | undefined;
  let inFlight: Promise<T> | undefined;
  let failures = 0;
  let retryAt = 0;
  let fetches = 0;
  let lastFailure: { at: number; error: RemoteError } | undefined;

  async function load(): Promise<T> {
    fetches++;
    try {
      const { value, maxAge } = await options.load(known?.value);
      const seconds = Math.min(Math.max(maxAge ?? options.maxAge, freshness.min), freshness.max);
      known = { value, loadedAt: clock(), freshFor: seconds * second };
      failures = 0;
      retryAt = 0;
      return value;
    } catch (cause) {
      const error = isRemoteError(cause)
        ? cause
        : new RemoteError('malformed', String(cause), 'see the message');
      retryAt = clock() + Math.min(backOff.first * 2 ** failures, longestPause);
      failures++;
      lastFailure = { at: clock(), error };
      if (fallback === undefined || failures === 1) options.onFailure?.(error);
      throw error;
    }
  }

  function reload(): Promise<T> {
    inFlight ??= load().finally(() => {
      inFlight = undefined;
    });
    return inFlight;
  }

  const mayLoad = () => inFlight !== undefined || clock() >= retryAt;

  function reloadInBackground(): void {
    if (mayLoad()) reload().catch(() => undefined);
  }

  async function get({ ownPauses = false }: GetOptions = {}): Promise<T> {
    const age = known ? clock() - known.loadedAt : Number.POSITIVE_INFINITY;
    if (known && age < known.freshFor / 2) return known.value;
    if (known && (age < known.freshFor || (failures > 0 && age < usableFor))) {
      reloadInBackground();
      return known.value;
    }
    const usable = known && age < usableFor ? known.value : undefined;
    if (fallback !== undefined) {
      reloadInBackground();
      return usable ?? fallback;
    }
    if (!mayLoad() && usable !== undefined) return usable;
    if (!mayLoad() && !ownPauses) {
      throw (
        lastFailure?.error ?? new RemoteError('unreachable', 'the provider cannot be reached', 'try again')
      );
    }
    return reload().catch((error) => {
      if (usable !== undefined) return usable;
      throw error;
    });
  }

  return {
    get,
    reload,
    peek: () => known?.value ?? fallback,
    retryAfter: () => Math.max(0, Math.ceil((retryAt - clock()) / second)),
    state: () => ({
      fetches,
      lastSuccess: known?.loadedAt,
      lastFailure: lastFailure?.at,
      lastError: lastFailure?.error,
      failing: failures > 0 && fallback === undefined,
    }),
  };
}
