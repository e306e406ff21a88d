import { expect, it, vi } from 'vitest';
import { RelayLimit } from './relay-limit';

it('as many calls as are allowed run at a time, and more are not made', async () => {
  const limit = new RelayLimit(2);
  const ends: (() => void)[] = [];
  const call = vi.fn(() => new Promise<string>((resolve) => ends.push(() => resolve('done'))));
  const first = [limit.run(call), limit.run(call)];
  expect(await limit.run(call)).toBe('full');
  expect(call).toHaveBeenCalledTimes(2);
  for (const end of ends) end();
  expect(await Promise.all(first)).toEqual(['done', 'done']);
});

it('a call that has ended, well or not, makes room', async () => {
  const limit = new RelayLimit(1);
  expect(await limit.run(async () => 1)).toBe(1);
  await expect(limit.run(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  const throwing = () => {
    throw new Error('at once');
  };
  await expect(limit.run(throwing)).rejects.toThrow('at once');
  expect(await limit.run(async () => 2)).toBe(2);
});
