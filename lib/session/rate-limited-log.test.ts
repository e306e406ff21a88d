import { expect, test } from 'vitest';
import { TestClock } from '../../test/session/sessions';
import { rateLimitedLog } from './rate-limited-log';

test('each name is said once a minute, with how often it was held back', () => {
  const clock = new TestClock();
  const said: unknown[] = [];
  const note = rateLimitedLog(clock.read, (...all) => said.push(all));
  for (let time = 0; time < 1_000; time++) note('signature');
  note('replay');
  expect(said).toEqual([
    ['signature', 0],
    ['replay', 0],
  ]);
  clock.passSeconds(59);
  note('signature');
  expect(said).toHaveLength(2);
  clock.passSeconds(1);
  note('signature');
  note('signature');
  note('replay');
  expect(said.slice(2)).toEqual([
    ['signature', 1_000],
    ['replay', 0],
  ]);
});
