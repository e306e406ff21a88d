/**
 * A safe place to go after sign-in: a path of this app, without its base path, else `/`.
 *
 * Resolved the way a browser will, so that `//evil.example`, `/\evil.example`, tabs inside and full URLs all fall
 * back. Pages that begin a sign-in are no place to return to.
 */
export function safeReturnTo(value: unknown): string {
  if (typeof value !== 'string' || !value.startsWith('/') || value.length > 2_000) return '/';
  const here = 'http://here.invalid';
  if (!URL.canParse(value, here)) return '/';
  const url = new URL(value, here);
  const path = url.pathname + url.search + url.hash;
  if (url.origin !== here || path.startsWith('//')) return '/';
  return /^\/(login|auth)(\/|$)/.test(url.pathname) ? '/' : path;
}
