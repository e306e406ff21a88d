import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { beforeStop } from './before-stop';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A process with what Next listens with, and what is to be done before. */
function setup({ isListening = true } = {}) {
  const target = Object.assign(new EventEmitter(), { exit: vi.fn<(code: number) => void>() });
  const next = vi.fn<(signal: string) => void>();
  if (isListening) for (const signal of ['SIGINT', 'SIGTERM']) target.on(signal, next);
  let end = () => {};
  const first = vi.fn(
    () =>
      new Promise<void>((resolve) => {
        end = resolve;
      }),
  );
  beforeStop(target, first);
  const settled = () => vi.advanceTimersByTimeAsync(0);
  return { target, next, first, settled, end: () => end() };
}

describe.each([
  ['SIGTERM', 143],
  ['SIGINT', 130],
])('%s', (signal, code) => {
  test('is told to Next once what comes first is done, not before', async () => {
    const { target, next, first, settled, end } = setup();
    target.emit(signal);
    await settled();
    expect([first.mock.calls.length, next.mock.calls]).toEqual([1, []]);
    end();
    await settled();
    expect(next.mock.calls).toEqual([[signal]]);
    expect(target.exit).not.toHaveBeenCalled();
  });

  test('counts once however often it comes, and in whatever form', async () => {
    const { target, next, first, settled, end } = setup();
    for (const again of [signal, 'SIGINT', 'SIGTERM']) target.emit(again);
    end();
    await settled();
    target.emit(signal);
    await settled();
    expect([first.mock.calls.length, next.mock.calls.length]).toEqual([1, 1]);
  });

  test('ends the process 4 s later, whoever still holds a connection open', async () => {
    const { target, settled, end } = setup();
    target.emit(signal);
    end();
    await settled();
    await vi.advanceTimersByTimeAsync(3_999);
    expect(target.exit).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(target.exit.mock.calls).toEqual([[code]]);
  });

  test('ends the process where nobody else would', async () => {
    const { target, settled, end } = setup({ isListening: false });
    target.emit(signal);
    await settled();
    expect(target.exit).not.toHaveBeenCalled();
    end();
    await settled();
    expect(target.exit.mock.calls).toEqual([[code]]);
  });
});
