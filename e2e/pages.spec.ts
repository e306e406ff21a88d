import AxeBuilder from '@axe-core/playwright';
import type { Browser, BrowserContext, Locator, Page } from '@playwright/test';
import { ageSession } from './support/aged-session';
import type { RunningApp } from './support/app';
import { expect, type Noise, test } from './support/fixtures';
import { keepSession } from './support/kept-session';
import {
  allow,
  bringSession,
  carry,
  createNote,
  enterPassword,
  expectSignedIn,
  haveNote,
  leaveForProvider,
  lookAt,
  newTitle,
  noteCard,
  pressSignIn,
  sessionCookie,
  sessionNotice,
  signIn,
} from './support/steps';

interface Visit {
  page: Page;
  context: BrowserContext;
  app: RunningApp;
}

const settled = (page: Page, heading: string | RegExp) =>
  expect(page.getByRole('heading', { name: heading }).first()).toBeVisible();

async function openNotes(
  { page, context, app }: Visit,
  note: { title: string; body?: string },
): Promise<void> {
  await bringSession(context, app);
  await haveNote(page, note);
  await page.goto('/notes');
  await expect(page.getByRole('form', { name: 'New note' }).getByLabel('Title')).toBeEditable();
}

/** A token of another provider, with words that have no place to break. */
const strangeToken = [
  { alg: 'RS256', typ: 'at+jwt', kid: 'k'.repeat(200) },
  {
    iss: `https://${'i'.repeat(200)}.example`,
    sub: 'x',
    scope: `a ${'s'.repeat(200)}`,
    [`https://${'c'.repeat(80)}`]: ['v'.repeat(300)],
  },
  { signature: 'none' },
]
  .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
  .join('.');

async function bringRefused({ context, app }: Visit, token: string): Promise<void> {
  await carry(context, app, await keepSession(app, token));
}

