import { isStoreTrouble } from '../db/trouble';
import { grantedScopes, type TokenAnswer, type TokenGrant } from '../provider/token-endpoint';
import { readUnverified } from '../token/unverified';
import { type EndReason, type Found, isRevoked, type Session, type SessionTokens } from './session';
import type { SessionStore } from './store';

/** What became of a session when it was asked for. */
export type Resolution =
  /** Its access token is good for now, if it is good at all; or it has ended. */
  | Found
  /** It lives, but its access token has expired and cannot be renewed now. Seconds. */
  | { readonly outcome: 'unavailable'; readonly retryAfter: number };

export interface RefresherOptions {
  readonly store: SessionStore;
  /** Finds out whatever `refresh` needs to know, so that no lease runs out over it. Never rejects. */
  readonly prepare: () => Promise<void>;
  readonly refresh: (refreshToken: string) => Promise<TokenAnswer>;
  /** Tells the provider that a refresh token is not needed any more. Never rejects. */
  readonly revoke: (refreshToken: string) => Promise<void>;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  /** Waits for so many milliseconds. */
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** Called with what happened to whom; never with a token. */
  readonly onEvent: (event: { event: string; reason?: string }) => void;
}

/**
 * Whether an access token is due for renewal: 30 s before it expires, or at 80 % of a lifetime shorter than 150 s.
 * @param now seconds since the epoch
 */
export function isRefreshDue(
  { accessTokenExpiresAt, obtainedAt }: Pick<SessionTokens, 'accessTokenExpiresAt' | 'obtainedAt'>,
  now: number,
): boolean {
  const lifetime = accessTokenExpiresAt - obtainedAt;
  const margin = lifetime < 150 ? lifetime * 0.2 : 30;
  return now >= accessTokenExpiresAt - margin;
}

/**
 * Answers after which asking again cannot help, for only the person can: the refresh token is used up, revoked or
 * expired (RFC 6749 §5.2), or the provider wants to see them (OpenID Connect Core §3.1.2.6; Entra ID answers so to a
 * refresh when its policies have changed).
 */
const finalAnswers = ['invalid_grant', 'interaction_required', 'login_required', 'consent_required'];

/** Milliseconds, all of them. */
const times = {
  /** The call to the provider ends after 10 s by itself; what remains is for the write. */
  lease: 15_000,
  /** Between two looks at a row whose lease somebody else has. */
  look: 100,
  firstPause: 1_000,
  longestPause: 30_000,
  /** A pause that a request waits out, rather than be told to come back. */
  shortPause: 2_000,
  /** How long a request waits for a renewal: longer than a lease, as its holder may have died. */
  patience: 20_000,
  /** The same for a request that can do with the token there is. */
  patienceWithToken: 3_000,
  /** New tokens are held for a store that has gone for so long: the old refresh token is spent. */
  holdTokens: 120_000,
  firstWriteAgain: 50,
  lastWriteAgain: 1_000,
};

/**
 * The one place that spends refresh tokens. A rotating refresh token spent twice reads as theft, and providers answer
 * it by ending the session (RFC 9700 §4.14.2). So one request at a time may renew a session: within this process they
 * share a promise, across processes a lease in the session's row decides. The others wait for the new row.
 */
export class Refresher {
  private readonly flights = new Map<string, Promise<Resolution>>();

  constructor(private readonly options: RefresherOptions) {}

  /** The session with an access token that is good for now; renewed first where it is about to expire. */
  async resolve(idHash: string): Promise<Resolution> {
    const found = await this.options.store.find(idHash);
    if (found.outcome === 'ended' || !this.isDue(found.session)) return found;
    const flight = this.flights.get(idHash);
    if (!this.isUsable(found.session)) return this.atMost(times.patience, flight ?? this.takeOff(idHash));
    // Whoever can do with the old token does not wait for somebody else's call.
    if (flight) return found;
    return this.atMost(times.patienceWithToken, this.takeOff(idHash), found);
  }

  private isDue({ tokens }: Session): boolean {
    return isRefreshDue(tokens, this.options.clock() / 1_000);
  }

  private isUsable({ tokens }: Session): boolean {
    return this.options.clock() < tokens.accessTokenExpiresAt * 1_000;
  }

  /** Whether somebody else renews it, or nobody should for a while. */
  private isElsewhere({ renewal }: Session): boolean {
    return this.options.clock() < Math.max(renewal.leaseUntil, renewal.retryAt);
  }

  private takeOff(idHash: string): Promise<Resolution> {
    const flight = this.renew(idHash).finally(() => this.flights.delete(idHash));
    this.flights.set(idHash, flight);
    return flight;
  }

  /** A flight goes on when nobody waits for it any more: what it brings must be kept. */
  private async atMost(
    patience: number,
    flight: Promise<Resolution>,
    meanwhile: Resolution = { outcome: 'unavailable', retryAfter: 5 },
  ): Promise<Resolution> {
    return Promise.race([flight, this.options.sleep(patience).then(() => meanwhile)]);
  }

