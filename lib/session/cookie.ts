import { createHash, randomBytes } from 'node:crypto';

/** Where the app is, as far as its cookie is concerned; a `Config` says it. */
export interface CookieSite {
  /** Whether people reach it over https. */
  readonly secure: boolean;
  /** Its public URL, base path included. */
  readonly baseUrl: string;
}

/**
 * The cookie's name: bound to host and https where there is https (RFC 6265bis §4.1.3.2). Elsewhere it is one that no
 * other app has, nor another of these: cookies reach every port of a host (RFC 6265 §8.5), and on `localhost` many apps
 * live side by side.
 *
 * `__Host-` asks for `Path=/`, which every app of the host would be sent. So below a base path the cookie has that path and
 * the prefix `__Secure-` (§4.1.3.1): still set over https alone, but no longer beyond the reach of a sibling domain that
 * sets one of its name. The path is part of the name, too: an app below another's path is sent both cookies.
 */
export function sessionCookieName({ secure, baseUrl }: CookieSite): string {
  const { port, pathname } = new URL(baseUrl);
  if (pathname === '/') return secure ? '__Host-session' : `claimcheck_session_${port || '80'}`;
  const place = pathname.replaceAll(/[^A-Za-z0-9]/g, '_');
  return secure ? `__Secure-session${place}` : `claimcheck_session_${port || '80'}${place}`;
}

/** A new session id: 256 random bits. It exists only in the browser's cookie. */
export function newSessionId(): string {
  return randomBytes(32).toString('base64url');
}

/** The form in which a session id is stored and looked up. */
export function hashSessionId(id: string): string {
  return createHash('sha256').update(id).digest('base64url');
}

/** The session id of a `Cookie` header; undefined where there is none, or something that never was one. */
export function readSessionCookie(cookieHeader: string | null, site: CookieSite): string | undefined {
  const name = sessionCookieName(site);
  for (const pair of (cookieHeader ?? '').split(';')) {
    const [key, ...rest] = pair.trim().split('=');
    const value = rest.join('=');
    if (key === name && /^[A-Za-z0-9_-]{43}$/.test(value)) return value;
  }
  return undefined;
}

/** A `Cookie` header without the session cookie: behind the middleware nobody needs it. */
export function withoutSessionCookie(cookieHeader: string, site: CookieSite): string {
  const prefix = `${sessionCookieName(site)}=`;
  return cookieHeader
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair !== '' && !pair.startsWith(prefix))
    .join('; ');
}

/** `Set-Cookie` that hands the session to the browser. @param maxAge seconds */
export function setSessionCookie(id: string, site: CookieSite, maxAge: number): string {
  const attributes = [
    `Path=${new URL(site.baseUrl).pathname}`,
    `Max-Age=${maxAge}`,
    'HttpOnly',
    'SameSite=Lax',
    ...(site.secure ? ['Secure'] : []),
  ];
  return [`${sessionCookieName(site)}=${id}`, ...attributes].join('; ');
}

/** `Set-Cookie` that takes it back. */
export function clearSessionCookie(site: CookieSite): string {
  return setSessionCookie('', site, 0);
}
