/** What a person is shown when a request cannot be answered: the provider's own page, or the way to it. */
export type Refusal =
  | { redirect: string }
  | {
      status: number;
      /** What the provider says, to the letter where it is known. */
      sentence: string;
    };

/** The registered addresses that a sign-out request may name. */
export interface RegisteredAddresses {
  clientIds: readonly string[];
  /** Where people may go after signing out. */
  afterSignOut: readonly string[];
  redirectUris: readonly string[];
}

/** What a sign-out request leads to: the session ends and the browser goes on, or stays; or nothing happens. */
export type SignOutOutcome = { to: string } | { stay: true } | { refused: Refusal };

/** A way to sign out that asks for no ID token and follows no specification. */
export interface SignOutPath {
  path: string;
  read(query: URLSearchParams, registered: RegisteredAddresses): SignOutOutcome;
}
