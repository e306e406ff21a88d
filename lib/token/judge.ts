import type { KeysTrouble } from '../provider/keys-trouble';
import type { KeySet } from './key-set';
import type { KeySetCache } from './key-set-cache';
import type { Failure, Refusal } from './verify';

/** What became of a token: accepted, refused for a reason of its own, or not to be judged for want of keys. */
export type Judgement<T> =
  | { readonly outcome: 'accepted'; readonly value: T }
  | { readonly outcome: 'refused'; readonly refusal: Refusal }
  | { readonly outcome: 'unavailable'; readonly retryAfter: number; readonly why?: KeysTrouble };

type Verdict<T> = { accepted: true; value: T } | Pick<Failure, 'accepted' | 'refusal' | 'dependsOn'>;

/** What there is to judge by where no keys can be had: every check that needs one fails. */
export const noKeys: KeySet = { keys: [], ignored: [] };

/**
 * Judges with the cached keys; where those do not fit, with newer ones if the provider has any. A token that is
 * wrong whatever the keys is refused even while no keys can be had.
 */
export async function judgeWith<T>(
  cache: KeySetCache,
  verdictWith: (keys: KeySet) => Verdict<T>,
): Promise<Judgement<T>> {
  const keys = await cache.current().catch(() => undefined);
  const unavailable = () => ({ outcome: 'unavailable', retryAfter: cache.retryAfter(keys) }) as const;
  const verdict = verdictWith(keys ?? noKeys);
  if (!needsOtherKeys(verdict)) return settle(verdict);
  if (!keys) return unavailable();
  const newer = await cache.newerThan(keys);
  if (newer === 'no news') return settle(verdict);
  // Without an answer an unknown key may be a new one; a bad signature is one until the provider says otherwise.
  if (newer === 'trouble') return isUnknownKey(verdict) ? unavailable() : settle(verdict);
  // All keys were withdrawn in the meantime: that is no fault of the token, and no reason to believe the old ones.
  if (newer.keys.length === 0) return unavailable();
  return settle(verdictWith(newer));
}

function needsOtherKeys<T>(verdict: Verdict<T>): boolean {
  return !verdict.accepted && (verdict.dependsOn === 'missing key' || verdict.dependsOn === 'tried keys');
}

function isUnknownKey<T>(verdict: Verdict<T>): boolean {
  return !verdict.accepted && verdict.dependsOn === 'missing key';
}

function settle<T>(verdict: Verdict<T>): Judgement<T> {
  return verdict.accepted
    ? { outcome: 'accepted', value: verdict.value }
    : { outcome: 'refused', refusal: verdict.refusal };
}
