import { z } from 'zod';
import { cachedDocument, fetchJson, type Loaded, RemoteError } from '../remote';
import type { ExamineBy, Finding } from './check';
import { toKeySet } from './key-set';
import type { KeySet, KeySetCache, KeySetCacheOptions, PublishedKeys } from './keys';
import type { Verdict } from './verifier';

/** Milliseconds between two looks for newer keys. */
const cooldown = 30_000;
/** A preloaded key set is of use for as long as one that was loaded. Milliseconds. */
const usableFor = 24 * 60 * 60_000;

/** Tokens that wait for one look at most: a flood of forged ones would fill the memory while the provider hangs. */
const maxWaiting = 500;

export const jwkSetSchema = z.object({ keys: z.array(z.unknown()).max(1_000) });

/** Makes the cached key set of one provider. */
export function keySetCache(options: KeySetCacheOptions): KeySetCache {
  const { clock, preloaded, maxAge, onFailure } = options;
  const document = cachedDocument({ load, clock, maxAge, onFailure });
  const startedAt = clock();
  let atStart: PublishedKeys | undefined;
  let lookedForNewsAt = Number.NEGATIVE_INFINITY;
  let looking: Promise<unknown> | undefined;
  let waiting = 0;

  async function load(previous: PublishedKeys | undefined): Promise<Loaded<PublishedKeys>> {
    const url = await options.jwksUri();
    const { json, maxAge } = await fetchJson(options.fetch, url);
    const { data } = jwkSetSchema.safeParse(json);
    if (!data) throw new RemoteError('malformed', `${url} is not a JWK set`, 'check that the URL is right');
    // The same keys stay the same object: nothing is imported twice, and what was verified with them stays verified.
    const isSame = previous?.text === JSON.stringify(data.keys);
    const value = isSame ? previous : await publishedOf(data.keys, url);
    if (value.emptied) {
      lookedForNewsAt = clock();
      options.onEmptied?.(value.emptied);
    }
    return { value, maxAge };
  }

  const untilNextLook = () => Math.max(0, lookedForNewsAt + cooldown - clock());

  /** What serves until a first load has succeeded, so that nobody waits for it. */
  async function beforeFirstLoad(): Promise<PublishedKeys | undefined> {
    if (!preloaded || document.peek() || clock() - startedAt >= usableFor) return undefined;
    atStart ??= await publishedOf(preloaded, 'keys');
    if (atStart.emptied) return undefined;
    document.get().catch(() => undefined);
    return atStart;
  }

  /** One look at a time, one per cooldown. A forged token may wait for it; a token with a known key never does. */
  function look(): Promise<unknown> | undefined {
    if (looking || untilNextLook() > 0) return looking;
    lookedForNewsAt = clock();
    const done = () => {
      looking = undefined;
    };
    looking = document.reload().then(done, done);
    return looking;
  }

  /** Waits for the look that may help, if there is one. @returns whether there was room to wait */
  async function waitForNews(): Promise<boolean> {
    const underWay = look();
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
      if (published.emptied && (await waitForNews())) published = await document.get();
      if (published.emptied) throw published.emptied;
      return published.keySet;
    },
    peek: () => (document.peek() ?? atStart)?.keySet,
    async newerThan(seen) {
      const before = document.peek()?.keySet;
      if (before && before !== seen) return before;
      if (!(await waitForNews())) return 'no answer';
      const after = document.peek()?.keySet;
      if (after && after !== seen) return after;
      return document.state().failing ? 'no answer' : 'no news';
    },
    retryAfter(seen) {
      if (!seen && !document.peek()?.emptied) return Math.max(1, document.retryAfter());
      return looking ? 1 : Math.max(1, Math.ceil(untilNextLook() / 1_000));
    },
    state: () => {
      const { keySet = emptyKeySet, emptied } = document.peek() ?? atStart ?? {};
      const state = document.state();
      return {
        ...state,
        ...(emptied && { failing: true, lastFailure: state.lastSuccess, lastError: emptied }),
        emptied: emptied !== undefined,
        keys: keySet.keys.map(({ kid, algorithms }) => ({ kid, algorithms })),
        ignored: keySet.ignored,
      };
    },
  };
}

async function publishedOf(published: readonly unknown[], url: string): Promise<PublishedKeys> {
  const keySet = await toKeySet(published);
  const text = JSON.stringify(published);
  if (keySet.keys.length > 0) return { keySet, text, emptied: undefined };
  const reasons = [...new Set(keySet.ignored.map(({ reason }) => reason))].slice(0, 5).join(', ');
  const message = `${url} has no usable key${reasons && ` (left out: ${reasons})`}`;
  const hint = 'the provider must publish an RSA, EC or Ed25519 key';
  return { keySet, text, emptied: new RemoteError('malformed', message, hint) };
}

/** What there is to examine by where no keys can be had: every check that needs one fails. */
export const emptyKeySet: KeySet = { keys: [], ignored: [] };

/**
 * Comes to a verdict by the cached keys; where those do not fit, by newer ones if the provider has any. A token that is
 * wrong whatever the keys is refused even while no keys can be had.
 */
export async function verdictBy<T>(cache: KeySetCache, examine: ExamineBy<T>): Promise<Verdict<T>> {
  const keys = await cache.current().catch((error: Error) => error);
  const known = keys instanceof Error ? undefined : keys;
  const unavailable = () => {
    const why = keys instanceof Error ? keys : cache.state().lastError;
    const reason = why?.message ?? 'the key set could not be asked for newer keys';
    return { outcome: 'unavailable', retryAfter: cache.retryAfter(known), reason } as const;
  };
  const finding = examine(known ?? emptyKeySet);
  const lacking = finding.accepted ? undefined : finding.dependsOn;
  if (lacking !== 'missing key' && lacking !== 'tried keys') return settle(finding);
  if (!known) return unavailable();
  const newer = await cache.newerThan(known);
  if (newer === 'no news') return settle(finding);
  // Without an answer an unknown key may be a new one; a bad signature is one until the provider says otherwise.
  if (newer === 'no answer') return lacking === 'missing key' ? unavailable() : settle(finding);
  // All keys were withdrawn in the meantime: that is no fault of the token, and no reason to believe the old ones.
  return newer.keys.length === 0 ? unavailable() : settle(examine(newer));
}

const settle = <T>(finding: Finding<T>): Verdict<T> =>
  finding.accepted
    ? { outcome: 'accepted', token: finding.token }
    : { outcome: 'refused', refusal: finding.refusal };
