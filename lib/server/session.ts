import 'server-only';
import { isStoreError } from '../db/store-error';
import { seenToken } from '../doctor/last-seen';
import { lookalikeHint } from '../provider';
import { remedyFor } from '../provider/remedies';
import { explainError } from '../provider/symptoms';
import {
  type Exchanged,
  exchangeForSession,
  keepSweeping,
  type LoggedOut,
  lightSleep,
  logOut,
  onSignIn,
  type ResolvedSession,
  rateLimitedLog,
  resolveSession,
  Sessions,
} from '../session';

import { currentConfig } from './config';
import { database } from './database';
import { log } from './log';
import { perProcess } from './per-process';
import { providerClient, providerMetadata, providerProfile, workUnderWay } from './provider';
import {
  lastSeenToken,
  noKeysInWords,
  verifier,
  verifyIdToken,
  verifyLogoutToken,
  verifyToken,
} from './verifier';

/** The sessions of this process; the database is opened on first use. */
export async function sessions(): Promise<Sessions> {
  const db = await database();
  return perProcess('sessions', () => {
    const { session, baseUrl } = currentConfig();
    return new Sessions({
      ...{ db, settings: session, home: `${baseUrl}/`, onSignIn },
      ...{ provider: providerClient(), issuers: providerProfile().issuers, verifier: verifier() },
      ...{ work: workUnderWay(), log: log(), clock: Date.now, sleep: lightSleep },
    });
  });
}

/** What a session cookie's id turns into; see {@link resolveSession}. */
export function sessionBehind(id: string): Promise<ResolvedSession> {
  return resolveSession(id, {
    resolve: async (...asked) => (await sessions()).resolve(...asked),
    endRefused: async (...asked) => (await sessions()).endRefused(...asked),
    verify: verifyToken,
  });
}

/** Where providers send the browser back to. */
export function redirectUri(): string {
  return `${currentConfig().baseUrl}/auth/callback`;
}

/** Answers the browser's token request; see {@link exchangeForSession}. */
export function exchangeSignIn(form: URLSearchParams): Promise<Exchanged> {
  const { preset } = providerProfile();
  const provider = providerClient();
  return exchangeForSession(form, {
    redirectUri: redirectUri(),
    obstacle: obstacleToSignIn,
    exchange: (request) => provider.redeemCode(request),
    verify: (token) => {
      lastSeenToken().current = seenToken(token);
      return verifyToken(token);
    },
    verifyIdToken,
    userinfo: (input) => provider.userinfo(input),
    revokeUnused: (refreshToken) => provider.revokeUnused(refreshToken),
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
async function obstacleToSignIn() {
  try {
    await (await sessions()).ready();
  } catch (error) {
    if (!isStoreError(error)) throw error;
    log().error({ event: 'sign_in_delayed', reason: String(error) });
    return 'store';
  }
  const isReady = await verifier()
    .ready()
    .then(
      () => true,
      () => false,
    );
  return isReady ? undefined : noKeysInWords();
}

/** Answers the provider's logout request; see {@link logOut}. @param form its parameters */
export async function logOutByProvider(form: URLSearchParams): Promise<LoggedOut> {
  const loggedOut = await logOut(form, {
    verify: verifyLogoutToken,
    // Only a token that verified is worth a look at the store.
    used: {
      has: async (token) => (await sessions()).usedLogoutTokens.has(token),
      add: async (token) => (await sessions()).usedLogoutTokens.add(token),
    },
    end: async (target) => (await sessions()).endByProvider(target),
  });
  if (loggedOut.outcome === 'refused') noteRefusedLogout(loggedOut.check);
  return loggedOut;
}

/** Anybody may send what is refused. */
function noteRefusedLogout(check: string): void {
  const note = perProcess('refused-logouts', () =>
    rateLimitedLog(Date.now, (name, heldBack) =>
      log().warn({ event: 'logout_token_refused', check: name, heldBack }),
    ),
  );
  note(check);
}

/** Keeps removing what is over, in the background; once per process. */
export function startSweeping(): void {
  perProcess('sweeping', () =>
    keepSweeping({
      sweeps: [
        async (limit) => (await sessions()).sweep(limit),
        async (limit) => (await sessions()).usedLogoutTokens.sweep(limit),
      ],
      sleep: lightSleep,
      onFailure: (error) => log().warn({ event: 'sweeping_failed', reason: (error as Error).message }),
    }),
  );
}
