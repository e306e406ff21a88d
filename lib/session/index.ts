import 'server-only';
import { currentConfig } from '../config';
import { log } from '../config/log';
import { perProcess } from '../config/per-process';
import { database } from '../db';
import { providerMetadata } from '../provider';
import {
  exchangeCode,
  refreshGrant,
  revoke,
  type TokenAnswer,
  type TokenEndpointOptions,
} from '../provider/token-endpoint';
import { judge, judgeIdToken } from '../token';
import { hashSessionId, newSessionId } from './cookie';
import { type Mediated, type MediationRefusal, mediate, type SignedIn } from './mediation';
import { Refresher, type Resolution } from './refresh';
import { createSeal } from './seal';
import type { Session } from './session';
import { providerSignOutUrl } from './sign-out';
import { SessionStore } from './store';

export type { MediationRefusal, Resolution, Session, SignedIn };

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
      refresh: async (refreshToken) => askTokenEndpoint((endpoint) => refreshGrant(endpoint, refreshToken)),
      judge,
      clock: Date.now,
      onEvent: (event) => log().info(event),
    });
    return { store, refresher };
  });
}

async function askTokenEndpoint(
  ask: (endpoint: TokenEndpointOptions) => Promise<TokenAnswer>,
): Promise<TokenAnswer> {
  const { provider } = currentConfig();
  try {
    const url = provider.endpoints.token ?? (await providerMetadata().get()).token_endpoint;
    return await ask({ fetch, url, settings: provider });
  } catch (error) {
    return { outcome: 'unavailable', reason: (error as Error).message };
  }
}

/** The session behind a cookie's id, its access token renewed where needed. */
export async function resolveSession(id: string): Promise<Resolution> {
  return (await sessions()).refresher.resolve(hashSessionId(id));
}

/** Where providers send the browser back to. */
export function redirectUri(): string {
  return `${currentConfig().baseUrl}/auth/callback`;
}

/** Answers the browser's token request; see {@link mediate}. */
export function mediateSignIn(form: URLSearchParams): Promise<Mediated> {
  return mediate(form, {
    redirectUri: redirectUri(),
    exchange: (request) => askTokenEndpoint((endpoint) => exchangeCode(endpoint, request)),
    judge,
    judgeIdToken,
    clock: Date.now,
  });
}

/**
 * Begins a session for someone who has signed in, and ends the one their browser had before.
 * @returns the new session id, for the cookie alone
 */
export async function beginSession(signedIn: SignedIn, previousId: string | undefined): Promise<string> {
  const { store } = await sessions();
  const id = newSessionId();
  await store.create({ ...signedIn, idHash: hashSessionId(id) });
  if (previousId !== undefined) await store.remove(hashSessionId(previousId));
  log().info({ event: 'signed_in' });
  return id;
}

/**
 * Ends a session here, revokes its refresh token where the provider can, and says where to end the provider's own.
 * @returns the URL for the browser to go to
 */
export async function endSession(id: string | undefined): Promise<string> {
  const { baseUrl, provider } = currentConfig();
  const { store } = await sessions();
  const session = id === undefined ? undefined : await store.find(hashSessionId(id));
  if (!session) return `${baseUrl}/`;
  await store.remove(session.idHash);
  log().info({ event: 'signed_out' });
  const metadata = await providerMetadata()
    .get()
    .catch(() => undefined);
  if (metadata?.revocation_endpoint && session.tokens.refreshToken !== undefined) {
    const endpoint = { fetch, url: metadata.revocation_endpoint, settings: provider };
    const revoked = await revoke(endpoint, session.tokens.refreshToken);
    if (!revoked) log().warn({ event: 'revocation_failed' });
  }
  return providerSignOutUrl({
    endSessionEndpoint: provider.endpoints.endSession ?? metadata?.end_session_endpoint,
    clientId: provider.clientId,
    idToken: session.tokens.idToken,
    baseUrl,
  });
}
