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
  /** Set where these tokens replaced one that was refused: where this one is refused too, a renewal does not help. */
  readonly renewedAfterRefusal?: boolean | undefined;
}

/** A person as access tokens name them. Notes and sessions belong to one. */
export interface SessionOwner {
  readonly issuer: string;
  readonly subject: string;
}

/** Whom the ID token of a sign-in names: what the provider's logout tokens refer to. */
export interface Identity extends SessionOwner {
  /** The provider's own session (OpenID Connect Back-Channel Logout §2.1), where it names it. */
  readonly sid: string | undefined;
}

/** A session that is neither idle for too long nor past its end. Times in milliseconds since the epoch. */
export interface Session extends SessionOwner {
  readonly idHash: string;
  readonly tokens: SessionTokens;
  readonly createdAt: number;
  readonly lastUsedAt: number;
  readonly endsAt: number;
  readonly version: number;
  /** Whom the ID token of the sign-in names; undefined for a session of a release that did not keep it. */
  readonly identity: SessionOwner | undefined;
  readonly renewal: Renewal;
}

/**
 * Who may renew the tokens of a session, and when: as the row said when it was read, by the clock of the store. In
 * milliseconds from then on; 0 for not at all.
 */
export interface Renewal {
  /** For so long somebody has the right to spend the refresh token, and nobody else. */
  readonly leasedFor: number;
  /** For so long the provider is left alone, after this many failures in a row. */
  readonly pausedFor: number;
  readonly failures: number;
}

/** For how long the provider is left alone, in milliseconds, after this many failures in a row. */
export interface Pause {
  readonly length: number;
  readonly failures: number;
}

/** A session as its owner sees it in a list. Times in milliseconds since the epoch. */
export interface SessionSummary {
  /** Names the session to its owner, and opens nothing. */
  readonly handle: string;
  /** What the browser calls itself. */
  readonly device: string;
  readonly createdAt: number;
  readonly lastUsedAt: number;
  readonly endsAt: number;
}

/** Why a session is over. The sign-in page has a sentence for each. */
export const endReasons = [
  /** Not used for too long. */
  'idle',
  /** Past its end, or past the life of its access token where there is no refresh token. */
  'expired',
  /** The provider ended it: it took back the refresh token, or sent a logout token. */
  'provider',
  /** Its owner ended it from another session. */
  'elsewhere',
  /** Its owner began so many newer ones. */
  'limit',
  /** Its owner signed out. */
  'signed-out',
  /** Its owner signed in anew in the same browser. */
  'replaced',
  /** None of this app's secrets opens it. */
  'unreadable',
  /** There is no such session, or not any more. */
  'ended',
] as const;
export type EndReason = (typeof endReasons)[number];

/**
 * Whether the refresh token of a session that ended so is revoked at the provider: where its owner wanted it to end. A
 * provider may take back more than the one token, up to all that this app has for the person (RFC 7009 §2.1; Keycloak
 * does so for a sign-in in the same browser, Auth0 for every device, if it is told to), and others live on. Nobody
 * else has the token: what has ended leaves the database.
 */
export const isRevoked = (reason: EndReason): boolean => reason === 'signed-out' || reason === 'elsewhere';

/** What a session id leads to. */
export type Found =
  | { readonly outcome: 'live'; readonly session: Session }
  | { readonly outcome: 'ended'; readonly reason: EndReason };
