import type { WorkUnderWay } from '../config/under-way';
import type { RefreshCall, TokenAnswer, TokenGrant } from '../provider/token-answer';
import type { Lease } from './leases';
import { keepNewTokens, type NewTokensOptions } from './new-tokens';
import { endsSession } from './refresh-refusal';
import { isRefreshDue, renewedTokens } from './renewed-tokens';
import type { EndReason, Found, Pause, Session } from './session';

/** What became of a session when it was asked for. */
export type Resolution =
  /** Its access token is good for now, if it is good at all; or it has ended. */
  | Found
  /** It lives, but its access token cannot be used and cannot be renewed now. Seconds. */
  | { readonly outcome: 'unavailable'; readonly retryAfter: number };

export interface RefresherOptions extends NewTokensOptions {
  /**
   * Finds out whatever the call needs to know of the provider, so that no lease runs out over it. Rejects where that
   * cannot be known.
   * @returns the call, which never rejects
   */
  readonly prepare: () => Promise<(call: RefreshCall) => Promise<TokenAnswer>>;
  /** Whether an ID token that a refresh has brought is of this session. Asks nobody. */
  readonly isIdTokenOf: (session: Session, token: { idToken: string; accessToken: string }) => boolean;
  readonly work: WorkUnderWay;
}

export interface ResolveOptions {
  /** An access token of the session that was refused though it has not expired: it is to be renewed, once. */
  readonly refusedToken?: string | undefined;
  /** An access token of the session that somebody wants renewed, though it is good for a while yet. */
  readonly unwantedToken?: string | undefined;
}

/** Milliseconds, all of them. */
const times = {
  lease: 15_000,
  /** The longest call to the provider, and the shortest that is worth making. */
  call: 10_000,
  shortestCall: 5_000,
  /** What remains of the lease after the call, to write what it has brought. */
  write: 2_000,
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
};

/** A session to be renewed, and whether the access token that it has can be used meanwhile. */
interface Due {
  readonly session: Session;
  readonly refreshToken: string;
  readonly isRefused: boolean;
}

/**
 * The one place that spends refresh tokens. A rotating refresh token spent twice reads as theft, and providers answer
 * it by ending the session (RFC 9700 §4.14.2). So one request at a time may renew a session: within this process they
 * share a promise, across processes a lease in the session's row decides. The others wait for the new row.
 */
export class Refresher {
  private readonly inFlight = new Map<string, Promise<Resolution>>();

  constructor(private readonly options: RefresherOptions) {}

  /** The session with an access token that is good for now; renewed first where it is about to expire. */
  async resolve(idHash: string, options: ResolveOptions = {}): Promise<Resolution> {
    const found = await this.options.store.find(idHash);
    if (found.outcome === 'ended') return found;
    const { session } = found;
    if (isToBeReplaced(session, options.refusedToken)) return this.replace(idHash, options);
    if (!this.isDue(session, options)) return found;
    const renewal = this.inFlight.get(idHash);
    if (options.unwantedToken !== undefined || this.isExpired(session)) {
      return this.atMost(times.patience, renewal ?? this.startRenewal(idHash, options));
    }
    // Whoever can do with the old token does not wait for somebody else's call.
    if (renewal) return found;
    return this.atMost(times.patienceWithToken, this.startRenewal(idHash), found);
  }

  /** Nobody can do with a refused token, so it has a renewal of its own: an ordinary one may leave it as it is. */
  private replace(idHash: string, options: ResolveOptions): Promise<Resolution> {
    const name = `${idHash} refused`;
    return this.atMost(times.patience, this.inFlight.get(name) ?? this.startRenewal(idHash, options, name));
  }

  private isDue({ tokens }: Session, { unwantedToken }: ResolveOptions): boolean {
    return tokens.accessToken === unwantedToken || isRefreshDue(tokens, this.options.clock() / 1_000);
  }

  private isExpired({ tokens }: Session): boolean {
    return this.options.clock() >= tokens.accessTokenExpiresAt * 1_000;
  }

  private startRenewal(idHash: string, options: ResolveOptions = {}, name = idHash): Promise<Resolution> {
    const renewal = this.renew(idHash, options).finally(() => this.inFlight.delete(name));
    this.inFlight.set(name, renewal);
    return this.options.work.track(renewal);
  }

  /** A renewal goes on when nobody waits for it any more: what it brings must be kept. */
  private async atMost(
    patience: number,
    renewal: Promise<Resolution>,
    meanwhile: Resolution = { outcome: 'unavailable', retryAfter: 5 },
  ): Promise<Resolution> {
    return Promise.race([renewal, this.options.sleep(patience).then(() => meanwhile)]);
  }

