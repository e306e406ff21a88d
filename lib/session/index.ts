import 'server-only';
import { currentConfig } from '../config';
import type { ProviderSettings } from '../config/config';
import { log } from '../config/log';
import { perProcess } from '../config/per-process';
import { WorkUnderWay } from '../config/under-way';
import { database } from '../db';
import { isStoreTrouble } from '../db/trouble';
import { askProvider, providerMetadata, providerProfile } from '../provider';
import { type KeysTrouble, keysTrouble } from '../provider/keys-trouble';
import { lookalikeHint } from '../provider/lookalike';
import { baseScopes, signOutUrl } from '../provider/profile';
import { refreshParameters, resourceParameters } from '../provider/refresh-parameters';
import { remedyFor } from '../provider/remedies';
import { explainError } from '../provider/symptoms';
import {
  clientCredentials,
  exchangeCode,
  refreshGrant,
  revoke,
  type TokenAnswer,
  type TokenEndpointOptions,
} from '../provider/token-endpoint';
import { isProviderTrouble } from '../provider/trouble';
import { askUserinfo } from '../provider/userinfo';
import {
  currentExpectations,
  judge,
  judgeIdToken,
  judgeLogoutToken,
  lastSeenToken,
  providerKeys,
} from '../token';
import { seenToken } from '../token/last-seen';
import { type LoggedOut, logOut } from './backchannel';
import { type Begun, type Browser, begin } from './begin';
import { hashSessionId } from './cookie';
import { type FrontchannelLogout, readFrontchannelLogout } from './frontchannel';
import { type Mediated, type MediationRefusal, mediate, type SignedIn } from './mediation';
import { onSignIn } from './on-sign-in';
import { type RefreshCall, Refresher, type Resolution, type ResolveOptions } from './refresh';
import { isOfSession } from './refreshed-id-token';
import { RelayLimit } from './relay-limit';
import { createSeal } from './seal';
import { seldom } from './seldom';
import type { EndReason, Session, SessionOwner, SessionSummary, SessionTokens } from './session';
import { type LogoutTarget, SessionStore } from './store';
import { keepSweeping, lightSleep } from './sweeping';
import { UsedLogoutTokens } from './used-logout-tokens';

export type { EndReason, LoggedOut, MediationRefusal, Resolution, Session, SessionSummary, SignedIn };

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

/** What the stop of this process waits for. */
export function workUnderWay(): WorkUnderWay {
  return perProcess('work-under-way', () => new WorkUnderWay());
}

/** The call to the token endpoint, as soon as that is known. */
async function prepareRefresh(): Promise<(call: RefreshCall) => Promise<TokenAnswer>> {
  const { metadata, ...endpoint } = await tokenEndpoint();
  const profile = providerProfile();
  return ({ refreshToken, scopes: granted, timeLimit }) => {
    const more = refreshParameters(profile, { granted, asked: baseScopes(profile, metadata) });
    return refreshGrant(endpoint, { refreshToken, more, timeLimit });
  };
}

/** By the keys at hand: nothing may hold up the tokens that came with it. */
function isIdTokenOf(session: Session, { idToken, accessToken }: { idToken: string; accessToken: string }) {
  const keys = providerKeys().peek();
  if (!keys) return false;
  const [expectations, now] = [currentExpectations(), Date.now() / 1_000];
  return isOfSession(session, { token: idToken, accessToken, keys, expectations, now });
}

async function askTokenEndpoint(
  ask: (endpoint: TokenEndpointOptions) => Promise<TokenAnswer>,
): Promise<TokenAnswer> {
  try {
    return await ask(await tokenEndpoint());
  } catch (error) {
    const permanent = isProviderTrouble(error) && !error.passes;
    return { outcome: 'unavailable', reason: (error as Error).message, permanent };
  }
}

async function tokenEndpoint() {
  const { provider } = currentConfig();
  const metadata = await tokenEndpointMetadata(provider);
  const client = clientCredentials(provider, metadata);
  return { fetch: askProvider, url: metadata.token_endpoint, client, metadata };
}

