import type { Browser, BrowserContext, Page } from '@playwright/test';
import type { RunningApp } from './support/app';
import { expect, type Noise, test } from './support/fixtures';
import {
  bringSession,
  expectSignedIn,
  expectSignedOut,
  leaveForProvider,
  lookAt,
  newTitle,
  noteCard,
  sessionCookieNamed,
  sessionNotice,
  sessionOf,
  signIn,
  signInAgain,
  type Username,
} from './support/steps';

const firefox = 'Mozilla/5.0 (Android 15; Mobile; rv:144.0) Gecko/144.0 Firefox/144.0';
const safari =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1';

interface Setting {
  browser: Browser;
  app: RunningApp;
  noise: Noise;
}

/** Another browser of the same person, signed in. */
async function otherBrowser(
  { browser, app, noise }: Setting,
  { as = 'alice', userAgent = firefox }: { as?: Username; userAgent?: string } = {},
): Promise<{ context: BrowserContext; page: Page }> {
  const context = await browser.newContext({ baseURL: app.baseUrl, userAgent, javaScriptEnabled: true });
  noise.listenTo(context);
  await bringSession(context, app, { as, userAgent });
  return { context, page: await context.newPage() };
}

/** Signs this browser in, and nothing else: what other tests have left is ended. */
async function bringOnlySession(page: Page, app: RunningApp, as: Username = 'alice'): Promise<void> {
  await bringSession(page.context(), app, { as });
  await endSessions(page, { others: 'all' });
}

const endSessions = (page: Page, form: Record<string, string>, headers: Record<string, string> = {}) =>
  page.request.post('/auth/sessions/end', { form, headers, maxRedirects: 0 });

const device = (page: Page, name: string) =>
  page
    .getByRole('main')
    .getByRole('listitem')
    .filter({ has: page.getByRole('heading', { name, level: 3 }) });

/** The handles that a person's page knows of, by their forms. */
const handlesOn = (page: Page) =>
  page
    .locator('input[name=session]')
    .evaluateAll((inputs) => inputs.map((input) => input.getAttribute('value')));

