import 'server-only';
import { currentConfig } from '../config';
import { log } from '../config/log';
import { perProcess } from '../config/per-process';
import { database } from '../db';
import { isStoreTrouble } from '../db/trouble';
import { providerMetadata, providerProfile } from '../provider';
import type { KeysTrouble } from '../provider/keys-trouble';
import { lookalikeHint } from '../provider/lookalike';
import { remedyFor } from '../provider/remedies';
import { explainError } from '../provider/symptoms';
import { judge, judgeIdToken, judgeLogoutToken, lastSeenToken, verifier, whyNoKeys } from '../verifier';
import { seenToken } from '../verifier/last-seen';
import {
  prepareRefresh,
  providerSignOut,
  redeemCode,
  revokeAll,
  revokeAtProvider,
  revokeUnused,
  userinfoOf,
  workUnderWay,
} from './at-provider';
import { type LoggedOut, logOut } from './backchannel';
import { type Begun, type Browser, begin } from './begin';
import { hashSessionId } from './cookie';
import { type FrontchannelLogout, readFrontchannelLogout } from './frontchannel';
import { type Mediated, type MediationRefusal, mediate, type SignedIn } from './mediation';
import { onSignIn } from './on-sign-in';
import { Refresher, type Resolution, type ResolveOptions } from './refresh';
import { isOfSession } from './refreshed-id-token';
import { createSeal } from './seal';
import { seldom } from './seldom';
import type { EndReason, Session, SessionOwner, SessionSummary, SessionTokens } from './session';
import { type LogoutTarget, SessionStore } from './store';
import { keepSweeping, lightSleep } from './sweeping';
import { UsedLogoutTokens } from './used-logout-tokens';

export type { EndReason, LoggedOut, MediationRefusal, Resolution, Session, SessionSummary, SignedIn };
export { workUnderWay };

interface Sessions {
  readonly store: SessionStore;
  readonly refresher: Refresher;
}

/** The sessions of this process; the database is opened on first use. */
async function sessions(): Promise<Sessions> {
  const db = await database();
  return perProcess('sessions', () => {
    const { session } = currentConfig();
    const store = new SessionStore({ db, seal: createSeal(session.secrets), clock: Date.now, ...session });
    const refresher = new Refresher({
      store,
      prepare: prepareRefresh,
      isIdTokenOf,
      revoke: revokeAtProvider,
      work: workUnderWay(),
      clock: Date.now,
      sleep: lightSleep,
      onEvent: (event) => log().info(event),
    });
    return { store, refresher };
  });
}

/** By the keys at hand: nothing may hold up the tokens that came with it. */
function isIdTokenOf(session: Session, { idToken, accessToken }: { idToken: string; accessToken: string }) {
  const { keys, expectations } = verifier().peek();
  if (!keys) return false;
  const now = Date.now() / 1_000;
  return isOfSession(session, { token: idToken, accessToken, keys, expectations, now });
}

/** The session behind a cookie's id, its access token renewed where needed. */
export async function resolveSession(id: string, options: ResolveOptions = {}): Promise<Resolution> {
  return (await sessions()).refresher.resolve(hashSessionId(id), options);
}

/** Where providers send the browser back to. */
export function redirectUri(): string {
  return `${currentConfig().baseUrl}/auth/callback`;
}

/** Answers the browser's token request; see {@link mediate}. */
export function mediateSignIn(form: URLSearchParams): Promise<Mediated> {
  const { preset } = providerProfile();
  return mediate(form, {
    redirectUri: redirectUri(),
    obstacle: obstacleToSignIn,
    exchange: redeemCode,
    judge: (token) => {
      lastSeenToken().current = seenToken(token);
      return judge(token);
    },
    judgeIdToken,
    userinfo: userinfoOf,
    revokeUnused,
    personClaim: preset.personClaim,
    remedy: (check) =>
      [remedyFor(preset, check), lookalikeHint(currentConfig().provider, providerMetadata().peek())]
        .filter(Boolean)
        .join(' '),
    explainError,
    clock: Date.now,
  });
}

/** Asked before a code is redeemed, which can be done once. */
async function obstacleToSignIn(): Promise<'store' | KeysTrouble | undefined> {
  try {
    await (await sessions()).store.ready();
  } catch (error) {
    if (!isStoreTrouble(error)) throw error;
    log().error({ event: 'sign_in_delayed', reason: String(error) });
    return 'store';
  }
  const isReady = await verifier()
    .ready()
    .then(
      () => true,
      () => false,
    );
  return isReady ? undefined : whyNoKeys();
}

/**
 * Begins a session for someone who has signed in, and ends the one their browser had before; see {@link begin}.
 * @throws where it cannot be kept; the tokens are taken back then
 */
