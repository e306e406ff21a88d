import { describe, expect, it } from 'vitest';
import { endedText } from './ended';

describe('what an ending of sessions came to', () => {
  it('is told in a sentence', () => {
    expect(endedText('0')).toBe('No session was ended: there was none to end any more.');
    expect(endedText('1')).toBe('One session was ended.');
    expect(endedText('49')).toBe('49 sessions were ended.');
  });

  it.each([undefined, '', '-1', '01', '1.5', '100', '1e1', ' 1', '٣', '<b>', ['1', '2'], '1\n'])(
    'says nothing of %j',
    (ended) => {
      expect(endedText(ended)).toBeUndefined();
    },
  );
});
