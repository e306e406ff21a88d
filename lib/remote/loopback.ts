/**
 * Whether a host name can only ever mean this machine (RFC 6761 §6.3, RFC 8252 §8.3).
 * @param hostname as in `URL.hostname`: lower case, IPv6 in brackets
 */
export function isLoopback(hostname: string): boolean {
  return (
    hostname === 'localhost' ||
    hostname.endsWith('.localhost') ||
    hostname === '[::1]' ||
    hostname === '::1' ||
    /^127(\.\d{1,3}){3}$/.test(hostname)
  );
}

/** Whether a URL may be talked to: `https:` anywhere, `http:` on loopback only. */
export function isTrustworthy(url: URL): boolean {
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname));
}
