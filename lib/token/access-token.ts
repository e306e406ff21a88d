import type { Claims } from './claims';

/** A verified access token: what a page or route handler may rely on. Times in seconds since the epoch. */
export interface AccessToken {
  readonly issuer: string;
  /**
   * Whom it is about, by a name that stays theirs: `sub`, or the claim that the provider's table names where `sub` can
   * change (`uid` at Okta). Sessions and notes belong to it, within its issuer.
   */
  readonly subject: string;
  readonly audiences: readonly string[];
  /** `client_id`, or `azp` where the provider uses that name. */
  readonly clientId: string | undefined;
  /** Scope values in the order of the token, each once. Compared exactly. */
  readonly scopes: readonly string[];
  readonly expiresAt: number;
  readonly issuedAt: number | undefined;
  /** The claims as this project's model has them: see `projectClaims`. */
  readonly claims: Claims;
  readonly header: Readonly<Record<string, unknown>>;
}
