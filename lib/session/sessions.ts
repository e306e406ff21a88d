import type { Log, WorkUnderWay } from '../config';

import type { Database } from '../db';
import type { ProviderClient } from '../provider';
import type { Clock } from '../remote';
import type { Verifier } from '../token';
import { type Begun, type Browser, begin } from './begin';
import { hashSessionId } from './cookie';
import { type FrontchannelLogout, readFrontchannelLogout } from './frontchannel';
import type { OnSignIn } from './on-sign-in';
import { Refresher, type Resolution, type ResolveOptions } from './refresh';
import { isOfSession } from './refreshed-id-token';
import { createSeal } from './seal';
import type { Session, SessionOwner, SessionSummary, SessionTokens } from './session';
import { type LogoutTarget, SessionStore } from './store';
import type { SignedIn } from './token-exchange';
import { UsedLogoutTokens } from './used-logout-tokens';

export interface SessionsOptions {
  readonly db: Database;
  readonly settings: {
    /** Secrets that seal tokens at rest; the first seals, all open. */
    readonly secrets: readonly string[];
    /** Seconds. */
    readonly idleTimeout: number;
    readonly maxAge: number;
  };
  /** The start page, to come back to from the provider. */
  readonly home: string;
  readonly provider: ProviderClient;
  /** The configured issuer, and others that its tenant goes by. */
  readonly issuers: readonly [string, ...string[]];
  readonly verifier: Pick<Verifier, 'peek'>;
  readonly onSignIn: OnSignIn;
  readonly work: WorkUnderWay;
  readonly log: Log;
  readonly clock: Clock;
  /** Waits for so many milliseconds, without keeping the process alive. */
  readonly sleep: (milliseconds: number) => Promise<void>;
}

/** How far a sign-out reaches. */
export const reaches = [
  /** This app in this browser; the provider stays signed in. */
  'app',
  /** The provider's own session, too. */
  'provider',
  /** And every other session that the person has here. */
  'everywhere',
] as const;
export type Reach = (typeof reaches)[number];

/** What became of a session that its owner wanted renewed. */
export type RenewedNow =
  | { readonly outcome: 'renewed'; readonly before: SessionTokens; readonly after: SessionTokens }
  | { readonly outcome: 'unrenewable' }
  | Exclude<Resolution, { readonly outcome: 'live' }>;

/** The sessions of an app: how they begin, are found and renewed, and end. */
export class Sessions {
  private readonly store: SessionStore;
  private readonly refresher: Refresher;
  readonly usedLogoutTokens: UsedLogoutTokens;

  constructor(private readonly options: SessionsOptions) {
    const { db, settings, provider, work, log, clock, sleep } = options;
    this.store = new SessionStore({ db, seal: createSeal(settings.secrets), clock, ...settings });
    this.refresher = new Refresher({
      store: this.store,
      prepare: () => provider.prepareRefresh(),
      isIdTokenOf: (session, token) => this.isIdTokenOf(session, token),
      revoke: (refreshToken) => provider.revoke(refreshToken),
      ...{ work, clock, sleep },
      onEvent: (event) => log.info(event),
    });
    this.usedLogoutTokens = new UsedLogoutTokens({ db, clock });
  }

  /** By the keys at hand: nothing may hold up the tokens that came with it. */
  private isIdTokenOf(
    session: Session,
    { idToken, accessToken }: { idToken: string; accessToken: string },
  ): boolean {
    const { keys, expectations } = this.options.verifier.peek();
    const now = this.options.clock() / 1_000;
    return (
      keys !== undefined && isOfSession(session, { token: idToken, accessToken, keys, expectations, now })
    );
  }

  /** Whether a session can be kept now. @throws what keeps the database from it */
  ready(): Promise<void> {
    return this.store.ready();
  }

  /** The session behind a cookie's id, its access token renewed where needed. */
  resolve(id: string, options: ResolveOptions = {}): Promise<Resolution> {
    return this.refresher.resolve(hashSessionId(id), options);
  }

  /**
   * Renews the tokens of a session before their time, because its owner wants to see what that brings.
   * @returns the tokens before and after; `unrenewable` where there is no refresh token
   */
  async renewNow(id: string): Promise<RenewedNow> {
    const idHash = hashSessionId(id);
    const before = await this.store.find(idHash);
    if (before.outcome === 'ended') return before;
    const { tokens, version } = before.session;
    if (tokens.refreshToken === undefined) return { outcome: 'unrenewable' };
    const after = await this.refresher.resolve(idHash, { unwantedToken: tokens.accessToken });
    if (after.outcome !== 'live') return after;
    if (after.session.version === version) return { outcome: 'unavailable', retryAfter: 5 };
    return { outcome: 'renewed', before: tokens, after: after.session.tokens };
  }

