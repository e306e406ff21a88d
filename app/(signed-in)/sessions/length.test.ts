import { expect, it } from 'vitest';
import { length } from './length';

it.each([
  [1, '1 second'],
  [61, '61 seconds'],
  [60, '1 minute'],
  [3_600, '1 hour'],
  [5_400, '90 minutes'],
  [86_400, '1 day'],
  [31_536_000, '365 days'],
  [31_535_999, '31,535,999 seconds'],
])('%i seconds are %s', (seconds, words) => {
  expect(length(seconds)).toBe(words);
});
