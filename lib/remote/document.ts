import type { RemoteError } from './remote-error';

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** Milliseconds since the epoch. */
export type Clock = () => number;

/** How talking to the provider went wrong. */
export type RemoteErrorCode =
  | ('unreachable' | 'timeout' | 'certificate' | 'status' | 'redirect' | 'too_large' | 'not_json')
  | ('malformed' | 'issuer_mismatch' | 'unsupported');

export interface FetchedJson {
  readonly json: unknown;
  /** `max-age` of the answer in seconds, where it says so (RFC 9111 §5.2.2.1). */
  readonly maxAge: number | undefined;
}

/** What a load brings: the value, and for how many seconds its provider calls it fresh. */
export interface Loaded<T> {
  readonly value: T;
  readonly maxAge: number | undefined;
}

export interface CachedDocumentOptions<T> {
  readonly load: (previous: T | undefined) => Promise<Loaded<T>>;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  /** Seconds a value counts as fresh where its provider does not say. */
  readonly maxAge: number;
  /**
   * What suffices until a load succeeds, where there is such a thing: then nobody waits for one, and it is no outage
   * that none succeeds.
   */
  readonly fallback?: T | undefined;
  /** Called after every load that failed; with a {@link fallback} after the first of several only. */
  readonly onFailure?: ((error: Error) => void) | undefined;
}

export interface DocumentState {
  readonly fetches: number;
  /** Milliseconds since the epoch, or undefined where it never happened. */
  readonly lastSuccess: number | undefined;
  readonly lastFailure: number | undefined;
  readonly lastError: RemoteError | undefined;
  /** Whether the latest load failed. */
  readonly failing: boolean;
}

export interface GetOptions {
  /**
   * For whoever pauses after failures by itself: asks even during a pause of this document where nothing usable is
   * known. Two pauses, one behind the other, would keep an app waiting for twice as long as it says.
   */
  readonly ownPauses?: boolean;
}

/**
 * A document of the provider (discovery, key set).
 *
 * Fresh for the provider's `max-age` (1 minute to 24 hours), renewed in the background from half of that. One load
 * serves all who wait. After a failed load: pauses of 1 s doubling to 60 s, and what is known stays usable for 24 h;
 * nobody waits for a provider that has just failed as long as something usable is known.
 */
export interface CachedDocument<T> {
  /** The value, loaded first where needed. @throws {RemoteError} where there is none and none can be had */
  get(options?: GetOptions): Promise<T>;
  /** Loads now, sharing a load already under way. Rejects where it fails; a known value stays. */
  reload(): Promise<T>;
  /** The value as it is known, however old, without loading; else what suffices without it. */
  peek(): T | undefined;
  /** Seconds until a load is tried again; 0 where one may start now. */
  retryAfter(): number;
  state(): DocumentState;
}
