import { isLoopback } from '../remote';

/**
 * Whether a page was asked for on another name of this machine than the configured one (`127.0.0.1` for
 * `localhost`). Cookies and redirect URIs are bound to the configured name; sign-in would go in circles.
 * @param host the `Host` header
 */
export function isLoopbackAlias(host: string | null, baseUrl: string): boolean {
  const base = new URL(baseUrl);
  if (host === null || !URL.canParse(`http://${host}`)) return false;
  const asked = new URL(`http://${host}`);
  if (asked.hostname === base.hostname) return false;
  return asked.port === base.port && isLoopback(asked.hostname) && isLoopback(base.hostname);
}
