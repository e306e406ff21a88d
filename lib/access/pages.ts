import { sessionRoutes, signedInPages } from '../config/routes';
import type { UnavailableCode } from '../http/problem';
import { isLoopback } from '../remote';

/** Pages that anyone may see on this machine, where sign-in may not work yet; elsewhere only someone signed in may. */
const localPages = ['/status', '/inspect'];

/**
 * Whether a path is one of these, or beneath one.
 * @param pages as `lib/config/routes.ts` lists them; `*` stands for any one segment
 */
function isWithin(pages: readonly string[], path: string): boolean {
  const asked = segmentsOf(path);
  return pages.some((page) => {
    const segments = segmentsOf(page);
    // The start page has nothing beneath it: everything would be.
    if (segments.length === 0) return asked.length === 0;
    return segments.every(
      (segment, index) => segment === asked[index] || (segment === '*' && index < asked.length),
    );
  });
}

const segmentsOf = (path: string) => path.split('/').filter((segment) => segment !== '');

/** How a page was asked for, and of whom. */
export interface Asked {
  /** The `Host` header. */
  readonly host: string | null;
  readonly baseUrl: string;
  /** The address that the app listens on, as in `Config.host`. */
  readonly listensOn: string;
}

/** Whether only someone signed in may see a page: it stands in `app/(signed-in)/`, or this is not this machine. */
export function isProtectedPage(path: string, asked: Asked): boolean {
  return isWithin(signedInPages(), path) || (isWithin(localPages, path) && !isLocal(asked));
}

/**
 * Whether a request comes to this machine by a name that means nothing else, from this machine, and the app is for it
 * alone. A name that somebody's DNS leads here is none of those, and a `Host` header is whatever its sender likes: that
 * nobody else sent it is certain only where the app listens on loopback.
 */
export function isLocal({ host, baseUrl, listensOn }: Asked): boolean {
  if (host === null || !URL.canParse(`http://${host}`) || !isLoopback(listensOn)) return false;
  return [`http://${host}`, baseUrl].every((url) => isLoopback(new URL(url).hostname));
}

/** The page that shows why a token is refused, and so the one that somebody with a refused token may see. */
export function explainsRefusal(path: string): boolean {
  return path === '/token';
}

/** The page to which people bring tokens: in a form, never in an address. */
export function isWithinInspector(path: string): boolean {
  return /^\/inspect(\/|$)/.test(path);
}

/** Whether a path belongs to programs rather than to people. */
export function isApi(path: string): boolean {
  return /^\/(api|\.well-known)(\/|$)/.test(path);
}

/** Routes that are about the session itself, and so read its cookie: every route handler under `/auth/`, and no page. */
export function isSessionRoute(path: string): boolean {
  const asked = path.split('/');
  return sessionRoutes().some((route) => {
    const segments = route.split('/');
    return (
      segments.length === asked.length && segments.every((one, index) => one === asked[index] || one === '*')
    );
  });
}

/**
 * Where somebody signs in who was on the way to a page.
 * @param returnTo path of the page
 * @param reason what became of the session they had, if any; the sign-in page tells them
 * @param scopes to tick beforehand; where nothing is said, all of them
 * @param how how recent or strong the sign-in must be (OpenID Connect Core §3.1.2.1)
 */
export function signInPath(
  returnTo: string,
  reason?: string,
  scopes?: readonly string[],
  { maxAge, acrValues }: { readonly maxAge?: number; readonly acrValues?: readonly string[] } = {},
): string {
  const query = new URLSearchParams({ returnTo, ...(reason !== undefined && { reason }) });
  if (scopes) query.set('scope', scopes.join(' '));
  if (maxAge !== undefined) query.set('max_age', String(maxAge));
  if (acrValues) query.set('acr_values', acrValues.join(' '));
  return `/login?${query}`;
}

/**
 * Where somebody waits whose page needs what cannot be had just now: an answer of 503 that comes back by itself.
 * @param returnTo path of the page
 */
export function waitingPath(returnTo: string, code: UnavailableCode): string {
  return `/auth/unavailable?${new URLSearchParams({ returnTo, code })}`;
}
