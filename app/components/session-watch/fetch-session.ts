import { withBasePath } from '@/lib/config/base-path';
import { type SignInReason, signInReason } from '../../login/reason';

/** What the server says of this browser's session. */
export type SessionAnswer =
  | {
      readonly signedIn: true;
      readonly subject: string;
      readonly name: string;
      /** When the session ends whatever happens, by this browser's clock, in milliseconds since the epoch. */
      readonly endsAt: number;
    }
  | { readonly signedIn: false; readonly reason: SignInReason | undefined };

/** Milliseconds. */
const timeout = 10_000;

/** Asks the server. @returns undefined where there is no answer: our own trouble signs nobody out */
export async function fetchSession(): Promise<SessionAnswer | undefined> {
  try {
    const response = await fetch(withBasePath('/auth/session'), {
      cache: 'no-store',
      signal: AbortSignal.timeout(timeout),
    });
    return response.ok ? readAnswer(await response.json(), aheadOf(response)) : undefined;
  } catch {
    return undefined;
  }
}

/** By how many milliseconds this browser's clock is ahead of the server's. Clocks are wrong more often than sessions. */
function aheadOf(response: Response): number {
  const theirs = Date.parse(response.headers.get('date') ?? '');
  return Number.isNaN(theirs) ? 0 : Date.now() - theirs;
}

function readAnswer(body: unknown, ahead: number): SessionAnswer | undefined {
  if (typeof body !== 'object' || body === null) return undefined;
  const { signedIn, reason, subject, name, endsAt }: Partial<Record<string, unknown>> = { ...body };
  if (signedIn === false) return { signedIn, reason: signInReason(reason) };
  if (signedIn !== true || typeof subject !== 'string' || typeof endsAt !== 'number') return undefined;
  return {
    signedIn,
    subject,
    name: typeof name === 'string' ? name : subject,
    endsAt: endsAt * 1_000 + ahead,
  };
}

/** How often a page that is looked at again and again asks the server, at most. Milliseconds. */
const minInterval = 3_000;

/**
 * Asks when somebody looks, but not all the time, and at once when there is news.
 * @param clock milliseconds, from any beginning
 * @returns a function that gives the answer; undefined where there is none, or a later question has overtaken it
 */
export function throttled(
  ask: () => Promise<SessionAnswer | undefined>,
  clock: () => number,
): (occasion: 'look' | 'news') => Promise<SessionAnswer | undefined> {
  let [asked, askedAt] = [0, Number.NEGATIVE_INFINITY];
  return async (occasion) => {
    if (occasion === 'look' && clock() - askedAt < minInterval) return undefined;
    askedAt = clock();
    asked += 1;
    const mine = asked;
    const answer = await ask();
    return mine === asked ? answer : undefined;
  };
}
