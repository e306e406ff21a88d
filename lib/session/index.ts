import 'server-only';
import { currentConfig } from '../config';
import type { ProviderSettings } from '../config/config';
import { log } from '../config/log';
import { perProcess } from '../config/per-process';
import { database } from '../db';
import { providerMetadata, providerProfile } from '../provider';
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
import { judge, judgeIdToken } from '../token';
import { hashSessionId, newSessionId } from './cookie';
import { type Mediated, type MediationRefusal, mediate, type SignedIn } from './mediation';
import { Refresher, type Resolution } from './refresh';
import { createSeal } from './seal';
import type { Session } from './session';
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
    const metadata = await tokenEndpointMetadata(provider);
    const client = clientCredentials(provider, metadata);
    return await ask({ fetch, url: metadata.token_endpoint, client });
  } catch (error) {
    return { outcome: 'unavailable', reason: (error as Error).message };
  }
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

/** Answers the browser's token request; see {@link mediate}. */
export function mediateSignIn(form: URLSearchParams): Promise<Mediated> {
  const { preset } = providerProfile();
  return mediate(form, {
    redirectUri: redirectUri(),
    exchange: (request) => askTokenEndpoint((endpoint) => exchangeCode(endpoint, request)),
    judge,
    judgeIdToken,
    personClaim: preset.personClaim,
    remedy: (check) => remedyFor(preset, check),
    explainError,
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
    const client = clientCredentials(provider, metadata);
    const endpoint = { fetch, url: metadata.revocation_endpoint, client };
    const revoked = await revoke(endpoint, session.tokens.refreshToken);
    if (!revoked) log().warn({ event: 'revocation_failed' });
  }
  const values = { clientId: provider.clientId, home: `${baseUrl}/`, idToken: session.tokens.idToken };
  const known = metadata ?? { end_session_endpoint: provider.endpoints.endSession };
  return signOutUrl(providerProfile(), known, values) ?? values.home;
}
