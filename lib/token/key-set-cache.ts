import { z } from 'zod';
import {
  type CachedDocument,
  type Clock,
  cachedDocument,
  type DocumentState,
  type Fetch,
  fetchJson,
  type Loaded,
  RemoteError,
} from '../remote';
import { type KeySet, toKeySet } from './key-set';

export interface KeySetCacheOptions {
  readonly fetch: Fetch;
  readonly clock: Clock;
  /** Where the key set is; may have to be discovered first. */
  readonly jwksUri: () => Promise<string>;
  /** Seconds a key set counts as fresh where the provider does not say. */
  readonly maxAge: number;
  readonly onFailure?: (error: Error) => void;
  /** Called after every load that succeeded and brought no key that can be used. */
  readonly onEmptied?: (error: Error) => void;
}

export interface KeySetState extends DocumentState {
  readonly keys: readonly { kid: string | undefined; algorithms: readonly string[] }[];
  readonly ignored: KeySet['ignored'];
  /** Whether the provider has answered, and publishes no usable key: nothing can be verified. Counts as failing. */
  readonly emptied: boolean;
}

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
  newerThan(seen: KeySet): Promise<KeySet | 'no news' | 'trouble'>;
  /**
   * Seconds after which asking again may help.
   * @param seen the keys at hand, where they did not fit: only a look for newer ones helps then
   */
  retryAfter(seen?: KeySet): number;
  state(): KeySetState;
}

const cooldown = 30_000;

/**
 * Tokens that wait for one look at most. A provider that hangs makes them wait 5 s, and each one that waits holds a
 * request: without a limit a flood of forged ones would fill the memory. Whoever comes later is told to ask again.
 */
const maxWaiting = 500;

const documentSchema = z.object({ keys: z.array(z.unknown()).max(1_000) });

interface Published {
  readonly keySet: KeySet;
  /** The document as text, to see whether anything changed. */
  readonly text: string;
  /** Why there is nothing to verify with, where that is so. */
  readonly emptied: RemoteError | undefined;
}

/**
 * The cached key set of one provider (RFC 7517 §5); freshness, back-off and sharing as {@link cachedDocument} says.
 *
 * Only a provider that does not answer, or not with a key set, leaves the known keys in use. A key set without a usable
 * key is an answer: so a provider withdraws the last one, and nothing is verified with it from then on. Such a set is
 * looked at again every 30 s.
 */
export function keySetCache(options: KeySetCacheOptions): KeySetCache {
  const { clock } = options;
  let lookedForNewsAt = Number.NEGATIVE_INFINITY;
  let looking: Promise<unknown> | undefined;
  let waiting = 0;

  const document: CachedDocument<Published> = cachedDocument<Published>({
    load: async (previous) => {
      const loaded = await loadKeySet(options, previous);
      const { emptied } = loaded.value;
      if (emptied) {
        lookedForNewsAt = clock();
        options.onEmptied?.(emptied);
      }
      return loaded;
    },
    clock,
    maxAge: options.maxAge,
    onFailure: options.onFailure,
  });

  const untilNextLook = () => Math.max(0, lookedForNewsAt + cooldown - clock());

  /** One look at a time, one per cooldown. A forged token may wait for it; a token with a known key never does. */
  function look(): Promise<unknown> | undefined {
    if (!looking && untilNextLook() === 0) {
      lookedForNewsAt = clock();
      looking = document
        .reload()
        .catch(() => undefined)
        .finally(() => {
          looking = undefined;
        });
    }
    return looking;
  }

  /** @returns whether there was room to wait for the look under way, if any */
  async function waitFor(underWay: Promise<unknown> | undefined): Promise<boolean> {
    if (!underWay) return true;
    if (waiting >= maxWaiting) return false;
    waiting++;
    await underWay;
    waiting--;
    return true;
  }

  return {
    async current() {
      let published = await document.get();
      if (published.emptied && (await waitFor(look()))) published = await document.get();
      if (published.emptied) throw published.emptied;
      return published.keySet;
    },
    peek: () => document.peek()?.keySet,
    async newerThan(seen) {
      const before = document.peek()?.keySet;
      if (before && before !== seen) return before;
      if (!(await waitFor(look()))) return 'trouble';
      const after = document.peek()?.keySet;
      if (after && after !== seen) return after;
      return document.state().failing ? 'trouble' : 'no news';
    },
    retryAfter(seen) {
      if (!seen && !document.peek()?.emptied) return Math.max(1, document.retryAfter());
      return looking ? 1 : Math.max(1, Math.ceil(untilNextLook() / 1_000));
    },
    state: () => {
      const { keySet, emptied } = document.peek() ?? {};
      const state = document.state();
      return {
        ...state,
        ...(emptied && { failing: true, lastFailure: state.lastSuccess, lastError: emptied }),
        emptied: emptied !== undefined,
        keys: (keySet?.keys ?? []).map(({ kid, algorithms }) => ({ kid, algorithms })),
        ignored: keySet?.ignored ?? [],
      };
    },
  };
}

async function loadKeySet(
  { fetch, jwksUri }: KeySetCacheOptions,
  previous: Published | undefined,
): Promise<Loaded<Published>> {
  const url = await jwksUri();
  const { json, maxAge } = await fetchJson(fetch, url);
  const parsed = documentSchema.safeParse(json);
  if (!parsed.success) {
    throw new RemoteError('malformed', `${url} is not a JWK set`, 'check that the URL is right');
  }
  const text = JSON.stringify(parsed.data.keys);
  // The same keys stay the same object: nothing is imported twice, and what was verified with them stays verified.
  if (previous?.text === text) return { value: previous, maxAge };
  const keySet = await toKeySet(parsed.data.keys);
  return { value: { keySet, text, emptied: emptiness(keySet, url) }, maxAge };
}

function emptiness({ keys, ignored }: KeySet, url: string): RemoteError | undefined {
  if (keys.length > 0) return undefined;
  const reasons = [...new Set(ignored.map(({ reason }) => reason))].slice(0, 5).join(', ');
  return new RemoteError(
    'malformed',
    `${url} has no usable key${reasons && ` (left out: ${reasons})`}`,
    'the provider must publish an RSA, EC or Ed25519 key',
  );
}
