import { isLoopback } from '../config/loopback';

/** Pages that only someone signed in may see. Each of them also asks for its viewer by itself. */
const protectedPages = ['/token', '/notes', '/sessions'];

/** Pages that anyone may see on this machine, where sign-in may not work yet; elsewhere they are like the ones above. */
const localPages = ['/status'];

const isOneOf = (pages: readonly string[], path: string) =>
  pages.some((page) => path === page || path.startsWith(`${page}/`));

/** How a page was asked for. */
export interface Asked {
  /** The `Host` header. */
  readonly host: string | null;
  readonly baseUrl: string;
}

export function isProtectedPage(path: string, asked: Asked): boolean {
  return isOneOf(protectedPages, path) || (isOneOf(localPages, path) && !isLocal(asked));
}

/**
 * Whether a request comes to this machine by a name that means nothing else, and the app is for this machine alone. A
 * name that somebody's DNS leads here is none of those.
 */
export function isLocal({ host, baseUrl }: Asked): boolean {
  if (host === null || !URL.canParse(`http://${host}`)) return false;
  return [`http://${host}`, baseUrl].every((url) => isLoopback(new URL(url).hostname));
}

/** The page that shows why a token is refused, and so the one that somebody with a refused token may see. */
export function explainsRefusal(path: string): boolean {
  return path === '/token';
}

/** Whether a path belongs to programs rather than to people. */
export function isApi(path: string): boolean {
  return /^\/(api|\.well-known)(\/|$)/.test(path);
}

/** Routes that are about the session itself, and so read its cookie. */
export function isSessionRoute(path: string): boolean {
  return /^\/auth\/(token|logout|backchannel-logout|reveal|session|sessions\/end)$/.test(path);
}

/**
 * Where somebody signs in who was on the way to a page.
 * @param returnTo path of the page
 * @param reason what became of the session they had, if any; the sign-in page tells them
 */
export function signInPath(baseUrl: string, returnTo: string, reason?: string): URL {
  const url = new URL('/login', baseUrl);
  url.searchParams.set('returnTo', returnTo);
  if (reason !== undefined) url.searchParams.set('reason', reason);
  return url;
}
