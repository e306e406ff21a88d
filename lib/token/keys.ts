import type { DocumentState, Fetch, RemoteError } from '../remote';

/** A signature and what it should cover. */
export interface Signed {
  readonly algorithm: string;
  /** The signing input (RFC 7515 §5.1): ASCII text. */
  readonly data: string;
  readonly signature: Uint8Array;
}

/** A key that may verify signatures. */
export interface VerificationKey {
  readonly kid: string | undefined;
  /** The algorithms it may be used with; the first entry where the key itself names one. */
  readonly algorithms: readonly string[];
  /**
   * Whether a signature by one of these algorithms is this key's, over exactly these bytes (RFC 7515 §5.2, RFC 7518 §3.3
   * to §3.5). Never throws.
   */
  readonly verifies: (signed: Signed) => boolean;
}

/** The usable keys of one fetch. A new fetch with other material gives another object. */
export interface KeySet {
  readonly keys: readonly VerificationKey[];
  /** Why published keys were left out, for the operator. */
  readonly ignored: readonly { kid: string | undefined; reason: string }[];
}

/** What a provider published, or what stood for it at the start. */
export interface PublishedKeys {
  readonly keySet: KeySet;
  /** The document as text, to see whether anything changed. */
  readonly text: string;
  /** Why there is nothing to verify with, where that is so. */
  readonly emptied: RemoteError | undefined;
}

export interface KeySetCacheOptions {
  readonly fetch: Fetch;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  /** Where the key set is; may have to be discovered first. */
  readonly jwksUri: () => Promise<string>;
  /** Seconds a key set counts as fresh where the provider does not say. */
  readonly maxAge: number;
  /** Keys to verify with until the provider has answered for the first time. */
  readonly preloaded?: readonly unknown[] | undefined;
  readonly onFailure?: ((error: Error) => void) | undefined;
  /** Called after every load that succeeded and brought no key that can be used. */
  readonly onEmptied?: ((error: Error) => void) | undefined;
}

/** What is known of a provider's keys, and how asking for them went. */
export interface KeySetState extends DocumentState {
  readonly keys: readonly { kid: string | undefined; algorithms: readonly string[] }[];
  /** Published keys that were left out, with the reason. */
  readonly ignored: KeySet['ignored'];
  /** Whether the provider has answered, and publishes no usable key: nothing can be verified. Counts as failing. */
  readonly emptied: boolean;
}

/**
 * The cached key set of one provider (RFC 7517 §5); freshness, back-off and sharing as for any cached document.
 *
 * Only a provider that does not answer, or not with a key set, leaves the known keys in use. A key set without a usable
 * key is an answer: so a provider withdraws the last one, and nothing is verified with it from then on. Such a set is
 * looked at again every 30 s.
 */
export interface KeySetCache {
  /**
   * The keys to verify with, never none.
   * @throws {RemoteError} where none are known and none can be had, or the provider publishes none any more
   */
  current(): Promise<KeySet>;
  /** The keys at hand, if there are any; asks nobody. */
  peek(): KeySet | undefined;
  /**
   * A newer key set for a token whose key was not in `seen`, or did not fit: asked of the provider at most once per
   * 30 s for all such tokens together. `trouble` where the provider could not say. The newer set may be empty.
   */
  newerThan(seen: KeySet): Promise<KeySet | 'no news' | 'no answer'>;
  /**
   * Seconds after which asking again may help.
   * @param seen the keys at hand, where they did not fit: only a look for newer ones helps then
   */
  retryAfter(seen?: KeySet): number;
  state(): KeySetState;
}
