/**
 * Paths of the API that have metadata of their own (RFC 9728 §3.1). A challenge names that of the path it protects, for
 * a client compares `resource` in it with what it has asked for (§3.3); what stands below a path belongs to it.
 */
export const protectedPaths: readonly string[] = [
  '/api/mcp',
  '/api/my-scopes',
  '/api/my-token',
  '/api/notes',
];

/**
 * The one of {@link protectedPaths} that a request is for.
 * @param url of the request, with or without the base path
 */
export function protectedPathOf(url: string, baseUrl: string): string | undefined {
  const { pathname } = new URL(url);
  const base = new URL(baseUrl).pathname.replace(/\/$/, '');
  const path = pathname.startsWith(`${base}/`) ? pathname.slice(base.length) : pathname;
  return protectedPaths.find((one) => path === one || path.startsWith(`${one}/`));
}
