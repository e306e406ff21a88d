import { randomUUID } from 'node:crypto';
import { type BrowserContext, expect, type Locator, type Page } from '@playwright/test';
import { allow as allowTheRest, enterPassword } from '../kit/sign-in';
import type { RunningApp } from './app';
import { signedIn } from './session';

export const people = {
  alice: 'Alice Liddell',
  bob: 'Bob Carpenter',
  carol: 'Carol Duchess',
} as const;

export type Username = keyof typeof people;

/** Check boxes of the sign-in page and of the consent page, by how their label begins. */
export type Permission = 'Read notes' | 'Create notes' | 'Change notes' | 'Delete notes';

export interface SignIn {
  as?: Username;
  /** Page of the app at which it begins; one that needs a session leads to the sign-in page by itself. */
  from?: string;
  /** Boxes to untick on the app's sign-in page. */
  untick?: readonly Permission[];
  /** Boxes to untick on the provider's consent page. */
  untickAtProvider?: readonly Permission[];
}

/** The whole way through, in the browser, until the app greets the person. */
export async function signIn(page: Page, { as = 'alice', ...options }: SignIn = {}): Promise<void> {
  await leaveForProvider(page, options);
  await enterPassword(page, as);
  await allow(page, options.untickAtProvider);
  // Someone who was signed in before is greeted on the callback page already.
  await expect(page).toHaveURL(
    (url) => url.pathname !== '/auth/callback' && !url.pathname.startsWith('/interaction/'),
  );
  await expectSignedIn(page, as);
}

/** Presses the sign-in button of the app and waits for the provider's page. */
export async function leaveForProvider(
  page: Page,
  { from = '/login', untick = [] }: Pick<SignIn, 'from' | 'untick'> = {},
): Promise<void> {
  await page.goto(from);
  if (new URL(page.url()).pathname === '/') {
    await page.getByRole('banner').getByRole('link', { name: 'Sign in' }).click();
  }
  await pressSignIn(page, untick);
}

/** On the app's sign-in page. */
export async function pressSignIn(page: Page, untick: readonly Permission[] = []): Promise<void> {
  const button = page.getByRole('button', { name: /^Sign in with/ });
  await expect(button).toBeEnabled();
  for (const permission of untick) await page.getByRole('checkbox', { name: permission }).uncheck();
  await button.click();
  await expect(page.getByText('Claimcheck identity provider')).toBeVisible();
}

/** On the provider's sign-in page. */
export { enterPassword };

/** On the provider's consent page. */
export async function allow(page: Page, untick: readonly Permission[] = []): Promise<void> {
  for (const permission of untick) await page.getByRole('checkbox', { name: permission }).uncheck();
  await allowTheRest(page);
}

/** On the provider's consent page. */
export async function deny(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Deny' }).click();
}

export async function signOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page.getByRole('heading', { name: 'You are not signed in' })).toBeVisible();
}

export async function expectSignedIn(page: Page, username: Username): Promise<void> {
  await expect(page.getByRole('banner').getByText(people[username])).toBeVisible();
}

export async function expectSignedOut(page: Page): Promise<void> {
  expect(await sessionOf(page)).toMatchObject({ signedIn: false });
  expect((await page.request.get('/api/notes')).status()).toBe(401);
}

/** What the frame around a page says of its session. */
export function sessionNotice(page: Page): Locator {
  return page.locator('.session-notice');
}

/** Comes back to a tab, as far as the tab can tell. */
export async function lookAt(page: Page): Promise<void> {
  await page.evaluate(() => window.dispatchEvent(new Event('focus')));
}

/** Signs in again from a link that leads there, at a provider that still knows the person or not. */
export async function signInAgain(page: Page, as: Username, { known }: { known: boolean }): Promise<void> {
  await page.getByRole('link', { name: 'Sign in again' }).first().click();
  await pressSignIn(page);
  if (!known) await enterPassword(page, as);
  await allow(page);
  await expectSignedIn(page, as);
}

