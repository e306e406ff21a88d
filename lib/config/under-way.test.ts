import { describe, expect, test } from 'vitest';
import { WorkUnderWay } from './under-way';

/** Something that takes until it is told to end. */
function task() {
  let end = () => {};
  let fail = () => {};
  const promise = new Promise<void>((resolve, reject) => {
    end = resolve;
    fail = () => reject(new Error('failed'));
  });
  return { promise, end, fail };
}
const never = new Promise<void>(() => undefined);
/** Whether something has happened by now. */
async function isOver(happening: Promise<unknown>): Promise<boolean> {
  let over = false;
  void happening.then(() => {
    over = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  return over;
}

describe('a stop', () => {
  test('with nothing under way is over at once, and begins no more', async () => {
    const work = new WorkUnderWay();
    expect(work.isStopping).toBe(false);
    await work.stop(never);
    expect(work.isStopping).toBe(true);
  });

  test('waits for all that is under way, whether it succeeds or not', async () => {
    const work = new WorkUnderWay();
    const [one, two] = [task(), task()];
    const results = Promise.allSettled([work.track(one.promise), work.track(two.promise)]);
    const stop = work.stop(never);
    expect(await isOver(stop)).toBe(false);
    one.fail();
    expect(await isOver(stop)).toBe(false);
    two.end();
    expect(await isOver(stop)).toBe(true);
    expect((await results).map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
  });

  test('waits for what something under way begins', async () => {
    const work = new WorkUnderWay();
    const [renewal, revocation] = [task(), task()];
    void work.track(renewal.promise.then(() => void work.track(revocation.promise)));
    const stop = work.stop(never);
    renewal.end();
    expect(await isOver(stop)).toBe(false);
    revocation.end();
    expect(await isOver(stop)).toBe(true);
  });

  test('waits for no longer than it may', async () => {
    const work = new WorkUnderWay();
    const limit = task();
    void work.track(task().promise);
    const stop = work.stop(limit.promise);
    expect(await isOver(stop)).toBe(false);
    limit.end();
    expect(await isOver(stop)).toBe(true);
  });

  test('leaves a failure to whoever asked for the work', async () => {
    const work = new WorkUnderWay();
    const failing = task();
    const tracked = work.track(failing.promise);
    failing.fail();
    await expect(tracked).rejects.toThrow('failed');
    await work.stop(never);
  });
});
