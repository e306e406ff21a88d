import { type NextRequest, NextResponse } from 'next/server';
import { authenticate } from '@/lib/access/gate';
import { explainsRefusal, isApi, isProtectedPage, isSessionRoute, signInPath } from '@/lib/access/pages';
import { currentConfig } from '@/lib/config';
import { isLoopbackAlias } from '@/lib/http/loopback-alias';
import { isNavigation } from '@/lib/http/navigation';
import { pageSecurity } from '@/lib/http/page-security';
import { problem, unavailable } from '@/lib/http/problem';
import { problemPage } from '@/lib/http/problem-page';
import { isCrossSiteWrite } from '@/lib/http/same-origin';
import { formTargets } from '@/lib/provider/form-targets';
import { clearSessionCookie, readSessionCookie } from '@/lib/session/cookie';
import {
  dropSessionCookie,
  encodeName,
  endsAtHeader,
  handleHeader,
  nameHeader,
  stateHeader,
  strip,
} from '@/lib/session/forwarded';
import { type Translation, translate } from '@/lib/session/translate';

export const config = {
  runtime: 'nodejs',
  matcher: [
    // A request that brings its own token has no use for a session; its route handler judges it.
    { source: '/api/:path*', missing: [{ type: 'header', key: 'authorization' }] },
    '/((?!api/|_next/|icon.svg|favicon.ico|robots.txt).*)',
  ],
};

/**
 * Where the cookie ends: strips what a client may not set, turns a session into a bearer token, refuses writes from
 * other sites, and turns people away from pages they may not see. It is a convenience: pages and route handlers
 * verify again and trust nothing that it says.
 */
export default async function middleware(request: NextRequest): Promise<Response> {
  const { baseUrl, secure } = currentConfig();
  const { pathname, search } = request.nextUrl;
  if (!isApi(pathname) && isLoopbackAlias(request.headers.get('host'), baseUrl)) {
    return NextResponse.redirect(Object.assign(new URL(baseUrl), { pathname, search }), 307);
  }
  const bringsToken = request.headers.has('authorization');
  const id = bringsToken ? undefined : readSessionCookie(request.headers.get('cookie'), secure);
  if (id !== undefined && isCrossSiteWrite(request.method, request.headers, baseUrl))
    return problem('cross_site');

  const headers = strip(request.headers);
  // The session's own routes read the cookie by themselves; everything else never sees it.
  if (isSessionRoute(pathname)) return NextResponse.next({ request: { headers } });
  dropSessionCookie(headers, secure);
  const session = id === undefined ? undefined : await translate(id);
  if (session) announce(session, headers);

  if (isApi(pathname)) return forwardToApi(headers, session);
  const response = await forwardToPage(request, headers, session);
  if (isToBeForgotten(request, session)) response.headers.append('set-cookie', clearSessionCookie(secure));
  return response;
}

/**
 * Only a page takes the cookie of an ended session back: until then a script can ask for the reason. One that this
 * instance cannot open may be open to another, which has another secret.
 */
function isToBeForgotten({ method, headers }: NextRequest, session: Translation | undefined): boolean {
  if (session?.outcome !== 'ended' || session.reason === 'unreadable') return false;
  return isNavigation(method, headers);
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
  if (session.outcome === 'unavailable') headers.set(stateHeader, 'unavailable');
}

function forwardToApi(headers: Headers, session: Translation | undefined): Response {
  if (session?.outcome === 'unavailable') {
    return unavailable(session.code, session.retryAfter, session.words);
  }
  return NextResponse.next({ request: { headers } });
}

async function forwardToPage(
  request: NextRequest,
  headers: Headers,
  session: Translation | undefined,
): Promise<Response> {
  const { secure, baseUrl } = currentConfig();
  // Who has a session can sign out, by a form that ends at the provider.
  const targets = await formTargets(session !== undefined);
  const { nonce, policy } = pageSecurity({ formTargets: targets, secure });
  if (isProtectedPage(request.nextUrl.pathname, { host: request.headers.get('host'), baseUrl })) {
    const refusal = await refuseProtected(request, headers, { session, nonce });
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
  { session, nonce }: { session: Translation | undefined; nonce: string },
): Promise<Response | undefined> {
  const navigates = isNavigation(request.method, request.headers);
  if (session?.outcome === 'unavailable') {
    const { code, retryAfter, words } = session;
    if (navigates) return problemPage(code, { nonce, retryAfter, words });
    return unavailable(code, retryAfter, words);
  }
  const { pathname, search } = request.nextUrl;
  // A session's own token, unlike one that the request brought: a browser is shown a page, a program its 401.
  if (session?.outcome === 'refused' && navigates && explainsRefusal(pathname)) return undefined;
  const token = session?.outcome === 'bearer' ? undefined : await authenticate(headers.get('authorization'));
  if (!(token instanceof Response)) return undefined;
  if (request.headers.has('authorization') || !navigates) return token;
  const reason = session?.outcome === 'ended' ? session.reason : session?.outcome;
  const location = signInPath(currentConfig().baseUrl, pathname + search, reason);
  return NextResponse.redirect(location, { status: 307, headers: { 'cache-control': 'no-store' } });
}
