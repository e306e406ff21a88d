/** A session row. Times in milliseconds since the epoch. */
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
  note: NoteTable;
}
