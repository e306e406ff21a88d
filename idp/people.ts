import { createHash, timingSafeEqual } from 'node:crypto';
import type { Action } from '../lib/access/actions';
import type { OfferedScope } from './options';

/** Someone who can sign in at the embedded provider. */
export interface Person {
  username: string;
  password: string;
  /** `sub`: stable for ever, and never the username (OpenID Connect Core §5.7). */
  subject: string;
  name: string;
  email: string;
  /** Which actions of the access table this person may be granted; with scopes of one's own, which of those. */
  mayBeGranted: 'everything' | readonly string[];
  /** Further claims of this person's tokens; those that the provider sets itself win. */
  claims?: Readonly<Record<string, unknown>>;
}

/** Everyone there is. Change the table to try other people; subjects must stay unique. */
export const people: readonly (Person & { mayBeGranted: 'everything' | readonly Action[] })[] = [
  {
    username: 'alice',
    password: 'wonderland',
    subject: '0b6f1c52-7f0e-4c39-9a55-2f1f6f0a1c01',
    name: 'Alice Liddell',
    email: 'alice@claimcheck.local',
    mayBeGranted: 'everything',
  },
  {
    username: 'bob',
    password: 'wonderland',
    subject: '5d2a9e84-13b7-4e6c-8f2d-9c7b3e5d2b02',
    name: 'Bob Carpenter',
    email: 'bob@claimcheck.local',
    mayBeGranted: ['note:read'],
  },
  {
    username: 'carol',
    password: 'wonderland',
    subject: 'c94e7d30-6a58-4b1f-b3c6-1e8d4a7f3c03',
    name: 'Carol Duchess',
    email: 'carol@claimcheck.local',
    mayBeGranted: [],
  },
];

/** The person behind a `sub`, if there is one. @param everyone who can sign in */
export function personBySubject(
  subject: string | undefined,
  everyone: readonly Person[] = people,
): Person | undefined {
  return everyone.find((person) => person.subject === subject);
}

/** Whether a person may be granted a scope, whether or not they wish to. */
export function mayBeGranted(person: Person, scope: Pick<OfferedScope, 'action'>): boolean {
  return (
    person.mayBeGranted === 'everything' || person.mayBeGranted.some((action) => action === scope.action)
  );
}

/**
 * The person who has this username and password, else `undefined`. Takes the same time for an unknown username as for
 * a wrong password, so that the answer's speed tells no more than its words.
 */
export function personByPassword(
  username: string,
  password: string,
  everyone: readonly Person[] = people,
): Person | undefined {
  const person = everyone.find((candidate) => candidate.username === username);
  const matches = equalInConstantTime(password, person?.password ?? '');
  return person && matches ? person : undefined;
}

function equalInConstantTime(left: string, right: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(left), digest(right));
}

/** What the scopes of OpenID Connect tell about a person (OpenID Connect Core §5.4), beside `sub`. */
export function personClaims(person: Person, openidScopes: readonly string[]) {
  const profile = { name: person.name, preferred_username: person.username };
  const email = { email: person.email, email_verified: true };
  const none: Partial<typeof profile & typeof email> = {};
  return {
    ...none,
    ...(openidScopes.includes('profile') ? profile : {}),
    ...(openidScopes.includes('email') ? email : {}),
  };
}