/** Every page, in every state that looks different, by what it is called in a test's name. */
const places: Record<string, (visit: Visit) => Promise<void>> = {
  'the start page, signed out': async ({ page }) => {
    await page.goto('/');
    await settled(page, 'You are not signed in');
  },
  'the start page, signed in': async ({ page, context, app }) => {
    await bringSession(context, app);
    await page.goto('/');
    await settled(page, 'You are signed in as');
  },
  'the sign-in page': async ({ page }) => {
    await page.goto('/login?reason=ended');
    await expect(page.getByRole('button', { name: /^Sign in with/ })).toBeEnabled();
  },
  'the sign-in page, signed in': async ({ page, context, app }) => {
    await bringSession(context, app);
    await page.goto('/login');
    await expect(page.getByText('You are already signed in')).toBeVisible();
  },
  'a sign-in that failed': async ({ page }) => {
    await page.goto(
      '/auth/callback?error=server_error&error_description=A-long-word'.padEnd(300, '-without-end'),
    );
    await settled(page, 'The provider reported an error');
  },
  'the token page': async ({ page, context, app }) => {
    await bringSession(context, app);
    await page.goto('/token');
    await settled(page, 'Your access token');
  },
  'the token page, revealed': async ({ page, context, app }) => {
    await bringSession(context, app, { without: ['example:note:delete'] });
    await page.goto('/token');
    await page.getByRole('button', { name: 'Reveal access token' }).click();
    await expect(page.getByRole('region', { name: 'Access token' })).toBeVisible();
  },
  'the token page, refused': async (visit) => {
    await bringRefused(visit, strangeToken);
    await visit.page.goto('/token');
    await settled(visit.page, 'Your access token is refused');
    await settled(visit.page, 'Claims, not verified');
  },
  'the token page, refused and no JWT': async (visit) => {
    await bringRefused(visit, 'opaque');
    await visit.page.goto('/token');
    await settled(visit.page, 'Your access token is refused');
  },
  'the start page, refused': async (visit) => {
    await bringRefused(visit, strangeToken);
    await visit.page.goto('/');
    await settled(visit.page, 'Your access token is refused');
  },
  'the sign-in page, refused': async (visit) => {
    await bringRefused(visit, strangeToken);
    await visit.page.goto('/notes');
    await expect(visit.page.getByRole('link', { name: 'See why it was refused' })).toBeVisible();
  },
  'the notes': (visit) =>
    openNotes(visit, { title: newTitle('W'.repeat(120)), body: `${'w'.repeat(400)}\n\nTwo` }),
  'the notes of bob': async ({ page, context, app }) => {
    await bringSession(context, app, { as: 'bob' });
    await page.goto('/notes');
    await settled(page, 'Your notes');
  },
  'the notes of carol': async ({ page, context, app }) => {
    await bringSession(context, app, { as: 'carol' });
    await page.goto('/notes');
    await settled(page, 'Your notes');
  },
  'a note being edited, with a mistake': async (visit) => {
    const title = newTitle('Edited');
    await openNotes(visit, { title });
    await noteCard(visit.page, title).getByRole('button', { name: 'Edit' }).click();
    const editor = visit.page.getByRole('form', { name: `Edit ${title}` });
    await editor.getByLabel('Title').fill('x'.repeat(201));
    await editor.getByRole('button', { name: 'Save' }).click();
    await expect(editor.getByText('The title must have at most 200 characters.')).toBeVisible();
  },
  'a note changed by two': async (visit) => {
    const { page } = visit;
    const title = newTitle('Conflict');
    await openNotes(visit, { title });
    await noteCard(page, title).getByRole('button', { name: 'Edit' }).click();
    const { notes } = await (await page.request.get('/api/notes')).json();
    await page.request.patch(`/api/notes/${notes[0].id}`, { data: { body: 'Theirs' } });
    await page
      .getByRole('form', { name: `Edit ${title}` })
      .getByRole('button', { name: 'Save' })
      .click();
    await expect(page.getByRole('button', { name: 'Take theirs' })).toBeVisible();
  },
  'the question before deleting': async (visit) => {
    const title = newTitle('Doomed'.repeat(20));
    await openNotes(visit, { title });
    await noteCard(visit.page, title).getByRole('button', { name: 'Delete' }).click();
    await expect(visit.page.getByRole('dialog')).toBeVisible();
  },
  'the sessions': async ({ page, context, app }) => {
    for (const userAgent of [
      `curl/8 ${'x'.repeat(200)}`,
      'X'.repeat(300),
      '',
      'Mozilla/5.0 (Linux) Firefox/1',
    ]) {
      await bringSession(context, app, { userAgent });
    }
    await page.goto('/sessions?ended=1');
    await settled(page, 'Where you are signed in');
  },
  'the notes, shortly before the end of the session': async (visit) => {
    const { page, context, app } = visit;
    await bringSession(context, app);
    await ageSession(app, context, { endsIn: 240 });
    await page.goto('/notes');
    await expect(sessionNotice(page)).toContainText('You will be signed out at');
  },
  'the notes, after the end of the session': async (visit) => {
    await openNotes(visit, { title: newTitle('Left behind') });
    await ageSession(visit.app, visit.context, { unusedFor: 3_601 });
    await lookAt(visit.page);
    await expect(sessionNotice(visit.page)).toContainText('You were signed out');
  },
  'the notes of alice, while bob is signed in': async (visit) => {
    await openNotes(visit, { title: newTitle('Hers') });
    await bringSession(visit.context, visit.app, { as: 'bob' });
    await lookAt(visit.page);
    await expect(sessionNotice(visit.page)).toContainText('You are now signed in as Bob Carpenter');
  },
  'an address without a page': async ({ page }) => {
    await page.goto('/nothing/here');
    await settled(page, 'There is no page here');
  },
  "the provider's sign-in page": async ({ page }) => {
    await leaveForProvider(page);
  },
  "the provider's sign-in page, after a wrong password": async ({ page }) => {
    await leaveForProvider(page);
    await page.getByLabel('Username').fill('alice');
    await page.getByLabel('Password').fill('wrong');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await expect(page.getByRole('alert')).toBeVisible();
  },
  "the provider's consent page": async ({ page }) => {
    await leaveForProvider(page);
    await enterPassword(page, 'bob');
    await settled(page, /^Allow/);
  },
  "the provider's front page": async ({ page, app }) => {
    await page.goto(app.embeddedIssuer);
    await settled(page, 'An identity provider for development');
  },
  "the provider's error page": async ({ page, app }) => {
    await page.goto(`${app.embeddedIssuer}/authorize?client_id=nobody`);
    await settled(page, 'Unknown app');
  },
  "the provider's sign-out page": async ({ page, app }) => {
    await leaveForProvider(page);
    await enterPassword(page, 'alice');
    await page.goto(`${app.embeddedIssuer}/logout`);
    await settled(page, 'Sign out?');
  },
};

