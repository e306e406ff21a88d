import 'server-only';
import { resourceNames } from '../access';
import type { SeenToken } from '../doctor';
import { examineIdToken, examineLogoutToken, type LogoutToken } from '../openid';
import { kindIn } from '../provider';
import { type NoKeys, type WordedVerdict, whyNoKeys } from '../provider/no-keys';
import { type AccessToken, createVerifier, type JsonObject, type Verdict, type Verifier } from '../token';
import { projectClaims } from '../token/claims';
import { currentConfig } from './config';
import { log } from './log';
import { perProcess } from './per-process';
import { askProvider, providerMetadata } from './provider';

/** The one verifier of this process: middleware, pages, route handlers and server actions judge by it. */
export function verifier(): Verifier {
  return perProcess('verifier', () => {
    const { provider, baseUrl } = currentConfig();
    const { issuer, clientId, audiences, algorithms, clockTolerance, endpoints } = provider;
    return createVerifier({
      ...{ issuer, clientId, algorithms, clockTolerance, claims: projectClaims },
      provider: kindIn(provider),
      audience: audiences,
      resource: resourceNames(baseUrl),
      jwksUri: endpoints.jwks,
      jwksMaxAge: provider.jwksMaxAge,
      accessTokenIssuer: provider.accessTokenIssuer,
      accessTokenClaim: provider.accessTokenClaim,
      fetch: askProvider,
      metadata: providerMetadata(),
      onEvent: (event) => (event.event === 'key_set_empty' ? log().error(event) : log().warn(event)),
    });
  });
}

/** Why there are no keys to judge by, where there are none. */
export const noKeysInWords = (): NoKeys => whyNoKeys(verifier().state());

async function worded<T>(verdict: Promise<Verdict<T>>): Promise<WordedVerdict<T>> {
  const settled = await verdict;
  return settled.outcome === 'unavailable' ? { ...settled, why: noKeysInWords() } : settled;
}

/** Verifies an access token as everything in this app does. */
export const verifyToken = (token: string): Promise<WordedVerdict<AccessToken>> =>
  worded(verifier().verify(token));

/** Verifies the ID token that came with an access token. */
export const verifyIdToken = (input: {
  token: string;
  nonce: string | undefined;
  accessToken: string;
}): Promise<WordedVerdict<JsonObject>> =>
  worded(verifier().verdictBy((by) => examineIdToken({ ...by, ...input })));

/** Verifies a token by which the provider says that somebody has signed out there. */
export const verifyLogoutToken = (token: string): Promise<WordedVerdict<LogoutToken>> =>
  worded(verifier().verdictBy((by) => examineLogoutToken({ ...by, token })));

/** In the memory of this process alone: what the last access token of a sign-in said of itself. */
export function lastSeenToken(): { current: SeenToken | undefined } {
  return perProcess('last-seen-token', () => ({ current: undefined }));
}
