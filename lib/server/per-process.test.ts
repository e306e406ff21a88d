import { afterEach, describe, expect, it, vi } from 'vitest';
import { forgetPerProcess, perProcess } from './per-process';

afterEach(() => forgetPerProcess('test'));

describe('a value of the process', () => {
  it('is made once, even where it is undefined', () => {
    const make = vi.fn(() => undefined);
    perProcess('test', make);
    perProcess('test', make);
    expect(make).toHaveBeenCalledTimes(1);
  });

  it('is made again where making it failed, or where it was forgotten', () => {
    expect(() =>
      perProcess('test', () => {
        throw new Error('not yet');
      }),
    ).toThrow('not yet');
    expect(perProcess('test', () => 1)).toBe(1);
    expect(perProcess('test', () => 2)).toBe(1);
    forgetPerProcess('test');
    expect(perProcess('test', () => 2)).toBe(2);
  });

  it('is shared by copies of this module, as bundles of one process have them', async () => {
    perProcess('test', () => 'first');
    vi.resetModules();
    const copy = await import('./per-process');
    expect(copy.perProcess).not.toBe(perProcess);
    expect(copy.perProcess('test', () => 'second')).toBe('first');
  });
});