  /** Renews a session as soon as nobody else does, unless it is done then. */
  private async renew(idHash: string, options: ResolveOptions): Promise<Resolution> {
    const { store, clock, sleep, work } = this.options;
    const since = clock();
    for (;;) {
      // Read anew each time: whoever had the lease may have renewed it.
      const found = await store.find(idHash);
      if (found.outcome === 'ended') return found;
      const { session } = found;
      const isRefused = isToBeReplaced(session, options.refusedToken);
      if (!isRefused && !this.isDue(session, options)) return found;
      const { refreshToken } = session.tokens;
      if (refreshToken === undefined) return this.withoutRefreshToken(session);
      const { leasedFor, pausedFor } = session.renewal;
      const wait = Math.max(leasedFor, pausedFor);
      const isLate = work.isStopping || clock() - since > times.patience;
      if (wait > 0 || isLate) {
        const isUnwanted = session.tokens.accessToken === options.unwantedToken;
        if (!isRefused && !isUnwanted && !this.isExpired(session)) return found;
        if (isLate || pausedFor > times.shortPause) return unavailable(wait);
        await sleep(Math.min(wait, times.look));
        continue;
      }
      const resolution = await this.attempt({ session, refreshToken, isRefused });
      if (resolution) return resolution;
    }
  }

  private async withoutRefreshToken(session: Session): Promise<Resolution> {
    if (!this.isExpired(session)) return { outcome: 'live', session };
    return this.end(session, 'expired', 'the access token expired and there is no refresh token');
  }

  /**
   * Makes the call, if the lease can be had and covers all of it: without a lease another process would spend the same
   * refresh token.
   * @returns undefined where the row is to be looked at again
   */
  private async attempt(due: Due): Promise<Resolution | undefined> {
    const { prepare, store, clock, work } = this.options;
    const { session, refreshToken } = due;
    const call = await prepare().catch((error: Error) => error);
    if (call instanceof Error) {
      await store.leases.pause(session, this.failed(session, call.message));
      return undefined;
    }
    // The store may take its time to give the lease: it counts from before it was asked for.
    const asked = clock();
    const lease = await store.leases.take(session, times.lease);
    if (lease === undefined) return undefined;
    const left = times.lease - Math.max(0, clock() - asked);
    const timeLimit = Math.min(times.call, left - times.write);
    if (timeLimit < times.shortestCall || work.isStopping) {
      await store.leases.giveBack(session, lease);
      return undefined;
    }
    const { scopes } = session.tokens;
    return this.settle(due, lease, await call({ refreshToken, scopes, timeLimit }));
  }

  /** @returns undefined where the provider is in trouble, which is noted in the row */
  private async settle(due: Due, lease: Lease, answer: TokenAnswer): Promise<Resolution | undefined> {
    const { session, isRefused } = due;
    if (answer.outcome === 'granted') return this.keep(due, answer.grant);
    if (answer.outcome === 'refused') {
      const usable = !isRefused && !this.isExpired(session);
      if (endsSession(answer.error, { usable })) return this.end(session, 'provider', answer.error);
    }
    const pause = this.failed(session, answer.outcome === 'refused' ? answer.error : answer.reason);
    if (answer.outcome === 'unavailable' && answer.refreshToken !== undefined) {
      const tokens = { ...session.tokens, refreshToken: answer.refreshToken };
      await keepNewTokens(this.options, { session, tokens, pause });
      return undefined;
    }
    await this.options.store.leases.giveBack(session, lease, pause);
    return undefined;
  }

  /** Tells of a failure. @returns for how long to leave the provider alone */
  private failed({ renewal }: Session, reason: string): Pause {
    this.options.onEvent({ event: 'refresh_failed', reason });
    const length = Math.min(times.firstPause * 2 ** renewal.failures, times.longestPause);
    return { length, failures: renewal.failures + 1 };
  }

  /** The new access token is verified by whoever uses it. */
  private async keep({ session, isRefused }: Due, grant: TokenGrant): Promise<Resolution> {
    const { clock, isIdTokenOf, onEvent } = this.options;
    const tokens = renewedTokens(session.tokens, grant, {
      now: Math.floor(clock() / 1_000),
      keepsIdToken: (idToken) => isIdTokenOf(session, { idToken, accessToken: grant.access_token }),
      refused: isRefused,
    });
    const kept = await keepNewTokens(this.options, { session, tokens });
    if (kept !== 'kept') return kept;
    onEvent(
      isRefused ? { event: 'refreshed', reason: 'the access token was refused' } : { event: 'refreshed' },
    );
    const renewal = { leasedFor: 0, pausedFor: 0, failures: 0 };
    return { outcome: 'live', session: { ...session, tokens, version: session.version + 1, renewal } };
  }

  private async end(session: Session, reason: EndReason, because: string): Promise<Resolution> {
    await this.options.store.end(session.idHash, reason);
    this.options.onEvent({ event: 'session_ended', reason: because });
    return { outcome: 'ended', reason };
  }
}

/**
 * Whether this is the session's token still, and a renewal may bring a better one: not where a renewal has brought it
 * for the same reason.
 */
function isToBeReplaced({ tokens }: Session, refusedToken: string | undefined): boolean {
  const { accessToken, refreshToken, renewedAfterRefusal = false } = tokens;
  return accessToken === refusedToken && refreshToken !== undefined && !renewedAfterRefusal;
}

/** @param wait milliseconds */
const unavailable = (wait: number): Resolution => ({
  outcome: 'unavailable',
  retryAfter: Math.max(1, Math.ceil(Math.min(wait, times.longestPause) / 1_000)),
});
