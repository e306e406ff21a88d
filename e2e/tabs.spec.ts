import type { Page } from '@playwright/test';
import { ageSession } from './support/aged-session';
import { expect, test } from './support/fixtures';
import {
  bringSession,
  expectSignedIn,
  lookAt,
  newTitle,
  noteCard,
  sessionCookieNamed,
  sessionNotice,
  signIn,
  signInAgain,
  signOut,
} from './support/steps';

const newNote = (page: Page) => page.getByRole('form', { name: 'New note' });

/** Begins a note and leaves it. */
async function begin(page: Page, title: string): Promise<void> {
  await page.goto('/notes');
  await newNote(page).getByLabel('Title').fill(title);
  await expect(sessionNotice(page)).toHaveCount(0);
}

test.describe('two tabs of one browser', () => {
  test('notice a sign-out in one of them at once, and keep what was typed', async ({
    page,
    context,
    app,
  }) => {
    await bringSession(context, app);
    await begin(page, 'Still here');
    const other = await context.newPage();
    await other.goto('/');
    await signOut(other);
    await expect(sessionNotice(page)).toContainText('You signed out. Sign in again to go on.');
    await expect(newNote(page).getByLabel('Title')).toHaveValue('Still here');
    await lookAt(page);
    await expect(sessionNotice(page), 'the reason is not forgotten').toContainText('You signed out.');
    await page.reload();
    await expect(page).toHaveURL('/login?returnTo=%2Fnotes');
  });

  test('agree again when one of them signs in: the notice goes, and the other saves what it has', async ({
    page,
    context,
  }) => {
    test.slow();
    await signIn(page, { from: '/notes' });
    const title = newTitle('In two tabs');
    await begin(page, title);
    const other = await context.newPage();
    await other.goto('/token');
    await context.clearCookies({ name: sessionCookieNamed });
    await newNote(page).getByRole('button', { name: 'Create note' }).click();
    const alert = newNote(page).getByRole('alert');
    await expect(alert).toContainText('Your session has ended. Your text is kept in this tab.');
    await expect(sessionNotice(page)).toContainText('Your session has ended.');
    await expect(sessionNotice(other), 'heard from the first').toContainText('Your session has ended.');

    await signInAgain(other, 'alice', { known: true });
    await expect(other).toHaveURL('/token');
    await expect(sessionNotice(page)).toHaveCount(0);
    await expect(newNote(page)).toContainText('You are signed in again. Your text is kept in this tab.');
    await newNote(page).getByRole('button', { name: 'Try again' }).click();
    await expect(noteCard(page, title)).toBeVisible();
  });

  test('say who is signed in now, and save nothing for somebody else', async ({ page, context, app }) => {
    await bringSession(context, app, { as: 'alice' });
    const title = newTitle('Of alice');
    await begin(page, title);
    await bringSession(context, app, { as: 'bob' });
    await lookAt(page);
    await expect(sessionNotice(page)).toContainText(
      'You are now signed in as Bob Carpenter in this browser.',
    );
    await newNote(page).getByRole('button', { name: 'Create note' }).click();
    await expect(newNote(page).getByRole('alert')).toContainText('This would be saved as theirs');
    await expect(newNote(page).getByLabel('Title')).toHaveValue(title);
    await sessionNotice(page).getByRole('link', { name: 'Reload this page' }).click();
    await expectSignedIn(page, 'bob');
    await expect(newNote(page).getByLabel('Title')).toHaveValue('');
    await expect(page.getByText(title)).toHaveCount(0);
    await expect(sessionNotice(page)).toHaveCount(0);
  });

  test('that cannot speak to each other find out when they are looked at', async ({ page, context, app }) => {
    await context.addInitScript(() => Reflect.deleteProperty(window, 'BroadcastChannel'));
    await bringSession(context, app);
    await begin(page, 'Alone');
    const other = await context.newPage();
    await other.goto('/');
    await signOut(other);
    await expect(sessionNotice(page)).toHaveCount(0);
    await lookAt(page);
    await expect(sessionNotice(page)).toContainText('Your session has ended.');
    await expect(newNote(page).getByLabel('Title')).toHaveValue('Alone');
  });
});

test.describe('a session that is not used any more', () => {
  test('says why when somebody comes back, and takes nothing', async ({ page, context, app }) => {
    await bringSession(context, app);
    await begin(page, 'Before lunch');
    await ageSession(app, context, { unusedFor: 3_601 });
    await lookAt(page);
    await expect(sessionNotice(page)).toContainText(
      'You were signed out because you had not used this app for a while.',
    );
    await expect(newNote(page).getByLabel('Title')).toHaveValue('Before lunch');
    await sessionNotice(page).getByRole('link', { name: 'Sign in again' }).click();
    await expect(page).toHaveURL(/\/login\?reason=idle&.*returnTo=%2Fnotes$/);
    await expect(page.getByRole('status').getByText('You were signed out because')).toBeVisible();
    await expect(sessionNotice(page)).toHaveCount(0);
  });
});