export async function beginSession(signedIn: SignedIn, browser: Browser): Promise<Begun> {
  const { store } = await sessions();
  const begun = await begin(signedIn, browser, { store, onSignIn, revokeUnused, sleep: lightSleep });
  log().info({ event: 'id' in begun ? 'signed_in' : 'sign_in_turned_away' });
  return begun;
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

/**
 * Ends a session here, revokes its refresh token where the provider can, and says where to end the provider's own.
 * @returns the URL for the browser to go to
 */
export async function endSession(id: string | undefined, reach: Reach = 'provider'): Promise<string> {
  const home = `${currentConfig().baseUrl}/`;
  const { store } = await sessions();
  const idHash = hashSessionId(id ?? '');
  const found = await store.find(idHash);
  if (found.outcome === 'ended') return home;
  const others = reach === 'everywhere' ? await store.endAll(found.session, idHash) : [];
  // Perhaps renewed since it was read.
  const tokens = (await store.end(idHash, 'signed-out')) ?? found.session.tokens;
  log().info({ event: 'signed_out', reach });
  const revoking = workUnderWay().track(revokeAll([tokens, ...others]));
  // A provider that does not answer must not hold up somebody who wants to leave.
  await Promise.race([revoking, lightSleep(2_000)]);
  return reach === 'app' ? home : providerSignOut(home, tokens.idToken);
}

/** Where a person is signed in, the latest used first. */
export async function sessionsOf(owner: SessionOwner): Promise<SessionSummary[]> {
  return (await sessions()).store.list(owner);
}

/**
 * Ends other sessions of the person whose session this is.
 * @param id of the session that asks; it goes on
 * @param which one by its handle, or all others
 * @returns how many were ended; undefined where the asking session is itself over
 */
export async function endOtherSessions(
  id: string | undefined,
  which: { readonly handle: string } | 'others',
): Promise<number | undefined> {
  const { store } = await sessions();
  const idHash = hashSessionId(id ?? '');
  const found = await store.find(idHash);
  if (found.outcome === 'ended') return undefined;
  const ended =
    which === 'others'
      ? await store.endAll(found.session, idHash)
      : await endOneOf(store, found.session, which.handle);
  log().info({ event: 'sessions_ended', reason: 'elsewhere', count: ended.length });
  void workUnderWay().track(revokeAll(ended));
  return ended.length;
}

async function endOneOf(store: SessionStore, asking: Session, handle: string): Promise<SessionTokens[]> {
  const tokens = handle === asking.idHash ? undefined : await store.endOwned(asking, handle);
  return tokens ? [tokens] : [];
}

/** Ends what the provider refers to. @returns how many sessions that were */
async function endSessionsByProvider(target: LogoutTarget): Promise<number> {
  const { store } = await sessions();
  const ended = await store.endByProvider(target);
  // Anybody may name what is not there.
  if (ended > 0) log().info({ event: 'sessions_ended', reason: 'provider', count: ended });
  return ended;
}

async function usedLogoutTokens(): Promise<UsedLogoutTokens> {
  return new UsedLogoutTokens({ db: await database(), clock: Date.now });
}

/** Answers the provider's logout request; see {@link logOut}. @param form its parameters */
export async function logOutByProvider(form: URLSearchParams): Promise<LoggedOut> {
  const loggedOut = await logOut(form, {
    judge: judgeLogoutToken,
    // Only a token that verified is worth a look at the store.
    used: {
      has: async (token) => (await usedLogoutTokens()).has(token),
      add: async (token) => (await usedLogoutTokens()).add(token),
    },
    end: endSessionsByProvider,
  });
  if (loggedOut.outcome === 'refused') noteRefusedLogout(loggedOut.check);
  return loggedOut;
}

/** Answers the frame that the provider shows; see {@link readFrontchannelLogout}. @param query of its address */
export async function logOutByFrame(query: URLSearchParams): Promise<FrontchannelLogout> {
  const logout = readFrontchannelLogout(query, providerProfile().issuers);
  if (logout.outcome === 'asked') await endSessionsByProvider(logout.target);
  return logout;
}

/** Anybody may send what is refused. */
function noteRefusedLogout(check: string): void {
  const note = perProcess('refused-logouts', () =>
    seldom(Date.now, (name, heldBack) =>
      log().warn({ event: 'logout_token_refused', check: name, heldBack }),
    ),
  );
  note(check);
}

/** Ends a session because of what its access token turned out to be. */
export async function endSessionOf({ idHash }: Session, because: string): Promise<void> {
  const { store } = await sessions();
  await store.end(idHash, 'provider');
  log().warn({ event: 'session_ended', reason: because });
}

/** Keeps removing what is over, in the background; once per process. */
export function startSweeping(): void {
  perProcess('sweeping', () =>
    keepSweeping({
      sweeps: [
        async (limit) => (await sessions()).store.sweep(limit),
        async (limit) => (await usedLogoutTokens()).sweep(limit),
      ],
      sleep: lightSleep,
      onFailure: (error) => log().warn({ event: 'sweeping_failed', reason: (error as Error).message }),
    }),
  );
}