/** The back button. A page that comes back whole from the browser's memory is not loaded again, so nobody waits for that. */
export async function back(page: Page): Promise<void> {
  const navigated = page.waitForEvent('framenavigated');
  // Not `page.goBack`: it asks for the history of a page that may be exchanged at that moment, and fails.
  await page.evaluate(() => setTimeout(() => history.back()));
  await navigated;
}

export interface SessionAnswer {
  signedIn: boolean;
  reason?: string;
  subject?: string;
  name?: string;
  scopes?: string[];
  expiresAt?: number;
}

/** What the app says of this browser's session. */
export async function sessionOf(page: Page): Promise<SessionAnswer> {
  return (await page.request.get('/auth/session')).json();
}

/** The name of the session cookie, whatever the port in it. */
export const sessionCookieNamed = /^claimcheck_session_\d+$/;

export async function sessionCookie(context: BrowserContext) {
  return (await context.cookies()).find(({ name }) => sessionCookieNamed.test(name));
}

/**
 * Gives this browser the session of somebody who signed in by the same requests without it, for tests of what comes
 * after. The provider does not know this browser.
 */
export async function bringSession(
  context: BrowserContext,
  app: RunningApp,
  {
    as = 'alice',
    without = [],
    userAgent,
  }: { as?: Username; without?: readonly string[]; userAgent?: string } = {},
): Promise<void> {
  await carry(context, app, await signedIn(app, { username: as, untick: without, userAgent }));
}

/** Puts a session's cookie into this browser. */
export async function carry(
  context: BrowserContext,
  app: RunningApp,
  { cookie }: { cookie: string },
): Promise<void> {
  const [name = '', value = ''] = cookie.split('=');
  await context.addCookies([{ name, value, url: app.baseUrl, httpOnly: true, sameSite: 'Lax' }]);
}

/** Which of these words are in a text; for texts too long to be shown when a test fails. */
export const wordsIn = (text: string, ...words: readonly string[]) =>
  words.filter((word) => text.includes(word));

/** A title that no other test uses. */
export const newTitle = (topic: string) => `${topic} ${randomUUID().slice(0, 8)}`;

/** A note in the list, while it is not being edited. */
export function noteCard(page: Page, title: string): Locator {
  const heading = page.getByRole('heading', { name: title, exact: true, level: 3 });
  return page.getByRole('listitem').filter({ has: heading });
}

/** Writes a note on the notes page. */
export async function createNote(
  page: Page,
  { title, body = '' }: { title: string; body?: string },
): Promise<void> {
  const form = page.getByRole('form', { name: 'New note' });
  await form.getByLabel('Title').fill(title);
  await form.getByLabel('Text').fill(body);
  await form.getByRole('button', { name: 'Create note' }).click();
  await expect(noteCard(page, title)).toBeVisible();
}

/** Makes a note through the API. @returns its id */
export async function haveNote(page: Page, note: { title: string; body?: string }): Promise<string> {
  const response = await page.request.post('/api/notes', { data: note });
  expect(response.status()).toBe(201);
  return (await response.json()).id;
}

/** A request by the page's own script, whose answer the script reads. */
export async function fetchInPage(
  page: Page,
  path: string,
  init: RequestInit = {},
): Promise<{ status: number; text: string; challenge: string | null }> {
  return page.evaluate(
    async ([url, options]) => {
      const response = await fetch(url, options);
      return {
        status: response.status,
        text: await response.text(),
        challenge: response.headers.get('www-authenticate'),
      };
    },
    [path, init] as const,
  );
}

/** Waits until the session's present token has expired, without asking the app, which would renew it. */
export async function expired(expiresAt: number | undefined): Promise<void> {
  await expect.poll(() => Date.now() / 1_000).toBeGreaterThan(expiresAt ?? Number.POSITIVE_INFINITY);
}

/** Many requests at once by the page. @returns the statuses that occurred */
export function storm(page: Page): Promise<number[]> {
  return page.evaluate(async () => {
    const paths = ['/api/notes', '/api/my-token', '/api/my-scopes', '/auth/session', '/notes', '/token'];
    const answers = await Promise.all([...paths, ...paths, ...paths].map((path) => fetch(path)));
    return [...new Set(answers.map(({ status }) => status))];
  });
}
