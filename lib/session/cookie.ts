import { createHash, randomBytes } from 'node:crypto';

/** The cookie's name: bound to host and https where there is https (RFC 6265bis §4.1.3.2). */
export function sessionCookieName(secure: boolean): string {
  return secure ? '__Host-session' : 'session';
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
export function readSessionCookie(cookieHeader: string | null, secure: boolean): string | undefined {
  const name = sessionCookieName(secure);
  for (const pair of (cookieHeader ?? '').split(';')) {
    const [key, ...rest] = pair.trim().split('=');
    const value = rest.join('=');
    if (key === name && /^[A-Za-z0-9_-]{43}$/.test(value)) return value;
  }
  return undefined;
}

/** A `Cookie` header without the session cookie: behind the middleware nobody needs it. */
export function withoutSessionCookie(cookieHeader: string, secure: boolean): string {
  const prefix = `${sessionCookieName(secure)}=`;
  return cookieHeader
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair !== '' && !pair.startsWith(prefix))
    .join('; ');
}

/** `Set-Cookie` that hands the session to the browser. @param maxAge seconds */
export function setSessionCookie(
  id: string,
  { secure, maxAge }: { secure: boolean; maxAge: number },
): string {
  const attributes = [
    `Path=/`,
    `Max-Age=${maxAge}`,
    'HttpOnly',
    'SameSite=Lax',
    ...(secure ? ['Secure'] : []),
  ];
  return [`${sessionCookieName(secure)}=${id}`, ...attributes].join('; ');
}

/** `Set-Cookie` that takes it back. */
export function clearSessionCookie(secure: boolean): string {
  return setSessionCookie('', { secure, maxAge: 0 });
}
