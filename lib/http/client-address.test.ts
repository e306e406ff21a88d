import { describe, expect, it } from 'vitest';
import { createClientAddress, senderOf } from './client-address';

describe('where a request came from, with no proxy trusted', () => {
  const addressOf = createClientAddress(undefined);

  it.each([undefined, '198.51.100.7', '198.51.100.7, 127.0.0.1', 'nonsense'])(
    'is the connection, whatever X-Forwarded-For says (%s)',
    (forwardedFor) => {
      expect(addressOf('192.0.2.1', forwardedFor)).toBe('192.0.2.1');
      expect(addressOf('::ffff:192.0.2.1', forwardedFor)).toBe('192.0.2.1');
    },
  );

  it('is not known where there is no connection any more', () => {
    expect(addressOf(undefined, '198.51.100.7')).toBeUndefined();
  });
});

describe('behind proxies by their addresses', () => {
  const addressOf = createClientAddress({ addresses: ['10.0.0.0/8', '192.0.2.9', 'fd00::/8'] });

  it.each([
    ['198.51.100.7', '10.0.0.1', '198.51.100.7'],
    ['through two', '10.0.0.1', '198.51.100.7', '198.51.100.7, 192.0.2.9'],
    ['whatever the client wrote to the left', '10.0.0.1', '198.51.100.7', '203.0.113.1, 198.51.100.7'],
    ['with a port', '10.0.0.1', '198.51.100.7', '198.51.100.7:4711'],
    ['of IPv6', 'fd00::1', '2001:db8::7', '[2001:db8::7]:4711'],
  ])('it is who stands in front of them: %s', (_, peer, client, forwardedFor = client) => {
    expect(addressOf(peer, forwardedFor)).toBe(client);
  });

  it('it is the connection where that is none of them', () => {
    expect(addressOf('203.0.113.1', '198.51.100.7')).toBe('203.0.113.1');
  });

  it('it is the last who can be believed where a word is no address', () => {
    expect(addressOf('10.0.0.1', 'unknown')).toBe('10.0.0.1');
    expect(addressOf('10.0.0.1', '198.51.100.7, <script>, 10.0.0.2')).toBe('10.0.0.2');
    expect(addressOf('10.0.0.1', '10.0.0.3, 10.0.0.2')).toBe('10.0.0.3');
  });
});

describe('behind a number of proxies', () => {
  it('it is what the outermost of them wrote', () => {
    expect(createClientAddress({ hops: 1 })('10.0.0.1', '203.0.113.1, 198.51.100.7')).toBe('198.51.100.7');
    expect(createClientAddress({ hops: 2 })('10.0.0.1', '203.0.113.1, 198.51.100.7, 10.0.0.2')).toBe(
      '198.51.100.7',
    );
  });

  it('it is what there is where a request came by fewer', () => {
    expect(createClientAddress({ hops: 2 })('10.0.0.1', '198.51.100.7')).toBe('198.51.100.7');
    expect(createClientAddress({ hops: 1 })('10.0.0.1', undefined)).toBe('10.0.0.1');
    expect(createClientAddress({ hops: 1 })('10.0.0.1', 'nonsense')).toBe('10.0.0.1');
  });
});

describe('one sender', () => {
  it('has an address of IPv4, or 64 bits of IPv6, however they are written', () => {
    expect(senderOf('192.0.2.1')).toBe('192.0.2.1');
    const [one, other] = ['2001:db8::1', '2001:0db8:0000:0000:ffff::2'].map(senderOf);
    expect(one).toBe(other);
    expect(senderOf('2001:db8:0:1::1')).not.toBe(one);
    expect(senderOf('::1')).toBe(senderOf('0:0:0:0::2'));
  });

  it('that is not known is one of its own', () => {
    expect(senderOf('unknown')).toBe('unknown');
  });
});
