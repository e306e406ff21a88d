import { parseForm } from '../../test/idp/browser';
import {
  type CookieJar,
  discover,
  type SignInOptions,
  type SignInResult,
  signInOverHttp,
} from '../../test/idp/client';
import type { RunningApp } from './app';

export const noteScopes = ['read', 'create', 'update', 'delete'].map((verb) => `example:note:${verb}`);

/** What a browser says of a request that one of the app's own pages makes. */
export const sameOrigin = { 'sec-fetch-site': 'same-origin' };

/** Goes to the embedded provider and comes back with a code, as a browser would. */
export function fetchCode(app: RunningApp, options: Partial<SignInOptions> = {}): Promise<SignInResult> {
  return signInOverHttp({
    issuer: app.embeddedIssuer,
    appBaseUrl: app.baseUrl,
    username: 'alice',
    password: 'wonderland',
    scopes: ['openid', 'profile', 'email', ...noteScopes],
    ...options,
  });
}

/** The browser's token request to the app; a change to `undefined` leaves a parameter out. */
export function redeem(
  app: RunningApp,
  { code, codeVerifier, nonce, redirectUri }: SignInResult,
  changes: Record<string, string | undefined> = {},
  headers: Record<string, string> = sameOrigin,
): Promise<Response> {
  const form = {
    grant_type: 'authorization_code',
    client_id: 'claimcheck',
    code,
    code_verifier: codeVerifier,
    nonce,
    redirect_uri: redirectUri,
    ...changes,
  };
  const entries = Object.entries(form).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return fetch(`${app.baseUrl}/auth/token`, { method: 'POST', body: new URLSearchParams(entries), headers });
}

/** The `name=value` of the session cookie that an answer sets. */
export function cookieOf(response: Response): string {
  return response.headers.getSetCookie()[0]?.split(';')[0] ?? '';
}

/**
 * Signs in to the end.
 * @param userAgent what the browser calls itself @returns the header that carries the session from then on
 */
export async function signedIn(
  app: RunningApp,
  { userAgent, ...options }: Partial<SignInOptions> & { userAgent?: string } = {},
): Promise<{ cookie: string }> {
  const headers = { ...sameOrigin, ...(userAgent !== undefined && { 'user-agent': userAgent }) };
  const response = await redeem(app, await fetchCode(app, options), {}, headers);
  if (response.status !== 200) throw new Error(`${response.status}: ${await response.text()}`);
  return { cookie: cookieOf(response) };
}

/** Where the page that a sign-out is answered with leads. */
export function onwardFrom(html: string): string {
  const address = /<a href="([^"]+)"/.exec(html)?.[1] ?? '';
  return address.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
}

/** Signs out on the embedded provider's own page, without going through the app. */
export async function signOutAtProvider(app: RunningApp, jar: CookieJar): Promise<void> {
  const page = await jar.fetch(new URL((await discover(app.embeddedIssuer)).end_session_endpoint));
  const form = parseForm(page.text, page.url);
  if (!form) throw new Error(`${page.status}: ${page.text}`);
  const answer = await jar.fetch(form.action, new URLSearchParams([...form.fields, ['logout', 'yes']]));
  if (answer.status !== 303) throw new Error(`${answer.status}: ${answer.text}`);
}

/** What the app tells a page of its session. */
export async function sessionOf(app: RunningApp, session: { cookie: string }): Promise<object> {
  const answer = await fetch(`${app.baseUrl}/auth/session`, { headers: session });
  return (await answer.json()) as object;
}