  /** Renews a session as soon as nobody else does, unless it is done then. */
  private async renew(idHash: string): Promise<Resolution> {
    const { store, clock, sleep } = this.options;
    const since = clock();
    for (;;) {
      // Read anew each time: whoever had the lease may have renewed it.
      const found = await store.find(idHash);
      if (found.outcome === 'ended' || !this.isDue(found.session)) return found;
      const { session } = found;
      if (session.tokens.refreshToken === undefined) return this.withoutRefreshToken(session);
      if (this.isElsewhere(session)) {
        if (this.isUsable(session)) return found;
        const { leaseUntil, retryAt } = session.renewal;
        const now = clock();
        const wait = Math.max(leaseUntil, retryAt) - now;
        if (retryAt - now > times.shortPause || now - since > times.patience) return unavailable(wait);
        await sleep(Math.min(wait, times.look));
        continue;
      }
      await this.options.prepare();
      const leaseUntil = clock() + times.lease;
      if (!(await store.takeLease(session, leaseUntil))) continue;
      const resolution = await this.spend(session, session.tokens.refreshToken, leaseUntil);
      if (resolution) return resolution;
    }
  }

  private async withoutRefreshToken(session: Session): Promise<Resolution> {
    if (this.isUsable(session)) return { outcome: 'live', session };
    return this.end(session, 'expired', 'the access token expired and there is no refresh token');
  }

  /** @returns undefined where the provider is in trouble, which is noted in the row */
  private async spend(
    session: Session,
    refreshToken: string,
    leaseUntil: number,
  ): Promise<Resolution | undefined> {
    const answer = await this.options.refresh(refreshToken);
    if (answer.outcome === 'granted') return this.keep(session, answer.grant);
    if (answer.outcome === 'refused' && finalAnswers.includes(answer.error))
      return this.end(session, 'provider', answer.error);
    const reason = answer.outcome === 'refused' ? answer.error : answer.reason;
    this.options.onEvent({ event: 'refresh_failed', reason });
    const failures = session.renewal.failures + 1;
    const pause = Math.min(times.firstPause * 2 ** (failures - 1), times.longestPause);
    const retryAt = this.options.clock() + pause;
    await this.options.store.giveBack(session.idHash, { leaseUntil, retryAt, failures });
    return undefined;
  }

  /**
   * Keeps what the provider has given, before anything else: the old refresh token is spent. The new access token is
   * verified by whoever uses it.
   */
  private async keep(session: Session, grant: TokenGrant): Promise<Resolution> {
    const tokens = renewed(session.tokens, grant, Math.floor(this.options.clock() / 1_000));
    if (await this.write(session, tokens)) {
      this.options.onEvent({ event: 'refreshed' });
      const renewal = { leaseUntil: 0, retryAt: 0, failures: 0 };
      return { outcome: 'live', session: { ...session, tokens, version: session.version + 1, renewal } };
    }
    // Ended or renewed elsewhere meanwhile: what the store says now is what counts.
    const current = await this.options.store.find(session.idHash);
    if (current.outcome === 'ended' && isRevoked(current.reason) && tokens.refreshToken !== undefined) {
      await this.options.revoke(tokens.refreshToken);
    }
    return current;
  }

  /** @returns whether the session was still as it was read */
  private async write(session: Session, tokens: SessionTokens): Promise<boolean> {
    const { store, clock, sleep, onEvent } = this.options;
    const until = clock() + times.holdTokens;
    for (let tries = 0; ; tries++) {
      try {
        if (await store.replaceTokens(session, tokens)) return true;
        // A connection that was lost after the write leaves the answer to the next try.
        const current = await store.find(session.idHash);
        return current.outcome === 'live' && current.session.tokens.accessToken === tokens.accessToken;
      } catch (error) {
        if (!isStoreTrouble(error) || clock() >= until) throw error;
        if (tries === 0) onEvent({ event: 'new_tokens_held', reason: 'the store cannot be reached' });
        await sleep(Math.min(times.firstWriteAgain * 2 ** tries, times.lastWriteAgain));
      }
    }
  }

  private async end(session: Session, reason: EndReason, because: string): Promise<Resolution> {
    await this.options.store.end(session.idHash, reason);
    this.options.onEvent({ event: 'session_ended', reason: because });
    return { outcome: 'ended', reason };
  }
}

/** @param wait milliseconds */
const unavailable = (wait: number): Resolution => ({
  outcome: 'unavailable',
  retryAfter: Math.max(1, Math.ceil(wait / 1_000)),
});

/**
 * An answer may leave out what has not changed (RFC 6749 §6, OpenID Connect Core §12.2).
 * @param now seconds since the epoch
 */
function renewed(old: SessionTokens, grant: TokenGrant, now: number): SessionTokens {
  return {
    accessToken: grant.access_token,
    refreshToken: grant.refresh_token ?? old.refreshToken,
    idToken: grant.id_token ?? old.idToken,
    accessTokenExpiresAt: expiryOf(grant, now),
    obtainedAt: now,
    scopes: grantedScopes(grant) ?? old.scopes,
    name: old.name,
  };
}

/**
 * When to renew a token that nobody has verified yet, in seconds since the epoch: by its own word, else by the answer's,
 * else after a minute. One that was obtained expired counts for a second, lest every request asked for another.
 */
function expiryOf({ access_token, expires_in = 60 }: TokenGrant, now: number): number {
  const exp = readUnverified(access_token, []).claims?.exp;
  return Math.max(now + 1, typeof exp === 'number' ? exp : now + expires_in);
}