type Analysis = Awaited<ReturnType<AxeBuilder['analyze']>>;

const found = ({ violations }: Analysis) =>
  violations.map(({ id, nodes }) => ({ id, where: nodes.map(({ html }) => html) }));

/** What a browser says of pages whose very point is an error. */
const expectedNoise = /status of (404 .*\/nothing|400 .*(interaction|authorize)|412 .*\/api\/notes)/;

for (const [name, open] of Object.entries(places)) {
  test(`${name}: nothing for axe to find, light or dark, and no sideways scrolling on a phone`, async ({
    page,
    context,
    app,
    noise,
  }) => {
    noise.allow(expectedNoise);
    await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
    await open({ page, context, app });
    const all = await new AxeBuilder({ page }).analyze();
    expect(found(all), 'light').toEqual([]);
    // Nothing but colours changes.
    await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
    const colours = await new AxeBuilder({ page }).withRules('color-contrast').analyze();
    expect(found(colours), 'dark').toEqual([]);

    // The narrowest is a desk's 1280 pixels at 400 % (WCAG 2.2, 1.4.10).
    for (const width of [390, 320]) {
      await page.setViewportSize({ width, height: 844 });
      const { wide, screen } = await page.evaluate(() => ({
        wide: document.documentElement.scrollWidth,
        screen: document.documentElement.clientWidth,
      }));
      expect(wide, `${width} px`).toBeLessThanOrEqual(screen);
    }
  });
}

test('dark and light are different', async ({ page }) => {
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  await page.goto('/');
  await page.emulateMedia({ colorScheme: 'light' });
  const light = await background();
  await page.emulateMedia({ colorScheme: 'dark' });
  expect(await background()).not.toBe(light);
});

test("an address without a page is a 404 in the app's own look", async ({ page, context, app, noise }) => {
  noise.allow(/status of 404 .*\/nothing/);
  const answer = await page.goto('/nothing/here');
  expect(answer?.status()).toBe(404);
  await expect(page).toHaveTitle('Page not found · Claimcheck');
  await expect(page.getByRole('banner').getByRole('link', { name: 'Claimcheck' })).toBeVisible();
  await page.getByRole('main').getByRole('link', { name: 'Go to the start page' }).click();
  await expect(page).toHaveURL('/');
  await bringSession(context, app);
  await page.goto('/nothing/here');
  await expectSignedIn(page, 'alice');
});

