import { sessionCookieName } from '../lib/session/cookie';
import { expect, test } from './support/fixtures';
import {
  back,
  bringSession,
  createNote,
  expectSignedIn,
  expectSignedOut,
  haveNote,
  newTitle,
  noteCard,
  pressSignIn,
  sessionCookie,
  sessionCookieNamed,
  sessionOf,
  signIn,
  signOut,
  wordsIn,
} from './support/steps';

test.describe('the back button after sign-out', () => {
  test('leads from the notes to the sign-in page, with no note to be seen', async ({
    page,
    context,
    app,
  }) => {
    await bringSession(context, app);
    const title = newTitle('Secret garden');
    await page.goto('/notes');
    await createNote(page, { title });
    await signOut(page);
    await back(page);
    await expect(page).toHaveURL('/login?returnTo=%2Fnotes');
    await expect(page.getByText(title)).toHaveCount(0);
    expect(wordsIn(await page.content(), title)).toEqual([]);
  });

  test('leads from a revealed token to the sign-in page, with no token to be seen', async ({
    page,
    context,
    app,
  }) => {
    await bringSession(context, app);
    await page.goto('/token');
    await page.getByRole('button', { name: 'Reveal access token' }).click();
    await expect(page.getByLabel('Access token', { exact: true })).toHaveText(/^eyJ/);
    await signOut(page);
    await back(page);
    await expect(page).toHaveURL('/login?returnTo=%2Ftoken');
    await expect(page.getByLabel('Access token', { exact: true })).toHaveCount(0);
    expect(wordsIn(await page.content(), 'eyJ')).toEqual([]);
  });

  test('shows a start page that knows nobody', async ({ page, context, app }) => {
    await bringSession(context, app);
    await page.goto('/');
    await expectSignedIn(page, 'alice');
    await signOut(page);
    await back(page);
    await expect(page.getByRole('heading', { name: 'You are not signed in' })).toBeVisible();
    expect(wordsIn(await page.content(), 'Alice Liddell')).toEqual([]);
  });
});

test.describe('the session cookie', () => {
  test('is opaque, short, out of reach of scripts, and for this host alone', async ({ page, context }) => {
    await signIn(page);
    const cookies = (await context.cookies()).filter(({ name }) => !name.startsWith('claimcheck_idp_'));
    expect(cookies).toMatchObject([
      {
        name: expect.stringMatching(sessionCookieNamed),
        domain: 'localhost',
        path: '/',
        httpOnly: true,
        sameSite: 'Lax',
      },
    ]);
    expect(cookies[0]?.value.length).toBeLessThan(100);
    expect(cookies[0]?.value).toMatch(/^[\w-]{43}$/);
    expect(await page.evaluate(() => document.cookie)).toBe('');
  });

  test('is another one after each sign-in, and the old one is dead', async ({
    page,
    context,
    request,
    app,
  }) => {
    await bringSession(context, app);
    const first = await sessionCookie(context);
    const withFirst = () =>
      request.get('/api/my-token', { headers: { cookie: `${first?.name}=${first?.value}` } });
    expect((await withFirst()).status()).toBe(200);

    await signIn(page);
    const second = await sessionCookie(context);
    expect(second?.value).not.toBe(first?.value);
    expect((await withFirst()).status()).toBe(401);
    expect((await page.request.get('/api/my-token')).status()).toBe(200);
  });

  test('is dead after sign-out, even for who has kept a copy', async ({ page, context, request, app }) => {
    await bringSession(context, app);
    const copy = await sessionCookie(context);
    await page.goto('/');
    await signOut(page);
    expect(await sessionCookie(context)).toBeUndefined();
    for (const path of ['/api/my-token', '/api/notes']) {
      const answer = await request.get(path, { headers: { cookie: `${copy?.name}=${copy?.value}` } });
      expect(answer.status()).toBe(401);
    }
  });

  for (const [how, tamper] of Object.entries({
    'has a changed character': (value: string) => (value[0] === 'A' ? 'B' : 'A') + value.slice(1),
    'was never issued': () => 'x'.repeat(43),
  })) {
    test(`that ${how} signs out, and the sign-in page says so until a sign-in replaces it`, async ({
      page,
      context,
      app,
    }) => {
      await bringSession(context, app);
      const cookie = await sessionCookie(context);
      await context.addCookies([
        { name: cookie?.name ?? '', value: tamper(cookie?.value ?? ''), url: app.baseUrl },
      ]);
      await page.goto('/notes');
      await expect(page).toHaveURL(/\/login\?/);
      await expect(page.getByRole('status').getByText('Your session has ended.')).toBeVisible();
      await expectSignedOut(page);
      await signIn(page);
      await expectSignedIn(page, 'alice');
    });
  }

  test('that is nothing like one means signed out', async ({ page, context, app }) => {
    for (const value of ['alice', 'x'.repeat(3_000), '%00', 'eyJhbGciOiJub25lIn0.e30.']) {
      await context.addCookies([
        { name: sessionCookieName({ secure: false, baseUrl: app.baseUrl }), value, url: app.baseUrl },
      ]);
      await page.goto('/notes');
      await expect(page).toHaveURL(/\/login\?/);
      await expectSignedOut(page);
    }
  });
});

