import type { EndReason } from '@/lib/session';

/** Why somebody has to sign in again: their session is over, or its token is not accepted any more. */
export type SignInReason = EndReason | 'refused';

/** What happened, and what to do next. A reason without a sentence does not compile. */
const sentences: Readonly<Record<SignInReason, string>> = {
  idle: 'You were signed out because you had not used this app for a while. Sign in again to go on.',
  expired: 'Your session has expired. Sign in again to go on.',
  provider: 'Your identity provider ended your session. Sign in again to go on.',
  elsewhere:
    'You were signed out from another browser or device. Sign in again to go on; if that was not you, look under “Sessions” then.',
  limit:
    'You are signed in on more than 50 browsers or devices, so this session, unused for longest, was ended. Sign in again to go on.',
  'signed-out': 'You signed out. Sign in again to go on.',
  replaced: 'You have signed in anew since. Sign in again to go on.',
  unreadable:
    'Your session cannot be read here any more. Sign in again to go on. For whoever runs this app: SESSION_SECRET may have changed.',
  ended: 'Your session has ended. Sign in again to go on.',
  refused: 'Your access token is not accepted here any more. Sign in again for a new one.',
};

/** A reason as it comes from an address or an answer; undefined where it is none. */
export function signInReason(value: unknown): SignInReason | undefined {
  return typeof value === 'string' && Object.hasOwn(sentences, value) ? (value as SignInReason) : undefined;
}

export function reasonText(reason: SignInReason): string {
  return sentences[reason];
}
