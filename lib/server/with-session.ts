import 'server-only';
import { NextRequest, NextResponse } from 'next/server';
import {
  explainsRefusal,
  isApi,
  isProtectedPage,
  isSessionRoute,
  isWithinInspector,
  signInPath,
} from '../access';
import { actionCall } from '../http/action-call';
import { readAuthorization } from '../http/authorization';
import { pageSecurity } from '../http/content-security-policy';
import { isLoopbackAlias } from '../http/loopback-alias';
import { isNavigation } from '../http/navigation';
import { problem, unavailable } from '../http/problem';
import { problemPage } from '../http/problem-page';
import { isCrossSiteWrite } from '../http/same-origin';
import { hasTokenInAddress } from '../http/token-in-address';
import { unsentFormPage } from '../http/unsent-form-page';
import type { ResolvedSession } from '../session';
import { readSessionCookie } from '../session/cookie';
import {
  dropSessionCookie,
  encodeName,
  endedHeader,
  endsAtHeader,
  handleHeader,
  nameHeader,
  stateHeader,
  strip,
} from '../session/forwarded';
import { currentConfig } from './config';
import { type Answer, type Forwarded, forward, rewrittenPath } from './forward';
import { authenticate } from './protect';
import { sessionBehind } from './session';

/** A middleware of your own. It gets the request as it will be forwarded: without the session's cookie, with its token. */
export type Next = (request: NextRequest) => Answer | Promise<Answer>;

export interface WithSessionOptions {
  /**
   * Says of further paths that only someone signed in may see them, beside the pages in `app/(signed-in)/`: those with a
   * locale in front, for instance. A path as the browser asked for it, or as your middleware has rewritten it.
   */
  readonly isProtected?: (path: string) => boolean;
}

/**
 * Where the cookie ends: strips what a client may not set, turns a session into a bearer token, refuses writes from
 * other sites, and turns people away from pages they may not see. It is a convenience: pages and route handlers
 * verify again and trust nothing that it says.
 * @param next your own middleware, called for whatever is let through but the routes of the session itself (`/auth/…`);
 *   its redirect, rewrite, cookies and headers stand
 */
export async function withSession(
  request: NextRequest,
  next?: Next,
  { isProtected = () => false }: WithSessionOptions = {},
): Promise<Response> {
  const site = currentConfig();
  const { baseUrl } = site;
  const { pathname, search } = request.nextUrl;
  // Before anything writes the address into another one.
  if (isWithinInspector(pathname) && hasTokenInAddress(request.nextUrl)) {
    return NextResponse.redirect(new URL(`${baseUrl}/inspect?refused=address`), {
      status: 303,
      headers: { 'cache-control': 'no-store' },
    });
  }
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
  const session = id === undefined ? undefined : await sessionBehind(id);
  const forwarded = { headers: announce(session, headers), elsewhere: headers, site };
  if (isApi(pathname)) return forwardToApi({ request, forwarded, next }, session);
  return forwardToPage({ request, forwarded, next }, { session, brought, isProtected });
}

/** A request on its way to what answers it. */
interface Passing {
  readonly request: NextRequest;
  readonly forwarded: Forwarded;
  readonly next: Next | undefined;
}

/** Who asks: the session of their browser, if it has one, or a token of their own. */
interface Asking {
  readonly session: ResolvedSession | undefined;
  readonly brought: boolean;
  readonly isProtected: (path: string) => boolean;
}

/** A copy of the headers that tells what comes behind of the session, in the one form it understands. */
function announce(session: ResolvedSession | undefined, incoming: Headers): Headers {
  const headers = new Headers(incoming);
  if (session?.outcome === 'bearer' || session?.outcome === 'refused') {
    headers.set('authorization', `Bearer ${session.token}`);
  }
  if (session?.outcome === 'bearer') {
    headers.set(nameHeader, encodeName(session.name));
    headers.set(handleHeader, session.handle);
    headers.set(endsAtHeader, String(session.endsAt));
  }
  // The cookie of an ended session stays until the next sign-in replaces it: an answer that took it back might reach the
  // browser after another tab's sign-in, and would take that one's, for a cookie is taken back by name alone.
  if (session?.outcome === 'ended') headers.set(endedHeader, session.reason);
  if (session?.outcome === 'unavailable') headers.set(stateHeader, session.code);
  return headers;
}

