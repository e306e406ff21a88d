import type { DatabaseTransaction } from '../db';
import type { JsonObject } from '../token';

/** Somebody who has signed in at the provider and is about to get a session; all of it verified. */
export interface VerifiedPerson {
  /** As the ID token names them: the only pair that stays theirs for good (OpenID Connect Core §5.7). */
  readonly issuer: string;
  readonly subject: string;
  /** The claims of the ID token; with those of the UserInfo endpoint where it had to be asked for a name. */
  readonly claims: JsonObject;
  /** `sub` of the access token, whom notes and sessions belong to. Some providers name people differently there. */
  readonly accessTokenSubject: string;
}

export interface SignInContext {
  /**
   * The transaction that writes the session. What is written by it is there when the session is, or not at all. Ask
   * the database through it alone: SQLite has one connection, and this is it.
   */
  readonly transaction: DatabaseTransaction;
}

/**
 * What an app does when somebody signs in: keeps a record of them, or turns them away.
 * @returns undefined to let them in; or a sentence for the person that says why not, and then nothing is written
 * @throws where it fails: nothing is written, and nobody is signed in
 */
export type OnSignIn = (
  person: VerifiedPerson,
  context: SignInContext,
) => Promise<{ readonly refuse: string } | undefined>;

/**
 * The place for what your app does at every sign-in; here, nothing. `on-sign-in.examples.ts` has two to copy. It has
 * 5 seconds, holds a connection to the database meanwhile (of SQLite, the only one), and is no place for calls to
 * other services.
 */
export const onSignIn: OnSignIn = async () => undefined;
