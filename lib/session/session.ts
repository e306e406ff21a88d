/** The tokens of one session, as they are sealed into its row. Never sent to a browser. */
export interface SessionTokens {
  readonly accessToken: string;
  readonly refreshToken: string | undefined;
  readonly idToken: string | undefined;
  /** When the access token expires and when it was obtained, in seconds since the epoch. */
  readonly accessTokenExpiresAt: number;
  readonly obtainedAt: number;
  /** Scopes as granted; where the provider does not say, as requested (RFC 6749 §5.1). */
  readonly scopes: readonly string[];
  /** How the person is called, for greeting them. */
  readonly name: string;
}

/** A session that is neither idle for too long nor past its end. Times in milliseconds since the epoch. */
export interface Session {
  readonly idHash: string;
  readonly issuer: string;
  readonly subject: string;
  readonly tokens: SessionTokens;
  readonly createdAt: number;
  readonly lastUsedAt: number;
  readonly endsAt: number;
  readonly version: number;
}
