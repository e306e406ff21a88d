/** A session row. Times in milliseconds since the epoch, by the clock of an instance where it does not say otherwise. */
export interface SessionTable {
  /** SHA-256 of the session id, base64url: a copy of the table opens no session. */
  id_hash: string;
  issuer: string;
  subject: string;
  /** Tokens, sealed; see `lib/session/seal`. */
  sealed: string;
  created_at: number;
  last_used_at: number;
  /** When the session ends whatever happens. */
  ends_at: number;
  /** Counts changes of `sealed`; a change names the version it replaces. */
  version: number;
  /** Whom the ID token of the sign-in names, and the provider's session: what a logout token refers to. */
  identity_issuer: string | null;
  identity_subject: string | null;
  sid: string | null;
  /** What the browser calls itself. */
  device: string;
  /** Why it has ended; such a row is kept for a while, to tell whoever still brings its cookie. */
  end_reason: string | null;
  /** Until then, by the store's clock, somebody has the right to spend the refresh token, and nobody else. */
  lease_until: number;
  /** Until then, by the store's clock, nobody asks the provider for this session again, after this many failures in a row. */
  retry_at: number;
  failures: number;
}

/** A logout token that has been used. */
export interface LogoutTokenTable {
  /** SHA-256 of issuer and `jti`, base64url. */
  id_hash: string;
  /** From then on such a token would be refused for its age; milliseconds since the epoch. */
  forget_at: number;
}

/** A note row. Times in milliseconds since the epoch. */
export interface NoteTable {
  id: string;
  issuer: string;
  subject: string;
  title: string;
  body: string;
  version: number;
  created_at: number;
  updated_at: number;
}

export interface Tables {
  session: SessionTable;
  logout_token: LogoutTokenTable;
  note: NoteTable;
}
