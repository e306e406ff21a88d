import 'server-only';
import { currentConfig } from '../config';
import type { ProviderSettings } from '../config/config';
import { log } from '../config/log';
import { perProcess } from '../config/per-process';
import { database } from '../db';
import { askProvider, providerMetadata, providerProfile } from '../provider';
import { lookalikeHint } from '../provider/lookalike';
import { signOutUrl } from '../provider/profile';
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
import { judge, judgeIdToken, judgeLogoutToken, lastSeenToken } from '../token';
import { seenToken } from '../token/last-seen';
import { type LoggedOut, logOut } from './backchannel';
import { hashSessionId, newSessionId } from './cookie';
import { type Mediated, type MediationRefusal, mediate, type SignedIn } from './mediation';
import { Refresher, type Resolution } from './refresh';
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
      prepare: () =>
        tokenEndpoint().then(
          () => undefined,
          () => undefined,
        ),
      refresh: async (refreshToken) => askTokenEndpoint((endpoint) => refreshGrant(endpoint, refreshToken)),
      revoke: revokeAtProvider,
      clock: Date.now,
      sleep: lightSleep,
      onEvent: (event) => log().info(event),
    });
    return { store, refresher };
  });
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

async function tokenEndpoint(): Promise<TokenEndpointOptions> {
  const { provider } = currentConfig();
  const metadata = await tokenEndpointMetadata(provider);
  return { fetch: askProvider, url: metadata.token_endpoint, client: clientCredentials(provider, metadata) };
}

/** What discovery says of the token endpoint; one that is set by hand does not wait for it. */
function tokenEndpointMetadata({ endpoints }: ProviderSettings) {
  return endpoints.token === undefined
    ? providerMetadata().get()
    : { ...providerMetadata().peek(), token_endpoint: endpoints.token };
}

/** The session behind a cookie's id, its access token renewed where needed. */
export async function resolveSession(id: string): Promise<Resolution> {
  return (await sessions()).refresher.resolve(hashSessionId(id));
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
  const { preset } = providerProfile();
  return mediate(form, {
    redirectUri: redirectUri(),
    exchange: (request) => relay(() => askTokenEndpoint((endpoint) => exchangeCode(endpoint, request))),
    judge: (token) => {
      lastSeenToken().current = seenToken(token);
      return judge(token);
    },
    judgeIdToken,
    personClaim: preset.personClaim,
    remedy: (check) =>
      [remedyFor(preset, check), lookalikeHint(currentConfig().provider, providerMetadata().peek())]
        .filter(Boolean)
        .join(' '),
    explainError,
    clock: Date.now,
  });
}

/**
 * Begins a session for someone who has signed in, and ends the one their browser had before.
 * @param browser what the browser brought: the id of its session, and what it calls itself
 * @returns the new session id, for the cookie alone
 */
export async function beginSession(
  signedIn: SignedIn,
  browser: { readonly previousId: string | undefined; readonly device: string },
): Promise<string> {
  const { store } = await sessions();
  const id = newSessionId();
  const { previousId, device } = browser;
  await store.create({ ...signedIn, device, idHash: hashSessionId(id) });
  if (previousId !== undefined) await store.end(hashSessionId(previousId), 'replaced');
  log().info({ event: 'signed_in' });
  return id;
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
  const revoking = revokeAll([tokens, ...others]);
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
  void revokeAll(ended);
  return ended.length;
}

async function endOneOf(store: SessionStore, asking: Session, handle: string): Promise<SessionTokens[]> {
  const tokens = handle === asking.idHash ? undefined : await store.endOwned(asking, handle);
  return tokens ? [tokens] : [];
}

/** Ends what a verified logout token of the provider refers to. @returns how many sessions that were */
async function endSessionsByProvider(target: LogoutTarget): Promise<number> {
  const { store } = await sessions();
  const ended = await store.endByProvider(target);
  log().info({ event: 'sessions_ended', reason: 'provider', count: ended });
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
