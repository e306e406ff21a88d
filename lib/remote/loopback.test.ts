import { describe, expect, it } from 'vitest';
import { isLoopback, isTrustworthy } from './loopback';

const loopback = ['localhost', 'a.localhost', 'a.b.localhost', '127.0.0.1', '127.0.0.2', '127.255.255.254'];
const elsewhere = [
  '',
  '0.0.0.0',
  '10.0.0.1',
  '128.0.0.1',
  '1127.0.0.1',
  '127.0.0.1.evil.example',
  'localhost.evil.example',
  'notlocalhost',
  'localhost.',
  'evil.example',
  '[::]',
  '[::2]',
  '[fe80::1]',
];

describe('a host name', () => {
  it.each([...loopback, '[::1]', '::1'])('%s means this machine', (host) => {
    expect(isLoopback(host)).toBe(true);
  });

  it.each(elsewhere)('"%s" may mean another one', (host) => {
    expect(isLoopback(host)).toBe(false);
  });

  it('is judged as the URL parser writes it, however it was spelled', () => {
    for (const spelled of ['LOCALHOST', '127.1', '0x7f.1', '2130706433', '[0:0:0:0:0:0:0:1]']) {
      expect(isLoopback(new URL(`http://${spelled}`).hostname)).toBe(true);
    }
  });
});

describe('a URL', () => {
  it('may be talked to over https anywhere, over http on this machine only', () => {
    expect(isTrustworthy(new URL('https://id.example'))).toBe(true);
    expect(isTrustworthy(new URL('http://localhost:4000'))).toBe(true);
    expect(isTrustworthy(new URL('http://id.example'))).toBe(false);
  });

  it.each(['ftp://localhost', 'ws://localhost', 'file:///x', 'javascript:1', 'data:,x'])(
    '%s is neither',
    (text) => {
      expect(isTrustworthy(new URL(text))).toBe(false);
    },
  );
});
