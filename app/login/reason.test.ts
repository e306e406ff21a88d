import { describe, expect, it } from 'vitest';
import { endReasons } from '@/lib/session/session';
import { sessionsPerPerson } from '@/lib/session/store';
import { reasonText, signInReason } from './reason';

describe('why somebody has to sign in again', () => {
  it.each([...endReasons, 'refused'] as const)('is a sentence that says what to do: %s', (reason) => {
    expect(signInReason(reason)).toBe(reason);
    expect(reasonText(reason)).toMatch(/^(You|Your) .+\. Sign in again (to go on|for a new one)[.;]/);
  });

  it('names as many sessions as the store keeps', () => {
    expect(reasonText('limit')).toContain(`more than ${sessionsPerPerson} `);
  });

  it.each([undefined, null, '', 'Ended', 'toString', '__proto__', '<b>', ['ended'], 7])(
    'is none of ours: %s',
    (value) => {
      expect(signInReason(value)).toBeUndefined();
    },
  );
});
