import { afterEach, describe, expect, it, vi } from 'vitest';
import { forgetPerProcess, perProcess } from './per-process';

afterEach(() => {
  forgetPerProcess('test');
  vi.unstubAllEnvs();
});

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

  it('that holds code is made anew for code that was evaluated anew, while developing', () => {
    vi.stubEnv('NODE_ENV', 'development');
    const [before, edited] = [{}, {}];
    expect(perProcess('test', () => 'before', before)).toBe('before');
    expect(perProcess('test', () => 'again', before)).toBe('before');
    expect(perProcess('test', () => 'edited', edited)).toBe('edited');
    expect(perProcess('test', () => 'a connection')).toBe('a connection');
  });

  it('that holds code is one in production, whatever bundle asks', () => {
    vi.stubEnv('NODE_ENV', 'production');
    expect(perProcess('test', () => 'first', {})).toBe('first');
    expect(perProcess('test', () => 'second', {})).toBe('first');
  });

  it('is shared by copies of this module, as bundles of one process have them', async () => {
    perProcess('test', () => 'first');
    vi.resetModules();
    const copy = await import('./per-process');
    expect(copy.perProcess).not.toBe(perProcess);
    expect(copy.perProcess('test', () => 'second')).toBe('first');
  });
});
