import { describe, expect, it } from 'vitest';
import {
  initialState,
  nextState,
  type SessionEvent,
  type SessionState,
  shown,
  timeUntilChange,
  warningTime,
} from './session-state';

const minute = 60_000;
const start = Date.UTC(2026, 10, 22, 12);
const endsAt = start + 720 * minute;
const fresh = initialState({ subject: 'alice', endsAt, warnBefore: 5 * minute });
const signedIn = (
  changes: { subject?: string; name?: string; endsAt?: number } = {},
  now = start,
): SessionEvent => ({
  kind: 'answered',
  answer: { signedIn: true, subject: 'alice', name: 'Alice', endsAt, ...changes },
  now,
});
const signedOut = (reason?: 'idle' | 'elsewhere' | 'expired', now = start): SessionEvent => ({
  kind: 'answered',
  answer: { signedIn: false, reason },
  now,
});
const having = (...events: SessionEvent[]): SessionState => events.reduce(nextState, fresh);
const ending = { kind: 'ending', at: endsAt };

describe('before the end of a session', () => {
  it('people are told five minutes ahead, in a short one for its last fifth', () => {
    expect([43_200, 1_500, 1_499, 60, 1].map(warningTime)).toEqual([300_000, 300_000, 299_800, 12_000, 200]);
  });

  it('nothing is shown, then a notice, then that it has expired', () => {
    expect(shown(fresh, start)).toEqual({ kind: 'nothing' });
    expect(shown(fresh, endsAt - 5 * minute - 1)).toEqual({ kind: 'nothing' });
    expect(shown(fresh, endsAt - 5 * minute)).toEqual(ending);
    expect(shown(fresh, endsAt)).toEqual(ending);
    expect(shown(fresh, endsAt + 2_000)).toEqual({ kind: 'ended', reason: 'expired' });
  });

  it('the notice can be put away; that it has ended is shown all the same', () => {
    const dismissed = having({ kind: 'dismissed' });
    expect(shown(dismissed, endsAt - minute)).toEqual({ kind: 'nothing' });
    expect(shown(dismissed, endsAt + minute)).toEqual({ kind: 'ended', reason: 'expired' });
  });

  it('a notice put away stays away when the server repeats itself, and comes back for another session', () => {
    const repeated = having({ kind: 'dismissed' }, signedIn({ endsAt: endsAt - 999 }));
    expect(shown(repeated, endsAt - minute)).toEqual({ kind: 'nothing' });
    const later = endsAt + 60 * minute;
    const renewed = having({ kind: 'dismissed' }, signedIn({ endsAt: later }));
    expect(shown(renewed, endsAt + minute)).toEqual({ kind: 'nothing' });
    expect(shown(renewed, later - minute)).toEqual({ kind: 'ending', at: later });
  });
});

describe('the next change by time alone', () => {
  it('is at the notice, then at the end, then never', () => {
    expect(timeUntilChange(fresh, start)).toBe(715 * minute);
    expect(timeUntilChange(fresh, endsAt - 5 * minute)).toBe(5 * minute + 2_000);
    expect(timeUntilChange(fresh, endsAt + 2_000)).toBeUndefined();
  });

  it('comes sooner than a timer can overflow, for a session of a year', () => {
    const year = initialState({ subject: 'alice', endsAt: start + 525_600 * minute, warnBefore: 5 * minute });
    expect(timeUntilChange(year, start)).toBe(2 ** 31 - 1);
  });

  it('after a sleep across both shows the end at once', () => {
    expect(shown(fresh, endsAt + 600 * minute)).toEqual({ kind: 'ended', reason: 'expired' });
  });
});

describe('a session that is over', () => {
  it('is shown with the reason of the server', () => {
    expect(shown(having(signedOut('idle')), start)).toEqual({ kind: 'ended', reason: 'idle' });
  });

  it('is merely ended where the server has no reason, and expired past its end', () => {
    expect(shown(having(signedOut()), start)).toEqual({ kind: 'ended', reason: 'ended' });
    expect(having(signedOut(undefined, endsAt + minute)).ended).toBe('expired');
  });

  it('keeps the reason it had when the server has forgotten it', () => {
    expect(having(signedOut('elsewhere'), signedOut()).ended).toBe('elsewhere');
    expect(having({ kind: 'signed-out' }, signedOut()).ended).toBe('signed-out');
  });

  it('was signed out of in another tab, at once and without a question', () => {
    expect(shown(having({ kind: 'signed-out' }), start)).toEqual({ kind: 'ended', reason: 'signed-out' });
  });

  it('is forgotten when the same person signs in again', () => {
    const again = having(signedOut('idle'), { kind: 'unauthorized' }, signedIn());
    expect(again).toEqual(fresh);
  });
});

describe('another person in the same browser', () => {
  const bob = signedIn({ subject: 'bob', name: 'Bob' });

  it('is named, whatever was shown before', () => {
    expect(shown(having(bob), start)).toEqual({ kind: 'someone-else', name: 'Bob' });
    expect(shown(having(signedOut('idle'), bob), start)).toEqual({ kind: 'someone-else', name: 'Bob' });
    expect(shown(having(bob), endsAt + minute)).toEqual({ kind: 'someone-else', name: 'Bob' });
  });

  it('does not make up for a refused request: the page is not theirs', () => {
    expect(having({ kind: 'unauthorized' }, bob).unauthorized).toBe(true);
  });

  it('is gone with their sign-out, and with the return of whose page it is', () => {
    expect(shown(having(bob, signedOut()), start)).toEqual({ kind: 'ended', reason: 'ended' });
    expect(shown(having(bob, { kind: 'signed-out' }), start)).toEqual({
      kind: 'ended',
      reason: 'signed-out',
    });
    expect(having(bob, signedIn())).toEqual(fresh);
  });
});

describe('a refused request', () => {
  it('is remembered until the server says that there is a session', () => {
    expect(having({ kind: 'unauthorized' }).unauthorized).toBe(true);
    expect(having({ kind: 'unauthorized' }, signedOut('idle')).unauthorized).toBe(true);
    expect(having({ kind: 'unauthorized' }, signedIn()).unauthorized).toBe(false);
  });

  it('says nothing by itself: the server may be wrong for a moment', () => {
    expect(shown(having({ kind: 'unauthorized' }), start)).toEqual({ kind: 'nothing' });
  });
});