test.describe('a session near its end', () => {
  test('says so, and a new sign-in keeps the note that was begun', async ({ page, context, app }) => {
    await bringSession(context, app);
    await ageSession(app, context, { endsIn: 240 });
    const title = newTitle('Nearly over');
    await page.goto('/notes');
    await expect(sessionNotice(page)).toContainText(/You will be signed out at \d+:\d\d( [AP]M)?\./);
    await newNote(page).getByLabel('Title').fill(title);
    await signInAgain(page, 'alice', { known: false });
    await expect(page).toHaveURL('/notes');
    await expect(sessionNotice(page)).toHaveCount(0);
    await expect(newNote(page).getByLabel('Title')).toHaveValue(title);
    await newNote(page).getByRole('button', { name: 'Create note' }).click();
    await expect(noteCard(page, title)).toBeVisible();
  });

  test('says no more of it when told, until it has ended by itself', async ({ page, context, app }) => {
    await bringSession(context, app);
    await ageSession(app, context, { endsIn: 8 });
    await page.goto('/notes');
    await newNote(page).getByLabel('Title').fill('To the last second');
    await sessionNotice(page).getByRole('button', { name: 'Not now' }).click();
    await expect(sessionNotice(page)).toHaveCount(0);
    await expect(sessionNotice(page)).toContainText('Your session has expired. Sign in again to go on.');
    await expect(newNote(page).getByLabel('Title')).toHaveValue('To the last second');
  });

  test('that the browser’s clock takes for over is there as long as the server says so', async ({
    page,
    context,
    app,
  }) => {
    await bringSession(context, app);
    await page.clock.install();
    await page.goto('/notes');
    await expect(newNote(page).getByLabel('Title')).toBeEditable();
    await page.clock.fastForward('11:56:00');
    await expect(sessionNotice(page)).toContainText('You will be signed out at');
    await page.clock.fastForward('00:10:00');
    await expect(sessionNotice(page)).toHaveCount(0);
  });

  test('says so without JavaScript, too', async ({ browser, app, noise }) => {
    const context = await browser.newContext({ baseURL: app.baseUrl, javaScriptEnabled: false });
    noise.listenTo(context);
    await bringSession(context, app);
    await ageSession(app, context, { endsIn: 240 });
    const page = await context.newPage();
    await page.goto('/sessions');
    await expect(sessionNotice(page)).toContainText(/You will be signed out at .+ UTC\./);
    await expect(sessionNotice(page).getByRole('link', { name: 'Sign in again' })).toHaveAttribute(
      'href',
      /^\/login\?.*returnTo=%2Fsessions$/,
    );
    await context.close();
  });
});

test.describe('an error of our own', () => {
  test('signs nobody out: neither no answer nor a 503 says anything', async ({
    page,
    context,
    app,
    noise,
  }) => {
    noise.allow(/(status of 503|ERR_FAILED).*\/auth\/session/);
    await bringSession(context, app);
    await page.clock.install();
    await begin(page, 'Unshaken');
    for (const outage of ['failed', 503] as const) {
      await page.route('**/auth/session', (route) =>
        outage === 503 ? route.fulfill({ status: 503, json: {} }) : route.abort(),
      );
      const asked =
        outage === 503 ? page.waitForEvent('requestfinished') : page.waitForEvent('requestfailed');
      await lookAt(page);
      expect(new URL((await asked).url()).pathname).toBe('/auth/session');
      await expect(sessionNotice(page)).toHaveCount(0);
      await page.unroute('**/auth/session');
      await page.clock.fastForward('00:10');
    }
    await lookAt(page);
    await expect(sessionNotice(page)).toHaveCount(0);
  });

  test('is not made worse: whoever looks again and again asks once', async ({ page, context, app }) => {
    await bringSession(context, app);
    await page.clock.install();
    await begin(page, 'Restless');
    let asked = 0;
    page.on('request', (sent) => {
      if (new URL(sent.url()).pathname === '/auth/session') asked += 1;
    });
    for (let looks = 0; looks < 20; looks++) await lookAt(page);
    await expect.poll(() => asked).toBe(1);
    await page.clock.fastForward('08:00:00');
    expect(asked, 'time alone asks nothing').toBe(1);
    await lookAt(page);
    await expect.poll(() => asked).toBe(2);
  });
});