test.describe('with the keyboard alone', () => {
  /** Presses Tab until something has the focus. */
  async function tabTo(page: Page, target: Locator): Promise<void> {
    await expect(target).toBeVisible();
    for (let presses = 0; presses < 60; presses++) {
      if (await target.evaluate((element) => element === document.activeElement)) return;
      await page.keyboard.press('Tab');
    }
    await expect(target).toBeFocused();
  }

  async function press(page: Page, target: Locator, key = 'Enter'): Promise<void> {
    await tabTo(page, target);
    await page.keyboard.press(key);
  }

  test('a person signs in, writes, changes and deletes a note, and signs out', async ({ page }) => {
    test.slow();
    await page.goto('/');
    await press(page, page.getByRole('banner').getByRole('link', { name: 'Sign in' }));
    const button = page.getByRole('button', { name: /^Sign in with/ });
    await expect(button).toBeEnabled();
    await press(page, page.getByRole('checkbox', { name: 'Delete notes' }), 'Space');
    await expect(page.getByRole('checkbox', { name: 'Delete notes' })).not.toBeChecked();
    await page.keyboard.press('Space');
    await press(page, button);
    await expect(page.getByLabel('Username')).toBeFocused();
    await page.keyboard.type('alice');
    await page.keyboard.press('Tab');
    await page.keyboard.type('wonderland');
    await page.keyboard.press('Enter');
    await press(page, page.getByRole('button', { name: 'Allow' }));
    await expectSignedIn(page, 'alice');

    const title = newTitle('Typed');
    await press(page, page.getByRole('link', { name: 'Notes', exact: true }));
    const form = page.getByRole('form', { name: 'New note' });
    await expect(form.getByLabel('Title')).toBeEditable();
    await tabTo(page, form.getByLabel('Title'));
    await page.keyboard.type(title);
    await page.keyboard.press('Tab');
    await page.keyboard.type('Without a mouse');
    await press(page, form.getByRole('button', { name: 'Create note' }));
    await expect(noteCard(page, title)).toContainText('Without a mouse');
    await expect(form.getByLabel('Title')).toBeFocused();

    await press(page, noteCard(page, title).getByRole('button', { name: 'Edit' }));
    const editor = page.getByRole('form', { name: `Edit ${title}` });
    await expect(editor.getByLabel('Title')).toBeFocused();
    await page.keyboard.press('End');
    await page.keyboard.type('!');
    await page.keyboard.press('Enter');
    await expect(noteCard(page, `${title}!`).getByRole('button', { name: 'Edit' })).toBeFocused();

    await press(page, noteCard(page, `${title}!`).getByRole('button', { name: 'Delete' }));
    await expect(page.getByRole('dialog').getByRole('button', { name: 'Keep' })).toBeFocused();
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toHaveCount(0);
    await press(page, noteCard(page, `${title}!`).getByRole('button', { name: 'Delete' }));
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Enter');
    await expect(noteCard(page, `${title}!`)).toHaveCount(0);

    await press(page, page.getByRole('button', { name: 'Sign out' }));
    await expect(page.getByRole('heading', { name: 'You are not signed in' })).toBeVisible();
  });

  test('a person whose token is refused gets from a page that is closed to why, and out', async ({
    page,
    context,
    app,
  }) => {
    await bringRefused({ page, context, app }, strangeToken);
    await page.goto('/notes');
    await press(page, page.getByRole('link', { name: 'See why it was refused' }));
    await settled(page, 'Your access token is refused');
    await tabTo(page, page.getByRole('banner').getByRole('link', { name: 'Token refused' }));
    await tabTo(page, page.getByRole('main').getByRole('link', { name: 'Sign in again' }));
    await page.keyboard.press('Tab');
    await expect(page.getByRole('main').getByRole('button', { name: 'Sign out' })).toBeFocused();
    await page.keyboard.press('Enter');
    await settled(page, 'You are not signed in');
  });

  test('the first stop of every page skips to its content', async ({ page }) => {
    for (const path of ['/', '/login']) {
      await page.goto(path);
      await page.keyboard.press('Tab');
      await expect(page.getByRole('link', { name: 'Skip to the content' })).toBeFocused();
      await page.keyboard.press('Enter');
      await expect(page.getByRole('main')).toBeFocused();
    }
  });
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

  test('a person signs in, writes a note and signs out', async ({ page }) => {
    const title = newTitle('On the go');
    await signIn(page, { from: '/notes' });
    await createNote(page, { title });
    await page.getByRole('link', { name: 'Token', exact: true }).tap();
    await settled(page, 'Your access token');
    await page.getByRole('button', { name: 'Sign out' }).tap();
    await settled(page, 'You are not signed in');
  });
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  /** The same person's browser, with JavaScript: only there can a sign-in begin. */
  async function scripted({ browser, noise }: { browser: Browser; noise: Noise }) {
    const context = await browser.newContext({ javaScriptEnabled: true });
    noise.listenTo(context);
    return { context, page: await context.newPage() };
  }

  test('the sign-in page says that it needs it', async ({ page }) => {
    await page.goto('/login');
    // Text in a noscript element is not text to the other locators.
    await expect(page.locator('noscript p')).toBeVisible();
    await expect(page.locator('noscript p')).toContainText('Signing in needs JavaScript');
  });

  test('the notes can be read, and signing out works to the end', async ({
    page,
    context,
    browser,
    noise,
  }) => {
    const title = newTitle('Plain');
    const before = await scripted({ browser, noise });
    await signIn(before.page, { from: '/notes' });
    await createNote(before.page, { title });
    await context.addCookies(await before.context.cookies());
    await before.context.close();

    await page.goto('/notes');
    await expect(noteCard(page, title)).toBeVisible();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await expect(page).toHaveURL('/');
    await settled(page, 'You are not signed in');
    expect(await sessionCookie(context)).toBeUndefined();
  });

  test("the provider's pages work all the same", async ({ page, browser, noise }) => {
    const before = await scripted({ browser, noise });
    await before.page.goto('/login');
    const [request] = await Promise.all([
      before.page.waitForRequest((sent) => new URL(sent.url()).pathname === '/authorize'),
      pressSignIn(before.page),
    ]);
    await before.context.close();
    await page.goto(request.url());
    await enterPassword(page, 'alice');
    await allow(page);
    await expect(page).toHaveURL(/\/auth\/callback\?code=/);
  });
});