test.describe('a session that ends while someone writes', () => {
  test('loses no word: after signing in again the new note is there to be saved', async ({
    page,
    context,
  }) => {
    await signIn(page, { from: '/notes' });
    const title = newTitle('Unfinished');
    const form = page.getByRole('form', { name: 'New note' });
    await form.getByLabel('Title').fill(title);
    await form.getByLabel('Text').fill('It was a bright cold day');
    await context.clearCookies({ name: sessionCookieNamed });
    await form.getByRole('button', { name: 'Create note' }).click();
    await expect(form.getByRole('alert')).toContainText(
      'Your session has ended. Your text is kept in this tab.',
    );
    await expect(form.getByLabel('Title')).toHaveValue(title);

    await form.getByRole('link', { name: 'Sign in again' }).click();
    await pressSignIn(page);
    await page.getByRole('button', { name: 'Allow' }).click();
    await expect(page).toHaveURL('/notes');
    await expect(form.getByLabel('Title')).toHaveValue(title);
    await expect(form.getByLabel('Text')).toHaveValue('It was a bright cold day');
    await form.getByRole('button', { name: 'Create note' }).click();
    await expect(noteCard(page, title)).toContainText('It was a bright cold day');
    await expect(form.getByLabel('Title')).toHaveValue('');
  });

  test('loses no word of a change to a note', async ({ page, context, noise }) => {
    noise.allow(/status of 401 .*\/api\/notes/);
    await signIn(page, { from: '/notes' });
    const title = newTitle('Diary');
    await haveNote(page, { title });
    await page.reload();
    await noteCard(page, title).getByRole('button', { name: 'Edit' }).click();
    const editor = page.getByRole('form', { name: `Edit ${title}` });
    await editor.getByLabel('Text').fill('Dear diary');
    await context.clearCookies({ name: sessionCookieNamed });
    await editor.getByRole('button', { name: 'Save' }).click();
    await editor.getByRole('link', { name: 'Sign in again' }).click();
    await pressSignIn(page);
    await page.getByRole('button', { name: 'Allow' }).click();
    await expect(editor.getByLabel('Text')).toHaveValue('Dear diary');
    await editor.getByRole('button', { name: 'Save' }).click();
    await expect(noteCard(page, title)).toContainText('Dear diary');
  });

  test('keeps the words from the next person at this browser', async ({ page, context, app }) => {
    await bringSession(context, app, { as: 'alice' });
    await page.goto('/notes');
    const form = page.getByRole('form', { name: 'New note' });
    await form.getByLabel('Title').fill('For my eyes only');
    const kept = () => page.evaluate(() => Object.values(sessionStorage).join());
    await expect.poll(kept).toContain('For my eyes only');
    await context.clearCookies({ name: sessionCookieNamed });
    await bringSession(context, app, { as: 'bob' });
    await page.goto('/notes');
    await expectSignedIn(page, 'bob');
    await expect(form.getByLabel('Title')).toHaveValue('');
    await expect.poll(kept).toBe('');
  });

  test('at sign-out forgets the words', async ({ page, context, app }) => {
    await bringSession(context, app);
    await page.goto('/notes');
    await page.getByRole('form', { name: 'New note' }).getByLabel('Title').fill('Draft');
    await expect.poll(() => page.evaluate(() => sessionStorage.length)).toBe(1);
    await signOut(page);
    expect(await page.evaluate(() => sessionStorage.length)).toBe(0);
  });
});

test('signing out in one tab is noticed by the other at its next step', async ({
  page,
  context,
  app,
  noise,
}) => {
  noise.allow(/status of 401 .*\/token\?_rsc=.*\)/);
  await bringSession(context, app);
  await page.goto('/notes');
  const other = await context.newPage();
  await other.goto('/');
  await signOut(other);
  const form = page.getByRole('form', { name: 'New note' });
  await form.getByLabel('Title').fill('Too late');
  await form.getByRole('button', { name: 'Create note' }).click();
  await expect(form.getByRole('alert')).toContainText('Your session has ended.');
  await page.getByRole('link', { name: 'Token', exact: true }).click();
  await expect(page).toHaveURL('/login?returnTo=%2Ftoken');
});

test('a session outlives the browser window', async ({ page, context, browser, app, noise }) => {
  await signIn(page);
  const cookie = await sessionCookie(context);
  expect(cookie?.expires).toBeGreaterThan(Date.now() / 1_000 + 3_600);
  const later = await browser.newContext({
    storageState: await context.storageState(),
    baseURL: app.baseUrl,
  });
  noise.listenTo(later);
  const reopened = await later.newPage();
  await reopened.goto('/notes');
  await expectSignedIn(reopened, 'alice');
  expect((await sessionOf(reopened)).signedIn).toBe(true);
  await later.close();
});
