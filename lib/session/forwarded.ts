import { type CookieSite, withoutSessionCookie } from './cookie';

/**
 * The request header in which the middleware tells pages how the person is called, for a greeting: the access tokens
 * of many providers have no name. It proves nothing.
 */
export const nameHeader = 'x-session-name';

/** Tells pages that there is a session which cannot be told just now, by the code of the problem. */
export const stateHeader = 'x-session-state';

/** Tells pages which session they are shown in, by its handle, to mark it in a list of all of them. */
export const handleHeader = 'x-session-handle';

/** Tells pages when the session ends whatever happens, in milliseconds since the epoch. */
export const endsAtHeader = 'x-session-ends-at';

/** Tells pages why the session that the browser brought is over. */
export const endedHeader = 'x-session-ended';

/** What only the middleware may say to pages; from outside it is dropped. */
const internalHeaders = [
  ...[nameHeader, stateHeader, handleHeader, endsAtHeader, endedHeader],
  ...['x-nonce', 'content-security-policy'],
];

/** Whether pages believe this header because only the middleware can set it. */
export const isInternalHeader = (name: string): boolean => internalHeaders.includes(name);

/** A copy of a request's headers without what a client may not set. */
export function strip(incoming: Headers): Headers {
  const headers = new Headers(incoming);
  for (const name of internalHeaders) headers.delete(name);
  return headers;
}

/** Takes the session cookie out of forwarded headers: behind the middleware there are bearer tokens only. */
export function dropSessionCookie(headers: Headers, site: CookieSite): void {
  const cookies = withoutSessionCookie(headers.get('cookie') ?? '', site);
  if (cookies) headers.set('cookie', cookies);
  else headers.delete('cookie');
}

/**
 * Header values are Latin-1; names are not. Half a surrogate pair, whether the provider sent it or cutting made it,
 * cannot be encoded at all and would fail every request of that person.
 */
export function encodeName(name: string): string {
  const cut = [...name.slice(0, 400)].slice(0, 200).join('');
  return encodeURIComponent(cut.replace(/\p{Surrogate}/gu, '\uFFFD'));
}

export function decodeName(value: string | null): string {
  try {
    return decodeURIComponent(value ?? '');
  } catch {
    return '';
  }
}
