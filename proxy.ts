import { type NextRequest, NextResponse } from 'next/server';
import { authenticate } from '@/lib/access/gate';
import { explainsRefusal, isApi, isProtectedPage, isSessionRoute, signInPath } from '@/lib/access/pages';
import { currentConfig } from '@/lib/config';
import { readAuthorization } from '@/lib/http/authorization';
import { isLoopbackAlias } from '@/lib/http/loopback-alias';
import { isNavigation } from '@/lib/http/navigation';
import { pageSecurity } from '@/lib/http/page-security';
import { problem, unavailable } from '@/lib/http/problem';
import { problemPage } from '@/lib/http/problem-page';
import { isCrossSiteWrite } from '@/lib/http/same-origin';
import { readSessionCookie } from '@/lib/session/cookie';
import {
  dropSessionCookie,
  encodeName,
  endedHeader,
  endsAtHeader,
  handleHeader,
  nameHeader,
  stateHeader,
  strip,
} from '@/lib/session/forwarded';
import { type Translation, translate } from '@/lib/session/translate';

export const config = {
  matcher: [
    // A request that brings its own token has no use for a session; its route handler judges it. Another scheme than
    // Bearer brings none. Whether the app is alive has nothing to do with anybody's session.
    {
      source: '/api/((?!health$|health/ready$).*)',
      missing: [{ type: 'header', key: 'authorization', value: '\\s*[Bb][Ee][Aa][Rr][Ee][Rr](?:\\s.*)?' }],
    },
    // Below a base path the pattern after it does not reach the start page.
    '/',
    '/((?!api/|_next/static/|icon\\.svg$|favicon\\.ico$|robots\\.txt$).*)',
  ],
};

/**
 * Where the cookie ends: strips what a client may not set, turns a session into a bearer token, refuses writes from
 * other sites, and turns people away from pages they may not see. It is a convenience: pages and route handlers
 * verify again and trust nothing that it says.
 */
export default async function proxy(request: NextRequest): Promise<Response> {
  const site = currentConfig();
  const { baseUrl } = site;
  const { pathname, search } = request.nextUrl;
  if (!isApi(pathname) && isLoopbackAlias(request.headers.get('host'), baseUrl)) {
    return NextResponse.redirect(new URL(`${baseUrl}${pathname}${search}`), 307);
  }
  // Another scheme, as a proxy in front may ask for, is no token, and the session stays in force.
  const brought = readAuthorization(request.headers.get('authorization')).kind !== 'none';
  const id = brought ? undefined : readSessionCookie(request.headers.get('cookie'), site);
  if (id !== undefined && isCrossSiteWrite(request.method, request.headers, baseUrl))
    return problem('cross_site');

  const headers = strip(request.headers);
  // The session's own routes read the cookie by themselves; everything else never sees it.
  if (isSessionRoute(pathname)) return NextResponse.next({ request: { headers } });
  dropSessionCookie(headers, site);
  const session = id === undefined ? undefined : await translate(id);
  if (session) announce(session, headers);

  if (isApi(pathname)) return forwardToApi(headers, session);
  return forwardToPage(request, headers, { session, brought });
}

/** Tells what comes behind of the session, in the one form it understands. */
function announce(session: Translation, headers: Headers): void {
  if (session.outcome === 'bearer' || session.outcome === 'refused') {
    headers.set('authorization', `Bearer ${session.token}`);
  }
  if (session.outcome === 'bearer') {
    headers.set(nameHeader, encodeName(session.name));
    headers.set(handleHeader, session.handle);
    headers.set(endsAtHeader, String(session.endsAt));
  }
  // The cookie of an ended session stays until the next sign-in replaces it: an answer that took it back might reach the
  // browser after another tab's sign-in, and would take that one's, for a cookie is taken back by name alone.
  if (session.outcome === 'ended') headers.set(endedHeader, session.reason);
  if (session.outcome === 'unavailable') headers.set(stateHeader, session.code);
}

/** Who asks: the session of their browser, if it has one, or a token of their own. */
interface Asking {
  readonly session: Translation | undefined;
  readonly brought: boolean;
}

function forwardToApi(headers: Headers, session: Translation | undefined): Response {
  if (session?.outcome === 'unavailable') {
    return unavailable(session.code, session.retryAfter, session.words);
  }
  return NextResponse.next({ request: { headers } });
}

async function forwardToPage(request: NextRequest, headers: Headers, asking: Asking): Promise<Response> {
  const { secure, baseUrl, host: listensOn } = currentConfig();
  const { nonce, policy } = pageSecurity({ secure });
  const asked = { host: request.headers.get('host'), baseUrl, listensOn };
  if (isProtectedPage(request.nextUrl.pathname, asked)) {
    const refusal = await refuseProtected(request, headers, asking);
    if (refusal) return refusal;
  }
  headers.set('x-nonce', nonce);
  headers.set('content-security-policy', policy);
  const response = NextResponse.next({ request: { headers } });
  response.headers.set('content-security-policy', policy);
  response.headers.set('cache-control', 'no-store');
  return response;
}

/** The answer for somebody who may not see a protected page, or undefined for everybody else. */
async function refuseProtected(
  request: NextRequest,
  headers: Headers,
  { session, brought }: Asking,
): Promise<Response | undefined> {
  const navigates = isNavigation(request.method, request.headers);
  if (session?.outcome === 'unavailable') {
    const { code, retryAfter, words } = session;
    if (navigates) return problemPage(code, { retryAfter, words });
    return unavailable(code, retryAfter, words);
  }
  const { pathname, search } = request.nextUrl;
  // A session's own token, unlike one that the request brought: a browser is shown a page, a program its 401.
  if (session?.outcome === 'refused' && navigates && explainsRefusal(pathname)) return undefined;
  const token = session?.outcome === 'bearer' ? undefined : await authenticate(headers.get('authorization'));
  if (!(token instanceof Response)) return undefined;
  if (brought || !navigates) return token;
  const reason = session?.outcome === 'ended' ? session.reason : session?.outcome;
  const location = new URL(`${currentConfig().baseUrl}${signInPath(pathname + search, reason)}`);
  return NextResponse.redirect(location, { status: 307, headers: { 'cache-control': 'no-store' } });
}
