import { describe, expect, it } from 'vitest';
import { isLoopbackAlias } from './loopback-alias';

const base = 'http://localhost:3000';

describe('another name of this machine', () => {
  it.each(['127.0.0.1:3000', '[::1]:3000', '127.0.0.2:3000', 'app.localhost:3000'])(
    'is %s for localhost',
    (host) => {
      expect(isLoopbackAlias(host, base)).toBe(true);
    },
  );

  it('is localhost where the app goes by an address', () => {
    expect(isLoopbackAlias('localhost:3000', 'http://127.0.0.1:3000')).toBe(true);
  });

  it.each([
    'localhost:3000',
    'LOCALHOST:3000',
    '127.0.0.1:4000',
    '127.0.0.1',
    'evil.example:3000',
    '127.0.0.1.evil.example:3000',
    'localhost:3000@evil.example:3000',
    '',
    'not a host',
    null,
  ])('is not %s', (host) => {
    expect(isLoopbackAlias(host, base)).toBe(false);
  });

  it('is not the same name with its default port spelled out: that would redirect to itself', () => {
    expect(isLoopbackAlias('localhost:80', 'http://localhost')).toBe(false);
  });

  it('is none for an app that is not on loopback', () => {
    expect(isLoopbackAlias('localhost:3000', 'https://app.example:3000')).toBe(false);
  });
});
