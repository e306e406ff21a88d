import type { CachedDocument, CachedDocumentOptions, GetOptions } from './document';
import { isRemoteError, RemoteError } from './remote-error';

const second = 1_000;
/** A value stays usable for this long after its last load, should the provider be down. */
const usableFor = 24 * 60 * 60 * second;
const freshness = { min: 60, max: 24 * 60 * 60 };
const backOff = { first: second, max: 60 * second, maxWithFallback: 600 * second };

/** Makes a document that is loaded when needed and outlives the provider's bad day. */
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
      const wrapped = () => new RemoteError('malformed', String(cause), 'see the message');
      const error = isRemoteError(cause) ? cause : wrapped();
      lastFailure = { at: clock(), error };
      retryAt = lastFailure.at + Math.min(backOff.first * 2 ** failures, longestPause);
      failures++;
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

  async function get({ ownPauses = false }: GetOptions = {}): Promise<T> {
    const mayLoad = inFlight !== undefined || clock() >= retryAt;
    const age = known ? clock() - known.loadedAt : Number.POSITIVE_INFINITY;
    if (known && age < known.freshFor / 2) return known.value;
    const usable = age < usableFor ? known?.value : undefined;
    const nobodyWaits = fallback !== undefined || failures > 0 || (known && age < known.freshFor);
    const spare = nobodyWaits ? (usable ?? fallback) : undefined;
    if (spare !== undefined) {
      if (mayLoad) reload().catch(() => undefined);
      return spare;
    }
    if (!mayLoad && !ownPauses && lastFailure) throw lastFailure.error;
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
