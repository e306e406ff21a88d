/**
 * Where in its origin the app lives: the `basePath` that Next has built into it, `''` for the root. `next.config.mjs` writes
 * it into the build in place of these names, for server and browser alike; nothing in the environment of a running app
 * changes it.
 */
export const basePath = (): string => process.env.BASE_PATH ?? '';

/** What a build says of its base path. */
export interface BuiltBasePath {
  readonly path: string;
  /** Whether it was written into `next.config.mjs` instead of coming from `APP_BASE_URL`. */
  readonly byHand: boolean;
}

export const builtBasePath = (): BuiltBasePath => ({
  path: basePath(),
  byHand: process.env.BASE_PATH_BY_HAND === 'yes',
});

/**
 * The address of a path of this app for a browser. Inside the app paths are without the base path, `returnTo` among them.
 * `next/link`, the router and `redirect()` add it by themselves; where a path becomes an attribute of HTML, a `fetch`, a
 * `Location` or the browser's location, this does.
 */
export function withBasePath(path: string): string {
  const base = basePath();
  return path === '/' && base !== '' ? base : `${base}${path}`;
}

/**
 * Whether a path can be a base path: segments of characters that stand for themselves in addresses and in a cookie's
 * `Path` (RFC 6265 §4.1.1). `scripts/base-path.mjs` has the same rule.
 */
export const isBasePath = (path: string): boolean => /^(\/[A-Za-z0-9][\w.~-]*)+$/.test(path);
