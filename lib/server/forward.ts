import 'server-only';
import { type NextMiddleware, NextResponse } from 'next/server';
import { basePath } from '../config/base-path';
import type { CookieSite } from '../session/cookie';
import { dropSessionCookie, isInternalHeader } from '../session/forwarded';

/** What a middleware answers; nothing where the request is to go on as it is. */
export type Answer = Awaited<ReturnType<NextMiddleware>>;

export interface Forwarded {
  /** What pages and route handlers of this app get. */
  readonly headers: Headers;
  /** What another server gets, to which a middleware rewrites a request: nothing of the session. */
  readonly elsewhere: Headers;
  readonly site: CookieSite;
}

/** By these, Next's middleware says what is to become of the request's headers. */
const overridden = 'x-middleware-override-headers';
const overriddenOne = 'x-middleware-request-';
const rewriteHeader = 'x-middleware-rewrite';

/** The path within this app that a middleware has rewritten a request to, if it has. */
export function rewrittenPath(answer: Answer, asked: URL): string | undefined {
  const target = rewriteOf(answer, asked);
  if (target?.origin !== asked.origin) return undefined;
  const base = basePath();
  return target.pathname.startsWith(`${base}/`) ? target.pathname.slice(base.length) : target.pathname;
}

function rewriteOf(answer: Answer, asked: URL): URL | undefined {
  const target = answer?.headers.get(rewriteHeader);
  return target ? new URL(target, asked) : undefined;
}

/**
 * A middleware's answer, going on with the forwarded headers where the request goes on. What the middleware has set on
 * the request stands, but for what only the session may say.
 */
export function forward(answer: Answer, forwarded: Forwarded, asked: URL): NextResponse {
  if (!answer) return NextResponse.next({ request: { headers: forwarded.headers } });
  // A copy: the headers of a redirect cannot be changed.
  const response = new NextResponse(answer.body, answer);
  const target = rewriteOf(answer, asked);
  if (!target && !answer.headers.has('x-middleware-next')) return response;
  const isElsewhere = target !== undefined && target.origin !== asked.origin;
  const { headers: here, elsewhere, site } = forwarded;
  const headers = merged(answer.headers, isElsewhere ? elsewhere : here);
  dropSessionCookie(headers, site);
  for (const [name] of answer.headers) if (name.startsWith(overriddenOne)) response.headers.delete(name);
  for (const [name, value] of NextResponse.next({ request: { headers } }).headers) {
    if (name === overridden || name.startsWith(overriddenOne)) response.headers.set(name, value);
  }
  return response;
}

/** Headers of the request as a middleware has set them, or as they came. */
function merged(answered: Headers, forwarded: Headers): Headers {
  const names = answered.get(overridden);
  if (names === null) return new Headers(forwarded);
  const headers = new Headers();
  for (const name of names.split(',').map((one) => one.trim())) {
    const value = answered.get(overriddenOne + name);
    if (value !== null && !isOurs(name)) headers.set(name, value);
  }
  for (const [name, value] of forwarded) if (isOurs(name)) headers.set(name, value);
  return headers;
}

const isOurs = (name: string) => name === 'authorization' || isInternalHeader(name);