async function forwardToApi(passing: Passing, session: ResolvedSession | undefined): Promise<Response> {
  if (session?.outcome === 'unavailable') {
    return unavailable(session.code, session.retryAfter, session.words);
  }
  return (await pass(passing)).response;
}

async function forwardToPage(passing: Passing, asking: Asking): Promise<Response> {
  const { request, forwarded } = passing;
  const { secure, baseUrl, host: listensOn } = currentConfig();
  const { nonce, policy } = pageSecurity({ secure });
  const asked = { host: request.headers.get('host'), baseUrl, listensOn };
  const isGuarded = (path: string) => asking.isProtected(path) || isProtectedPage(path, asked);
  const { pathname } = request.nextUrl;
  const call = actionCall(request.method, request.headers);
  if (call) {
    // With or without a session. What Next refuses by itself it answers with 500.
    if (isCrossSiteWrite(request.method, request.headers, baseUrl)) return problem('cross_site');
    // Next compares `Origin` with it; a proxy may pass on any `Host`.
    forwarded.headers.set('x-forwarded-host', new URL(baseUrl).host);
  }
  // An action judges for itself, and tells the form, which keeps what is in it.
  const refusalOf = async (path: string) =>
    call !== 'script' && isGuarded(path) ? refuseProtected(passing, asking) : undefined;
  const refusal = await refusalOf(pathname);
  if (refusal) return refusal;
  forwarded.headers.set('x-nonce', nonce);
  forwarded.headers.set('content-security-policy', policy);
  const { response, rewritten } = await pass(passing);
  const turnedAway = rewritten !== undefined && rewritten !== pathname && (await refusalOf(rewritten));
  if (turnedAway) return turnedAway;
  if (!response.headers.has('content-security-policy')) {
    response.headers.set('content-security-policy', policy);
  }
  // What is made for one person is kept by nobody, whatever the rest of the middleware says.
  if (asking.session || asking.brought || !response.headers.has('cache-control')) {
    response.headers.set('cache-control', 'no-store');
  }
  return response;
}

async function pass({ request, forwarded, next }: Passing) {
  const answer = await next?.(new NextRequest(request, { headers: forwarded.headers }));
  return {
    response: forward(answer, forwarded, request.nextUrl),
    rewritten: rewrittenPath(answer, request.nextUrl),
  };
}

/** The answer for somebody who may not see a protected page, or undefined for everybody else. */
async function refuseProtected(
  { request, forwarded }: Passing,
  { session, brought }: Asking,
): Promise<Response | undefined> {
  const navigates = isNavigation(request.method, request.headers);
  const isForm = actionCall(request.method, request.headers) === 'form' && !brought;
  if (session?.outcome === 'unavailable') {
    const { code, retryAfter, words } = session;
    if (isForm) return unsentFormPage(code, { words });
    if (navigates) return problemPage(code, { retryAfter, words });
    return unavailable(code, retryAfter, words);
  }
  const { pathname, search } = request.nextUrl;
  // A session's own token, unlike one that the request brought: a browser is shown a page, a program its 401.
  if (session?.outcome === 'refused' && navigates && explainsRefusal(pathname)) return undefined;
  const token = session?.outcome === 'bearer' ? undefined : await authenticate(forwarded.headers);
  if (!(token instanceof Response)) return undefined;
  if (brought || !(navigates || isForm)) return token;
  const reason = session?.outcome === 'ended' ? session.reason : session?.outcome;
  const signIn = signInPath(pathname + search, reason);
  if (isForm) return unsentFormPage('unauthenticated', { signIn });
  const location = new URL(`${currentConfig().baseUrl}${signIn}`);
  return NextResponse.redirect(location, { status: 307, headers: { 'cache-control': 'no-store' } });
}
