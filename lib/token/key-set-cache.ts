import { z } from 'zod';
import {
  type CachedDocument,
  type Clock,
  cachedDocument,
  type DocumentState,
} from '../provider/cached-document';
import { type Fetch, fetchJson } from '../provider/fetch-json';
import { ProviderTrouble } from '../provider/trouble';
import { type KeySet, toKeySet } from './key-set';

export interface KeySetCacheOptions {
  readonly fetch: Fetch;
  readonly clock: Clock;
  /** Where the key set is; may have to be discovered first. */
  readonly jwksUri: () => Promise<string>;
  /** Seconds a key set counts as fresh where the provider does not say. */
  readonly maxAge: number;
  readonly onFailure?: (error: Error) => void;
}

export interface KeySetState extends DocumentState {
  readonly keys: readonly { kid: string | undefined; algorithms: readonly string[] }[];
  readonly ignored: KeySet['ignored'];
}

export interface KeySetCache {
  /** The keys to verify with. @throws {ProviderTrouble} where none are known and none can be had */
  current(): Promise<KeySet>;
  /** The keys at hand, if there are any; asks nobody. */
  peek(): KeySet | undefined;
  /**
   * A newer key set for a token whose key was not in `seen`, or did not fit: asked of the provider at most once per
   * 30 s for all such tokens together. `trouble` where the provider could not say.
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
}

/** The cached key set of one provider (RFC 7517 §5); freshness, back-off and sharing as {@link cachedDocument} says. */
export function keySetCache(options: KeySetCacheOptions): KeySetCache {
  const { clock } = options;
  let lookedForNewsAt = Number.NEGATIVE_INFINITY;
  let looking: Promise<unknown> | undefined;
  let waiting = 0;

  const document: CachedDocument<Published> = cachedDocument<Published>({
    load: (previous) => loadKeySet(options, previous),
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
    current: async () => (await document.get()).keySet,
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
      if (!seen) return Math.max(1, document.retryAfter());
      return looking ? 1 : Math.max(1, Math.ceil(untilNextLook() / 1_000));
    },
    state: () => {
      const keySet = document.peek()?.keySet;
      return {
        ...document.state(),
        keys: (keySet?.keys ?? []).map(({ kid, algorithms }) => ({ kid, algorithms })),
        ignored: keySet?.ignored ?? [],
      };
    },
  };
}

async function loadKeySet({ fetch, jwksUri }: KeySetCacheOptions, previous: Published | undefined) {
  const url = await jwksUri();
  const { json, maxAge } = await fetchJson(fetch, url);
  const parsed = documentSchema.safeParse(json);
  if (!parsed.success) {
    throw new ProviderTrouble('malformed', `${url} is not a JWK set`, 'check that the URL is right');
  }
  const text = JSON.stringify(parsed.data.keys);
  // The same keys stay the same object: nothing is imported twice, and what was verified with them stays verified.
  if (previous?.text === text) return { value: previous, maxAge };
  const keySet = await toKeySet(parsed.data.keys);
  if (keySet.keys.length === 0) {
    throw new ProviderTrouble(
      'malformed',
      `${url} has no usable key`,
      'the provider must publish an RSA, EC or Ed25519 key',
    );
  }
  return { value: { keySet, text }, maxAge };
}
