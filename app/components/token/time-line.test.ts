import { expect, it } from 'vitest';
import { duration } from './time-line';

it.each([
  [-5, '0 s'],
  [0, '0 s'],
  [0.2, '1 s'],
  [59, '59 s'],
  [60, '1 min 0 s'],
  [252, '4 min 12 s'],
  [3_599.5, '1 h 0 min'],
  [7_500, '2 h 5 min'],
  [86_400, '1 d 0 h'],
])('%d seconds read as %s', (seconds, text) => {
  expect(duration(seconds)).toBe(text);
});
