/** Methods that change nothing (RFC 9110 §9.2.1). */
const safeMethods = ['GET', 'HEAD', 'OPTIONS'];

export function isWrite(method: string): boolean {
  return !safeMethods.includes(method.toUpperCase());
}

/**
 * Where a request comes from, as the browser itself vouches: Fetch Metadata first, `Origin` for browsers without it.
 * Neither can be set by a page's script. A sibling on another port or subdomain (`same-site`) is another site here.
 */
export function requestOrigin(headers: Headers, baseUrl: string): 'same-origin' | 'cross-site' | 'unknown' {
  const site = headers.get('sec-fetch-site');
  if (site !== null) return site === 'same-origin' || site === 'none' ? 'same-origin' : 'cross-site';
  const origin = headers.get('origin');
  if (origin !== null) return origin === new URL(baseUrl).origin ? 'same-origin' : 'cross-site';
  return 'unknown';
}

/**
 * Whether a write with the browser's session comes from elsewhere. A request that says nothing of its origin is no
 * browser's: every current one sends `Origin` with a write (Fetch §3.1), and the cookie is SameSite=Lax besides.
 */
export function isCrossSiteWrite(method: string, headers: Headers, baseUrl: string): boolean {
  return isWrite(method) && requestOrigin(headers, baseUrl) === 'cross-site';
}
