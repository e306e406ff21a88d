import { isStoreError } from '../db/store-error';
import { type Found, isRevoked, type Pause, type Session, type SessionTokens } from './session';
import type { SessionStore } from './store';

export interface NewTokensOptions {
  readonly store: SessionStore;
  /** Tells the provider that a refresh token is not needed any more. Never rejects. */
  readonly revoke: (refreshToken: string) => Promise<void>;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  /** Waits for so many milliseconds. */
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** Called with what happened to whom; never with a token. */
  readonly onEvent: (event: { event: string; reason?: string }) => void;
}

/** Milliseconds. */
const times = {
  /** New tokens are held for a store that has gone for so long: the old refresh token is spent. */
  hold: 120_000,
  firstAgain: 50,
  lastAgain: 1_000,
};

/**
 * Keeps what the provider has given to a session, before anything else: the old refresh token is spent.
 * @param pause where the provider is to be left alone for a while nevertheless
 * @returns what the session is where it has been ended or renewed elsewhere meanwhile: that is what counts
 */
export async function keepNewTokens(
  options: NewTokensOptions,
  { session, tokens, pause }: { session: Session; tokens: SessionTokens; pause?: Pause },
): Promise<Found | 'kept'> {
  if (await written(options, () => write(options.store, session, tokens, pause))) return 'kept';
  const current = await options.store.find(session.idHash);
  if (current.outcome === 'ended' && isRevoked(current.reason) && tokens.refreshToken !== undefined) {
    await options.revoke(tokens.refreshToken);
  }
  return current;
}

/** @returns whether the session was still as it was read */
async function write(store: SessionStore, session: Session, tokens: SessionTokens, pause?: Pause) {
  if (await store.replaceTokens(session, tokens, pause)) return true;
  // A connection that was lost after the write leaves the answer to the next try.
  const current = await store.find(session.idHash);
  if (current.outcome !== 'live') return false;
  const { accessToken, refreshToken } = current.session.tokens;
  return accessToken === tokens.accessToken && refreshToken === tokens.refreshToken;
}

/** Tries until the store can be reached again. */
async function written(
  { clock, sleep, onEvent }: NewTokensOptions,
  tryIt: () => Promise<boolean>,
): Promise<boolean> {
  const until = clock() + times.hold;
  for (let tries = 0; ; tries++) {
    try {
      return await tryIt();
    } catch (error) {
      if (!isStoreError(error) || clock() >= until) throw error;
      if (tries === 0) onEvent({ event: 'new_tokens_held', reason: 'the store cannot be reached' });
      await sleep(Math.min(times.firstAgain * 2 ** tries, times.lastAgain));
    }
  }
}