test('a person sees where they are signed in, in words, and which of it is here', async ({
  page,
  browser,
  app,
  noise,
}) => {
  await signIn(page);
  await endSessions(page, { others: 'all' });
  const other = await otherBrowser({ browser, app, noise });
  await page.getByRole('link', { name: 'Sessions', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Where you are signed in');
  await expect(page).toHaveTitle('Sessions · Claimcheck');
  const devices = page.getByRole('main').getByRole('heading', { level: 3 });
  await expect(devices).toHaveText([/^Chrome on Linux\s*This session$/, 'Firefox on Android']);
  const here = device(page, 'Chrome on Linux');
  await expect(here).toContainText('Last usedNow');
  await expect(here.getByRole('button')).toHaveCount(0);
  const there = device(page, 'Firefox on Android');
  await expect(there).toContainText(/Signed in.+Last used.+Ends by.+/);
  await expect(there.getByRole('button', { name: 'End the session of Firefox on Android' })).toBeVisible();

  await other.page.goto('/sessions');
  await expect(device(other.page, 'Firefox on Android')).toContainText('This session');
  await expect(device(other.page, 'Chrome on Linux')).not.toContainText('This session');
  await other.context.close();
});

test('a person signed in nowhere else is told so, and finds nothing to end', async ({ page, app }) => {
  await bringOnlySession(page, app, 'carol');
  await page.goto('/sessions');
  await expect(page.getByText('You are signed in here only.')).toBeVisible();
  await expect(page.getByRole('main').getByRole('button', { name: /^End/ })).toHaveCount(0);
  await expect(page.getByText('A session that is not used for 1 hour ends by itself.')).toBeVisible();
});

test('ending one is noticed in the other browser, where the note that was begun is saved after signing in', async ({
  page,
  browser,
  app,
  noise,
}) => {
  test.slow();
  await bringOnlySession(page, app);
  const other = await otherBrowser({ browser, app, noise });
  const title = newTitle('Half written');
  await other.page.goto('/notes');
  const form = other.page.getByRole('form', { name: 'New note' });
  await form.getByLabel('Title').fill(title);

  await page.goto('/sessions');
  await device(page, 'Firefox on Android').getByRole('button').click();
  await expect(page.getByRole('status').getByText('One session was ended.')).toBeVisible();
  await expect(page.getByText('You are signed in here only.')).toBeVisible();
  await expectSignedIn(page, 'alice');

  await lookAt(other.page);
  await expect(sessionNotice(other.page)).toContainText(
    'You were signed out from another browser or device.',
  );
  await expect(form.getByLabel('Title')).toHaveValue(title);
  await signInAgain(other.page, 'alice', { known: false });
  await expect(other.page).toHaveURL('/notes');
  await expect(form.getByLabel('Title')).toHaveValue(title);
  await form.getByRole('button', { name: 'Create note' }).click();
  await expect(noteCard(other.page, title)).toBeVisible();
  await other.context.close();
});

test('ending all others leaves this one alone', async ({ page, browser, app, noise }) => {
  await bringOnlySession(page, app);
  const others = [await otherBrowser({ browser, app, noise })];
  others.push(await otherBrowser({ browser, app, noise }, { userAgent: safari }));
  const bob = await otherBrowser({ browser, app, noise }, { as: 'bob' });
  await page.goto('/sessions');
  await expect(page.getByRole('main').getByRole('heading', { level: 3 })).toHaveCount(3);
  await page.getByRole('button', { name: 'End all others' }).click();
  await expect(page.getByRole('status').getByText('2 sessions were ended.')).toBeVisible();
  await expect(page.getByRole('main').getByRole('heading', { level: 3 })).toHaveCount(1);
  await expectSignedIn(page, 'alice');
  for (const other of others) {
    expect(await sessionOf(other.page)).toEqual({ signedIn: false, reason: 'elsewhere' });
    await other.page.goto('/notes');
    await expect(
      other.page.getByRole('status').getByText('You were signed out from another browser or device.'),
    ).toBeVisible();
    await other.context.close();
  }
  expect((await sessionOf(bob.page)).signedIn).toBe(true);
  await bob.context.close();
});

test.describe('nobody ends what is not theirs to end', () => {
  test("another person's session, nor their own, nor one that never was", async ({
    page,
    browser,
    app,
    noise,
  }) => {
    await bringOnlySession(page, app, 'alice');
    const other = await otherBrowser({ browser, app, noise });
    await other.page.goto('/sessions');
    const [alices = ''] = await handlesOn(other.page);
    await page.goto('/sessions');
    const [others = ''] = await handlesOn(page);
    const bob = await otherBrowser({ browser, app, noise }, { as: 'bob' });
    const none = `${app.baseUrl}/sessions?ended=0`;
    for (const handle of [alices, others, '', 'x'.repeat(43), "' or 1=1 --"]) {
      expect((await endSessions(bob.page, { session: handle ?? '' })).headers().location).toBe(none);
    }
    // Signing out has a button of its own.
    expect((await endSessions(page, { session: alices ?? '' })).headers().location).toBe(none);
    for (const person of [page, other.page, bob.page]) expect((await sessionOf(person)).signedIn).toBe(true);
    await bob.context.close();
    await other.context.close();
  });

  test('from another site, or without a session', async ({ page, context, browser, app, noise }) => {
    await bringOnlySession(page, app);
    const other = await otherBrowser({ browser, app, noise });
    const elsewhere: Record<string, string>[] = [
      { 'sec-fetch-site': 'cross-site' },
      { origin: 'https://evil.example' },
    ];
    for (const headers of elsewhere) {
      expect((await endSessions(page, { others: 'all' }, headers)).status()).toBe(403);
    }
    await context.clearCookies({ name: sessionCookieNamed });
    const answer = await endSessions(page, { others: 'all' });
    expect([answer.status(), answer.headers().location]).toEqual([
      303,
      `${app.baseUrl}/login?returnTo=%2Fsessions`,
    ]);
    expect((await sessionOf(other.page)).signedIn).toBe(true);
    await other.context.close();
  });
});

test('an address that claims that something was ended says nothing odd', async ({ page, app }) => {
  await bringOnlySession(page, app);
  for (const ended of ['-1', '1e9', '<b>you</b>', '1&ended=2', '9'.repeat(400), '%00']) {
    await page.goto(`/sessions?ended=${ended}`);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Where you are signed in');
    await expect(page.getByText(/ended\.|was ended|were ended/)).toHaveCount(0);
  }
});

test('a request that brings a token of its own sees the list, with nothing marked or to be ended', async ({
  page,
  app,
  request,
}) => {
  await bringOnlySession(page, app);
  const revealed = await page.request.post('/auth/reveal', { headers: { 'sec-fetch-site': 'same-origin' } });
  const authorization = `Bearer ${(await revealed.json()).access_token}`;
  const answer = await request.get('/sessions', { headers: { authorization, 'x-session-handle': 'forged' } });
  expect(answer.status()).toBe(200);
  const text = await answer.text();
  expect(text).toContain('Node.js');
  expect(text).not.toContain('This session<');
  expect(text).not.toContain('End all others');
});

test.describe('signing out', () => {
  test('of this app leaves the provider and other browsers alone', async ({ page, browser, app, noise }) => {
    await signIn(page, { from: '/sessions' });
    const other = await otherBrowser({ browser, app, noise });
    await page.getByRole('button', { name: 'Sign out of this app' }).click();
    await expect(page.getByRole('heading', { name: 'You are not signed in' })).toBeVisible();
    await expectSignedOut(page);
    expect((await sessionOf(other.page)).signedIn).toBe(true);
    await leaveForProvider(page);
    await expect(page.getByRole('button', { name: 'Allow' }), 'the provider knows her').toBeVisible();
    await other.context.close();
  });

  test('everywhere ends the provider’s session and every other', async ({ page, browser, app, noise }) => {
    await signIn(page, { from: '/sessions' });
    const other = await otherBrowser({ browser, app, noise });
    await page.getByRole('button', { name: 'Sign out everywhere' }).click();
    await expect(page.getByRole('heading', { name: 'You are not signed in' })).toBeVisible();
    await expectSignedOut(page);
    expect(await sessionOf(other.page)).toEqual({ signedIn: false, reason: 'elsewhere' });
    await leaveForProvider(page);
    await expect(page.getByLabel('Password')).toBeVisible();
    await other.context.close();
  });
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('sessions are listed and ended, and a person signs out everywhere', async ({
    page,
    context,
    browser,
    app,
    noise,
  }) => {
    await bringOnlySession(page, app);
    const others = [await otherBrowser({ browser, app, noise })];
    others.push(await otherBrowser({ browser, app, noise }, { userAgent: safari }));
    await page.goto('/sessions');
    await device(page, 'Firefox on Android').getByRole('button').click();
    await expect(page.getByText('One session was ended.')).toBeVisible();
    await expect(device(page, 'Safari on iPhone')).toContainText('UTC');
    await page.getByRole('button', { name: 'Sign out everywhere' }).click();
    // The provider does not know this browser, and asks.
    await page.getByRole('button', { name: 'Continue' }).click();
    await expect(page.getByRole('heading', { name: 'You are not signed in' })).toBeVisible();
    expect((await context.cookies()).filter(({ name }) => sessionCookieNamed.test(name))).toEqual([]);
    for (const other of others) {
      expect((await sessionOf(other.page)).signedIn).toBe(false);
      await other.context.close();
    }
  });
});