/** What discovery says of the token endpoint; one that is set by hand does not wait for it. */
function tokenEndpointMetadata({ endpoints }: ProviderSettings) {
  return endpoints.token === undefined
    ? providerMetadata().get()
    : { ...providerMetadata().peek(), token_endpoint: endpoints.token };
}

/** The session behind a cookie's id, its access token renewed where needed. */
export async function resolveSession(id: string, options: ResolveOptions = {}): Promise<Resolution> {
  return (await sessions()).refresher.resolve(hashSessionId(id), options);
}

/** Where providers send the browser back to. */
export function redirectUri(): string {
  return `${currentConfig().baseUrl}/auth/callback`;
}

/** Codes that are at the provider at a time, in this process. */
const maxRelays = 20;

async function relay(ask: () => Promise<TokenAnswer>): Promise<TokenAnswer> {
  const limit = perProcess('relay-limit', () => new RelayLimit(maxRelays));
  const answer = await limit.run(ask);
  if (answer !== 'full') return answer;
  return { outcome: 'unavailable', reason: `${maxRelays} other sign-ins are being finished at this moment` };
}

/** Answers the browser's token request; see {@link mediate}. */
export function mediateSignIn(form: URLSearchParams): Promise<Mediated> {
  const profile = providerProfile();
  const { preset } = profile;
  return mediate(form, {
    redirectUri: redirectUri(),
    obstacle: obstacleToSignIn,
    exchange: (request) =>
      relay(() =>
        askTokenEndpoint((endpoint) => exchangeCode(endpoint, request, resourceParameters(profile))),
      ),
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
  const keySet = await providerKeys()
    .current()
    .catch(() => undefined);
  return keySet && keySet.keys.length > 0 ? undefined : keysTrouble(providerKeys().state());
}

/** Never rejects: a name is not worth a sign-in. */
async function userinfoOf(input: { accessToken: string; subject: string }) {
  try {
    const { userinfo_endpoint: url } = await providerMetadata().get();
    return url === undefined ? undefined : await askUserinfo({ fetch: askProvider, url, ...input });
  } catch (error) {
    log().warn({ event: 'userinfo_not_used', reason: (error as Error).message });
    return undefined;
  }
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

async function providerSignOut(home: string, idToken: string | undefined): Promise<string> {
  const { provider } = currentConfig();
  const metadata = await providerMetadata()
    .get()
    .catch(() => undefined);
  const known = metadata ?? { end_session_endpoint: provider.endpoints.endSession };
  return signOutUrl(providerProfile(), known, { clientId: provider.clientId, home, idToken }) ?? home;
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
  const logout = readFrontchannelLogout(query, currentConfig().provider.issuer);
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

/** Keeps nobody waiting but a stop; the calls to the provider end by their own time-outs. */
function revokeUnused(refreshToken: string | undefined): void {
  if (refreshToken === undefined) return;
  const revoking = revokeAtProvider(refreshToken).catch((error: unknown) =>
    log().warn({ event: 'revocation_failed', reason: String(error) }),
  );
  void workUnderWay().track(revoking);
}

/** Never rejects. */
async function revokeAll(tokens: readonly SessionTokens[]): Promise<void> {
  for (const { refreshToken } of tokens) {
    if (refreshToken !== undefined) await revokeAtProvider(refreshToken);
  }
}

/** Where the provider has an endpoint for it (RFC 7009). Never rejects. */
async function revokeAtProvider(refreshToken: string): Promise<void> {
  const { provider } = currentConfig();
  const metadata = await providerMetadata()
    .get()
    .catch(() => undefined);
  if (!metadata?.revocation_endpoint) return;
  const client = clientCredentials(provider, metadata);
  const revoked = await revoke(
    { fetch: askProvider, url: metadata.revocation_endpoint, client },
    refreshToken,
  );
  if (!revoked) log().warn({ event: 'revocation_failed' });
}
