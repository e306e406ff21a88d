/**
 * Whether a host name can only ever mean this machine (RFC 6761 §6.3, RFC 8252 §8.3).
 * @param hostname as in `URL.hostname`: lower case, IPv6 in brackets
 */
export const isLoopback = (hostname: string): boolean =>
  /^((.*\.)?localhost|::1|\[::1\]|127(\.\d{1,3}){3})$/.test(hostname);

/** Whether a URL may be talked to: `https:` anywhere, `http:` on loopback only. */
export const isTrustworthy = ({ protocol, hostname }: URL): boolean =>
  protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname));
