/** What a log is told: events, never a token, a cookie or a secret. */
export interface LogEvent {
  /** In one word, by which it is found: `signed_in`. */
  readonly event: string;
}

/** Where events go. */
export interface Log {
  info<E extends LogEvent>(event: E): void;
  warn<E extends LogEvent>(event: E): void;
  error<E extends LogEvent>(event: E): void;
}
