/**
 * The `basePath` that goes with an `APP_BASE_URL`: its path, without a slash at the end. None where it cannot be one; the
 * start says so then, by the rule of `lib/config/base-path.ts`.
 * @param {string | undefined} appBaseUrl
 */
export function basePathOf(appBaseUrl) {
  const text = appBaseUrl?.trim() ?? '';
  const path = URL.canParse(text) ? new URL(text).pathname.replace(/\/$/, '') : '';
  return /^(\/[A-Za-z0-9][\w.~-]*)+$/.test(path) ? path : '';
}
