import { z } from 'zod';
import { cachedDocument, fetchJson, type Loaded, RemoteError } from '../remote';
import type { Failure, Finding } from './check';
import { toKeySet } from './key-set';
import type { KeySet, KeySetCache, KeySetCacheOptions } from './keys';
import type { Verdict } from './verifier';

const cooldown = 30_000;
/** A preloaded key set is of use for as long as one that was loaded. Milliseconds. */
const usableFor = 24 * 60 * 60_000;

/**
 * Tokens that wait for one look at most. A provider that hangs makes them wait 5 s, and each one that waits holds a
 * request: without a limit a flood of forged ones would fill the memory. Whoever comes later is told to ask again.
 */
const maxWaiting = 500;

export const jwkSetSchema = z.object({ keys: z.array(z.unknown()).max(1_000) });

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
  const { clock, preloaded } = options;
  const startedAt = clock();
  let atStart: Published | undefined;
  let lookedForNewsAt = Number.NEGATIVE_INFINITY;
  let looking: Promise<unknown> | undefined;
  let waiting = 0;

  const document = cachedDocument<Published>({
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

  /** What serves until a first load has succeeded, so that nobody waits for it. */
  async function beforeFirstLoad(): Promise<Published | undefined> {
    if (!preloaded || document.peek() || clock() - startedAt >= usableFor) return undefined;
    atStart ??= await publishedOf(preloaded, 'keys');
    if (atStart.emptied) return undefined;
    document.get().catch(() => undefined);
    return atStart;
  }

  /** One look at a time, one per cooldown. A forged token may wait for it; a token with a known key never does. */
  function look(): Promise<unknown> | undefined {
    if (!looking && untilNextLook() === 0) {
      lookedForNewsAt = clock();
      const done = () => {
        looking = undefined;
      };
      looking = document.reload().then(done, done);
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
      let published = (await beforeFirstLoad()) ?? (await document.get());
      if (published.emptied && (await waitFor(look()))) published = await document.get();
      if (published.emptied) throw published.emptied;
      return published.keySet;
    },
    peek: () => (document.peek() ?? atStart)?.keySet,
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
      const { keySet, emptied } = document.peek() ?? atStart ?? {};
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
  const parsed = jwkSetSchema.safeParse(json);
  if (!parsed.success) {
    throw new RemoteError('malformed', `${url} is not a JWK set`, 'check that the URL is right');
  }
  // The same keys stay the same object: nothing is imported twice, and what was verified with them stays verified.
  const isSame = previous?.text === JSON.stringify(parsed.data.keys);
  return { value: isSame ? previous : await publishedOf(parsed.data.keys, url), maxAge };
}

async function publishedOf(published: readonly unknown[], url: string): Promise<Published> {
  const keySet = await toKeySet(published);
  return { keySet, text: JSON.stringify(published), emptied: emptiness(keySet, url) };
}

function emptiness({ keys, ignored }: KeySet, url: string): RemoteError | undefined {
  if (keys.length > 0) return undefined;
  const reasons = [...new Set(ignored.map(({ reason }) => reason))].slice(0, 5).join(', ');
  const message = `${url} has no usable key${reasons && ` (left out: ${reasons})`}`;
  return new RemoteError('malformed', message, 'the provider must publish an RSA, EC or Ed25519 key');
}

/** What there is to examine by where no keys can be had: every check that needs one fails. */
export const emptyKeySet: KeySet = { keys: [], ignored: [] };

/**
 * Comes to a verdict by the cached keys; where those do not fit, by newer ones if the provider has any. A token that is
 * wrong whatever the keys is refused even while no keys can be had.
 */
export async function verdictBy<T>(
  cache: KeySetCache,
  examine: (keys: KeySet) => Finding<T>,
): Promise<Verdict<T>> {
  const keys = await cache.current().catch((error: Error) => error);
  const known = keys instanceof Error ? undefined : keys;
  const unavailable = () => {
    const why = keys instanceof Error ? keys : cache.state().lastError;
    const reason = why?.message ?? 'the key set could not be asked for newer keys';
    return { outcome: 'unavailable', retryAfter: cache.retryAfter(known), reason } as const;
  };
  const finding = examine(known ?? emptyKeySet);
  if (finding.accepted || !lacksKeys(finding)) return settle(finding);
  if (!known) return unavailable();
  const newer = await cache.newerThan(known);
  if (newer === 'no news') return settle(finding);
  // Without an answer an unknown key may be a new one; a bad signature is one until the provider says otherwise.
  if (newer === 'trouble') return finding.dependsOn === 'missing key' ? unavailable() : settle(finding);
  // All keys were withdrawn in the meantime: that is no fault of the token, and no reason to believe the old ones.
  return newer.keys.length === 0 ? unavailable() : settle(examine(newer));
}

const lacksKeys = ({ dependsOn }: Failure) => dependsOn === 'missing key' || dependsOn === 'tried keys';

const settle = <T>(finding: Finding<T>): Verdict<T> =>
  finding.accepted
    ? { outcome: 'accepted', token: finding.token }
    : { outcome: 'refused', refusal: finding.refusal };
