import { LRUCache } from 'lru-cache';
import { grantedScopes, type TokenAnswer, type TokenGrant } from '../provider/token-endpoint';
import type { AccessToken } from '../token/access-token';
import type { Judgement } from '../token/judge';
import type { Session, SessionTokens } from './session';
import type { SessionStore } from './store';

/** What became of a session when it was asked for. */
export type Resolution =
  /** Its access token is good for now. */
  | { readonly outcome: 'live'; readonly session: Session }
  /** There is none (any more). */
  | { readonly outcome: 'ended' }
  /** It lives, but its access token has expired and the provider cannot renew it now. */
  | { readonly outcome: 'unavailable'; readonly retryAfter: number };

export interface RefresherOptions {
  readonly store: SessionStore;
  readonly refresh: (refreshToken: string) => Promise<TokenAnswer>;
  readonly judge: (token: string) => Promise<Judgement<AccessToken>>;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
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

const pause = { first: 1_000, max: 30_000 };

/**
 * The one place that spends refresh tokens. Requests of one session that arrive together share one call: a rotating
 * refresh token spent twice reads as theft, and providers answer it by ending the session (RFC 9700 §4.14.2).
 */
export class Refresher {
  private readonly flights = new Map<string, Promise<Resolution>>();
  private readonly pauses = new LRUCache<string, { until: number; failures: number }>({ max: 10_000 });

  constructor(private readonly options: RefresherOptions) {}

  /** The session with an access token that is good for now; renewed first where it is about to expire. */
  async resolve(idHash: string): Promise<Resolution> {
    const session = await this.options.store.find(idHash);
    if (!session) return { outcome: 'ended' };
    return isRefreshDue(session.tokens, this.seconds()) ? this.renew(session) : { outcome: 'live', session };
  }

  private seconds(): number {
    return this.options.clock() / 1_000;
  }

  private renew(session: Session): Promise<Resolution> {
    const { idHash } = session;
    const paused = this.pauses.get(idHash);
    if (paused && this.options.clock() < paused.until) return Promise.resolve(this.asLongAsItLasts(session));
    let flight = this.flights.get(idHash);
    if (!flight) {
      flight = this.inTurn(idHash).finally(() => this.flights.delete(idHash));
      this.flights.set(idHash, flight);
    }
    return flight;
  }

  /**
   * One renewal at a time for a session. Within this process the shared promise sees to it; a lease in the session
   * row, taken before `spend`, will do so across processes.
   */
  private async inTurn(idHash: string): Promise<Resolution> {
    // Read again: whoever held the turn before may have renewed it since this request read it.
    const session = await this.options.store.find(idHash);
    if (!session) return { outcome: 'ended' };
    if (!isRefreshDue(session.tokens, this.seconds())) return { outcome: 'live', session };
    if (session.tokens.refreshToken === undefined) return this.withoutRefreshToken(session);
    return this.spend(session, session.tokens.refreshToken);
  }

  private async withoutRefreshToken(session: Session): Promise<Resolution> {
    if (this.seconds() < session.tokens.accessTokenExpiresAt) return { outcome: 'live', session };
    return this.end(session, 'the access token expired and there is no refresh token');
  }

  private async spend(session: Session, refreshToken: string): Promise<Resolution> {
    const answer = await this.options.refresh(refreshToken);
    if (answer.outcome === 'granted') return this.keep(session, answer.grant);
    if (answer.outcome === 'refused' && answer.error === 'invalid_grant')
      return this.end(session, 'invalid_grant');
    const reason = answer.outcome === 'refused' ? answer.error : answer.reason;
    this.options.onEvent({ event: 'refresh_failed', reason });
    const failures = (this.pauses.get(session.idHash)?.failures ?? 0) + 1;
    const wait = Math.min(pause.first * 2 ** (failures - 1), pause.max);
    this.pauses.set(session.idHash, { until: this.options.clock() + wait, failures });
    return this.asLongAsItLasts(session);
  }

  private async keep(session: Session, grant: TokenGrant): Promise<Resolution> {
    const judgement = await this.options.judge(grant.access_token);
    if (judgement.outcome === 'refused')
      return this.end(session, `new access token refused: ${judgement.refusal.check}`);
    if (judgement.outcome === 'accepted' && judgement.value.subject !== session.subject) {
      return this.end(session, 'new access token names someone else');
    }
    const tokens = this.renewed(
      session.tokens,
      grant,
      judgement.outcome === 'accepted' ? judgement.value : undefined,
    );
    this.pauses.delete(session.idHash);
    if (await this.options.store.replaceTokens(session, tokens)) {
      this.options.onEvent({ event: 'refreshed' });
      return { outcome: 'live', session: { ...session, tokens, version: session.version + 1 } };
    }
    // Ended or renewed elsewhere meanwhile: what the store says now is what counts.
    const current = await this.options.store.find(session.idHash);
    return current ? { outcome: 'live', session: current } : { outcome: 'ended' };
  }

  /**
   * An answer may leave out what has not changed (RFC 6749 §6, OpenID Connect Core §12.2). Where no keys could be had
   * to verify the new token it is kept all the same, for the old refresh token is spent; whoever uses it verifies it.
   */
  private renewed(old: SessionTokens, grant: TokenGrant, token: AccessToken | undefined): SessionTokens {
    const now = Math.floor(this.seconds());
    return {
      accessToken: grant.access_token,
      refreshToken: grant.refresh_token ?? old.refreshToken,
      idToken: grant.id_token ?? old.idToken,
      accessTokenExpiresAt: token?.expiresAt ?? now + (grant.expires_in ?? 60),
      obtainedAt: now,
      scopes: grantedScopes(grant) ?? token?.scopes ?? old.scopes,
      name: old.name,
    };
  }

  private asLongAsItLasts(session: Session): Resolution {
    if (this.seconds() < session.tokens.accessTokenExpiresAt) return { outcome: 'live', session };
    const until = this.pauses.get(session.idHash)?.until ?? 0;
    return {
      outcome: 'unavailable',
      retryAfter: Math.max(1, Math.ceil((until - this.options.clock()) / 1_000)),
    };
  }

  private async end(session: Session, reason: string): Promise<Resolution> {
    await this.options.store.remove(session.idHash);
    this.options.onEvent({ event: 'session_ended', reason });
    return { outcome: 'ended' };
  }
}
