import { expect, it } from 'vitest';
import { sharedRun } from './shared-run';

function setUp(fails = false) {
  let now = 0;
  let runs = 0;
  const finish: (() => void)[] = [];
  const run = () =>
    new Promise<number>((resolve, reject) => {
      const number = ++runs;
      finish.push(() => (fails ? reject(new Error('broken off')) : resolve(number)));
    });
  const shared = sharedRun(run, { clock: () => now, keptFor: 10_000 });
  return { shared, finish, runs: () => runs, at: (then: number) => (now = then) };
}

it('is one for all who ask at the same time, however long it takes', async () => {
  const { shared, finish, runs, at } = setUp();
  const first = shared();
  at(60_000);
  const second = shared();
  finish[0]?.();
  expect(await Promise.all([first, second])).toEqual([1, 1]);
  expect(runs()).toBe(1);
});

it('serves for a while after its end, and no longer', async () => {
  const { shared, finish, runs, at } = setUp();
  const first = shared();
  at(5_000);
  finish[0]?.();
  await first;
  at(14_999);
  expect(await shared()).toBe(1);
  at(15_000);
  shared();
  expect(runs()).toBe(2);
});

it('that broke off is not kept', async () => {
  const { shared, finish, runs } = setUp(true);
  const first = shared();
  finish[0]?.();
  await expect(first).rejects.toThrow('broken off');
  shared();
  expect(runs()).toBe(2);
});