  /** The ID token of a session as it was received; undefined where there is none, or no session. */
  async idToken(id: string): Promise<string | undefined> {
    const found = await this.store.find(hashSessionId(id));
    return found.outcome === 'live' ? found.session.tokens.idToken : undefined;
  }

  /**
   * Begins a session for someone who has signed in, and ends the one their browser had before; see {@link begin}.
   * @throws where it cannot be kept; the tokens are taken back then
   */
  async begin(signedIn: SignedIn, browser: Browser): Promise<Begun> {
    const { onSignIn, sleep, provider, log } = this.options;
    const revokeUnused = (refreshToken: string | undefined) => provider.revokeUnused(refreshToken);
    const begun = await begin(signedIn, browser, { store: this.store, onSignIn, revokeUnused, sleep });
    log.info({ event: 'id' in begun ? 'signed_in' : 'sign_in_turned_away' });
    return begun;
  }

  /**
   * Ends a session here, revokes its refresh token where the provider can, and says where to end the provider's own.
   * @returns the URL for the browser to go to
   */
  async end(id: string | undefined, reach: Reach = 'provider'): Promise<string> {
    const { home, provider, work, log, sleep } = this.options;
    const idHash = hashSessionId(id ?? '');
    const found = await this.store.find(idHash);
    if (found.outcome === 'ended') return home;
    const others = reach === 'everywhere' ? await this.store.endAll(found.session, idHash) : [];
    // Perhaps renewed since it was read.
    const tokens = (await this.store.end(idHash, 'signed-out')) ?? found.session.tokens;
    log.info({ event: 'signed_out', reach });
    const revoking = work.track(provider.revokeAll([tokens, ...others]));
    // A provider that does not answer must not hold up somebody who wants to leave.
    await Promise.race([revoking, sleep(2_000)]);
    return reach === 'app' ? home : provider.signOutUrl(home, tokens.idToken);
  }

  /** Where a person is signed in, the latest used first. */
  list(owner: SessionOwner): Promise<SessionSummary[]> {
    return this.store.list(owner);
  }

  /**
   * Ends other sessions of the person whose session this is.
   * @param id of the session that asks; it goes on
   * @param which one by its handle, or all others
   * @returns how many were ended; undefined where the asking session is itself over
   */
  async endOthers(
    id: string | undefined,
    which: { readonly handle: string } | 'others',
  ): Promise<number | undefined> {
    const { provider, work, log } = this.options;
    const idHash = hashSessionId(id ?? '');
    const found = await this.store.find(idHash);
    if (found.outcome === 'ended') return undefined;
    const ended =
      which === 'others'
        ? await this.store.endAll(found.session, idHash)
        : await this.endOne(found.session, which.handle);
    log.info({ event: 'sessions_ended', reason: 'elsewhere', count: ended.length });
    void work.track(provider.revokeAll(ended));
    return ended.length;
  }

  private async endOne(asking: Session, handle: string): Promise<SessionTokens[]> {
    const tokens = handle === asking.idHash ? undefined : await this.store.endOwned(asking, handle);
    return tokens ? [tokens] : [];
  }

  /** Ends a session because of what its access token turned out to be. */
  async endRefused({ idHash }: Session, because: string): Promise<void> {
    await this.store.end(idHash, 'provider');
    this.options.log.warn({ event: 'session_ended', reason: because });
  }

  /** Answers the frame that the provider shows; see {@link readFrontchannelLogout}. @param query of its address */
  async logOutByFrame(query: URLSearchParams): Promise<FrontchannelLogout> {
    const logout = readFrontchannelLogout(query, this.options.issuers);
    if (logout.outcome === 'asked') await this.endByProvider(logout.target);
    return logout;
  }

  /** Ends what the provider refers to. */
  async endByProvider(target: LogoutTarget): Promise<void> {
    const ended = await this.store.endByProvider(target);
    // Anybody may name what is not there.
    if (ended > 0) this.options.log.info({ event: 'sessions_ended', reason: 'provider', count: ended });
  }

  /** Removes rows of sessions that are over. @returns how many there were */
  sweep(limit: number): Promise<number> {
    return this.store.sweep(limit);
  }
}
