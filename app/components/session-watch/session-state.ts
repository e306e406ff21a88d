import type { SignInReason } from '../../login/reason';
import type { SessionAnswer } from './fetch-session';

/** What a page knows of the session it was rendered in. Times in milliseconds, by this browser's clock. */
export interface SessionState {
  /** Whose page it is. */
  readonly subject: string;
  /** When the session ends whatever happens. */
  readonly endsAt: number;
  /** How long before its end the person is told. */
  readonly warnBefore: number;
  /** Why it is over, as the server or another tab said. */
  readonly ended: SignInReason | undefined;
  /** Who is signed in in this browser now, if somebody else. */
  readonly other: string | undefined;
  /** Whether a request was refused for want of a session, and the server has not said since that there is one. */
  readonly unauthorized: boolean;
  /** Whether the person has put the notice of the end away. */
  readonly dismissed: boolean;
}

/** What changes what a page knows. */
export type SessionEvent =
  | { readonly kind: 'answered'; readonly answer: SessionAnswer; readonly now: number }
  | { readonly kind: 'signed-out' | 'unauthorized' | 'dismissed' };

/** What the person is told. */
export type Shown =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'ending'; readonly at: number }
  | { readonly kind: 'ended'; readonly reason: SignInReason }
  | { readonly kind: 'someone-else'; readonly name: string };

/** Between two clocks and a second's rounding: before this much later the server may still see a session. */
const grace = 2_000;

/** By how much the end of one and the same session may differ between two answers: clocks and connections are slow. */
const sameEnd = 30_000;

/** The longest that a timer can wait; a longer one would fire at once. */
const longestTimer = 2 ** 31 - 1;

/**
 * How long before the end of a session the person is told: five minutes, or the last fifth of a short one.
 * @param maxAge of a session, in seconds @returns milliseconds
 */
export function warningTime(maxAge: number): number {
  return Math.min(300_000, maxAge * 200);
}

export function initialState(start: Pick<SessionState, 'subject' | 'endsAt' | 'warnBefore'>): SessionState {
  return { ...start, ended: undefined, other: undefined, unauthorized: false, dismissed: false };
}

/** What a page knows after an event. */
export function nextState(before: SessionState, event: SessionEvent): SessionState {
  switch (event.kind) {
    case 'answered':
      return answered(before, event);
    case 'signed-out':
      return { ...before, ended: 'signed-out', other: undefined };
    case 'unauthorized':
      return { ...before, unauthorized: true };
    case 'dismissed':
      return { ...before, dismissed: true };
  }
}

function answered(
  before: SessionState,
  { answer, now }: Extract<SessionEvent, { kind: 'answered' }>,
): SessionState {
  if (!answer.signedIn) {
    // Once a page has taken the cookie back, the server has no reason to tell any more: keep the one that is known.
    const reason = answer.reason ?? before.ended ?? (isOver(before, now) ? 'expired' : 'ended');
    return { ...before, ended: reason, other: undefined };
  }
  if (answer.subject !== before.subject) return { ...before, ended: undefined, other: answer.name };
  const { endsAt } = answer;
  // A new session has another end, and deserves another notice.
  const dismissed = before.dismissed && Math.abs(endsAt - before.endsAt) < sameEnd;
  return { ...before, endsAt, ended: undefined, other: undefined, unauthorized: false, dismissed };
}

/** Whether the session is past its end by the clock alone. */
export function isOver({ endsAt }: SessionState, now: number): boolean {
  return now >= endsAt + grace;
}

export function shown(state: SessionState, now: number): Shown {
  const { other, ended, endsAt, warnBefore, dismissed } = state;
  if (other !== undefined) return { kind: 'someone-else', name: other };
  if (ended !== undefined) return { kind: 'ended', reason: ended };
  if (isOver(state, now)) return { kind: 'ended', reason: 'expired' };
  return now >= endsAt - warnBefore && !dismissed ? { kind: 'ending', at: endsAt } : { kind: 'nothing' };
}

/** How long until time alone changes what is shown, or until a timer has to be set anew; undefined: it will not. */
export function timeUntilChange({ endsAt, warnBefore }: SessionState, now: number): number | undefined {
  const next = [endsAt - warnBefore, endsAt + grace].find((at) => at > now);
  return next === undefined ? undefined : Math.min(next - now, longestTimer);
}
