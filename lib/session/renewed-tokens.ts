import { readUnverified } from '../openid';
import { grantedScopes, type TokenGrant } from '../provider/token-answer';
import type { SessionTokens } from './session';

type Times = Pick<SessionTokens, 'accessTokenExpiresAt' | 'obtainedAt'>;

/**
 * From when on an access token is due for renewal, in seconds since the epoch: 30 s before it expires, or at 80 % of a
 * lifetime shorter than 150 s.
 */
export function refreshDueAt({ accessTokenExpiresAt, obtainedAt }: Times): number {
  const lifetime = accessTokenExpiresAt - obtainedAt;
  const margin = lifetime < 150 ? lifetime * 0.2 : 30;
  return accessTokenExpiresAt - margin;
}

/** @param now seconds since the epoch */
export const isRefreshDue = (tokens: Times, now: number): boolean => now >= refreshDueAt(tokens);

export interface RenewalFacts {
  /** Seconds since the epoch. */
  readonly now: number;
  /** Whether the ID token of the grant, if there is one, takes the place of the old one. */
  readonly keepsIdToken: (idToken: string) => boolean;
  /** Whether the old access token was refused, rather than about to expire. */
  readonly refused: boolean;
}

/** An answer may leave out what has not changed (RFC 6749 §6, OpenID Connect Core §12.2). */
export function renewedTokens(
  old: SessionTokens,
  grant: TokenGrant,
  { now, keepsIdToken, refused }: RenewalFacts,
): SessionTokens {
  const { id_token: idToken } = grant;
  return {
    accessToken: grant.access_token,
    refreshToken: grant.refresh_token ?? old.refreshToken,
    idToken: idToken !== undefined && keepsIdToken(idToken) ? idToken : old.idToken,
    accessTokenExpiresAt: expiryOf(grant, now),
    obtainedAt: now,
    scopes: grantedScopes(grant) ?? old.scopes,
    name: old.name,
    ...(refused && { renewedAfterRefusal: true }),
  };
}

/**
 * When to renew a token that nobody has verified yet, in seconds since the epoch: by its own word, else by the answer's,
 * else after a minute. One that was obtained expired counts for a second, lest every request asked for another.
 */
function expiryOf({ access_token, expires_in = 60 }: TokenGrant, now: number): number {
  const exp = readUnverified(access_token).claims?.exp;
  return Math.max(now + 1, typeof exp === 'number' && Number.isFinite(exp) ? exp : now + expires_in);
}
