import { BlockList, isIP } from 'node:net';
import type { TrustedProxy } from '../config';

/**
 * The header in which this process tells itself where a request came from. Set anew on every request before anything
 * reads it, so that what a client sends in it is lost.
 */
export const clientAddressHeader = 'x-client-address';

/**
 * Makes the function that tells where a request came from: the address of the connection, unless that is a proxy which is
 * trusted to say more. From the right of `X-Forwarded-For`, as each proxy adds its own client there, and no further than
 * they are trusted: what stands left of that anybody can write.
 */
export function createClientAddress(
  trusted: TrustedProxy | undefined,
): (peer: string | undefined, forwardedFor: string | undefined) => string | undefined {
  const isTrusted = trusted && 'addresses' in trusted ? inRanges(trusted.addresses) : undefined;
  return (peer, forwardedFor) => {
    const connected = peer && plain(peer);
    if (!trusted || !connected || forwardedFor === undefined) return connected;
    const named = forwardedFor.split(',').map((entry) => plain(entry.trim()));
    if ('hops' in trusted) return named[Math.max(0, named.length - trusted.hops)] ?? connected;
    let client = connected;
    while (isTrusted?.(client)) {
      const next = named.pop();
      // Nobody in front, or a word that is no address: the last who could be believed.
      if (!next) return client;
      client = next;
    }
    return client;
  };
}

function inRanges(ranges: readonly string[]): (address: string) => boolean {
  const list = new BlockList();
  for (const range of ranges) {
    const [address = '', prefix] = range.split('/');
    const family = familyOf(address);
    if (prefix === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(prefix), family);
  }
  return (address) => list.check(address, familyOf(address));
}

const familyOf = (address: string) => (isIP(address) === 6 ? 'ipv6' : 'ipv4');

/** An address without port, brackets, zone and the form that IPv6 sockets give IPv4 (RFC 4291 §2.5.5.2). */
function plain(text: string): string | undefined {
  const bare = /^\[(.+)\](?::\d+)?$/.exec(text)?.[1] ?? /^([\d.]+):\d+$/.exec(text)?.[1] ?? text;
  const address = bare.replace(/%.*$/, '').replace(/^::ffff:(?=[\d.]+$)/i, '');
  return isIP(address) === 0 ? undefined : address;
}

/** What of an address stands for one sender: all of IPv4, and of IPv6 the /64 that one line or machine usually has. */
export function senderOf(address: string): string {
  if (isIP(address) !== 6) return address;
  const [head = '', tail = ''] = address.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === '' ? [] : tail.split(':');
  const zeros = address.includes('::')
    ? Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0')
    : [];
  const groups = [...left, ...zeros, ...right].slice(0, 4);
  return groups.map((group) => Number.parseInt(group, 16).toString(16)).join(':');
}
