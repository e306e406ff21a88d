import type { Page } from '@playwright/test';
import { expect, test } from './support/fixtures';
import {
  allow,
  back,
  bringSession,
  deny,
  enterPassword,
  expectSignedIn,
  expectSignedOut,
  leaveForProvider,
  pressSignIn,
  sessionOf,
  signIn,
} from './support/steps';

test('a wrong password is told at the provider, and the right one goes on', async ({ page, noise }) => {
  noise.allow(/status of 400 .*\/interaction\//);
  await leaveForProvider(page);
  await page.getByLabel('Username').fill('alice');
  await page.getByLabel('Password').fill('looking-glass');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(page.getByRole('main').getByRole('alert')).toContainText(
    'The username or the password is wrong.',
  );
  await page.getByLabel('Password').fill('wonderland');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await allow(page);
  await expectSignedIn(page, 'alice');
});

test.describe('a sign-in that the person declines', () => {
  test('at the password page ends on a named error', async ({ page }) => {
    await leaveForProvider(page);
    await page.getByRole('button', { name: 'Cancel' }).click();
    await expect(page.getByText('Error code: access_denied')).toBeVisible();
    await page.getByRole('link', { name: 'Go to the start page' }).click();
    await expect(page.getByRole('heading', { name: 'You are not signed in' })).toBeVisible();
  });

  test('leaves an existing session as it was', async ({ page }) => {
    await signIn(page);
    await leaveForProvider(page);
    await deny(page);
    await expect(page.getByText('Error code: access_denied')).toBeVisible();
    await page.goto('/notes');
    await expectSignedIn(page, 'alice');
  });
});

test.describe('where a sign-in ends', () => {
  for (const path of ['/notes', '/token', '/notes?from=a%20link']) {
    test(`${path}, asked for signed out, is where the person comes back to`, async ({ page }) => {
      await page.goto(path);
      await expect(page).toHaveURL(/\/login\?/);
      await pressSignIn(page);
      await enterPassword(page, 'alice');
      await allow(page);
      await expect(page).toHaveURL(path);
      await expectSignedIn(page, 'alice');
    });
  }

  const elsewhere = [
    ...['//evil.example', '/\\evil.example', 'https://evil.example', '/%2F%2Fevil.example'],
    ...['javascript:alert(1)', '/\t/evil.example'],
  ];
  for (const returnTo of elsewhere) {
    test(`is on this origin for returnTo=${JSON.stringify(returnTo)}`, async ({ page, noise, baseURL }) => {
      // To a browser this is a path of ours, at which there is nothing: harmless.
      noise.allow(/status of 404 .*\/%2F%2Fevil\.example\)/);
      const hosts = new Set<string>();
      page.on('request', (request) => hosts.add(new URL(request.url()).hostname));
      await signIn(page, { from: `/login?returnTo=${encodeURIComponent(returnTo)}` });
      expect(page.url()).toBe(`${baseURL}${returnTo.includes('%2F') ? returnTo : '/'}`);
      expect([...hosts]).toEqual(['localhost']);
    });
  }

  test('is on this origin too for someone who is signed in and presses Continue', async ({
    page,
    context,
    app,
  }) => {
    await bringSession(context, app);
    for (const returnTo of [
      ...elsewhere,
      '///evil.example',
      '/.//evil.example',
      '/\\/evil.example',
      '\\\\evil.example',
    ]) {
      await page.goto(`/login?returnTo=${encodeURIComponent(returnTo)}`);
      const target = await page
        .getByRole('link', { name: 'Continue' })
        .evaluate((link: HTMLAnchorElement) => link.href);
      expect(new URL(target).origin, returnTo).toBe(app.baseUrl);
    }
  });
});

test('two tabs that sign in at once both succeed', async ({ context, page }) => {
  const other = await context.newPage();
  await leaveForProvider(page, { from: '/notes' });
  await leaveForProvider(other, { from: '/token' });
  await enterPassword(page, 'alice');
  await allow(page);
  await expect(page).toHaveURL('/notes');
  await expectSignedIn(page, 'alice');

  await enterPassword(other, 'alice');
  await allow(other);
  await expect(other).toHaveURL('/token');
  await expectSignedIn(other, 'alice');
  await page.reload();
  await expectSignedIn(page, 'alice');
});

test('two sign-ins begun in one tab do not disturb each other', async ({ page }) => {
  await leaveForProvider(page, { from: '/notes' });
  const first = page.url();
  await leaveForProvider(page, { from: '/token' });
  await page.goto(first);
  await enterPassword(page, 'alice');
  await allow(page);
  await expect(page).toHaveURL('/notes');
  await expectSignedIn(page, 'alice');
});

test.describe('the callback', () => {
  /** Begins a sign-in in this tab. @returns its state */
  async function beginSignIn(page: Page): Promise<string> {
    const [request] = await Promise.all([
      page.waitForRequest((sent) => new URL(sent.url()).pathname === '/authorize'),
      leaveForProvider(page, { from: '/notes' }),
    ]);
    return new URL(request.url()).searchParams.get('state') ?? '';
  }

  const open = (page: Page, parameters: Record<string, string>) =>
    page.goto(`/auth/callback?${new URLSearchParams(parameters)}`);

  async function expectFailure(page: Page, code: string, title: string): Promise<void> {
    await expect(page.getByText(`Error code: ${code}`)).toBeVisible();
    await expect(page.getByRole('main').getByRole('alert').getByRole('heading')).toHaveText(title);
    await expect(page.getByRole('link', { name: 'Sign in again' })).toBeVisible();
  }

  test('opened by hand says that there is nothing to finish', async ({ page }) => {
    await page.goto('/auth/callback');
    await expectFailure(page, 'opened_by_hand', 'Nothing to finish');
    await page.getByRole('link', { name: 'Sign in again' }).click();
    await expect(page).toHaveURL('/login');
  });

  test('with a state that nobody here began is refused', async ({ page, app }) => {
    await open(page, { code: 'abc', state: 'unknown', iss: app.embeddedIssuer });
    await expectFailure(page, 'state_unknown', 'This sign-in is not known here');
    await expectSignedOut(page);
  });

  test('of somebody else, opened by a person with a session, does not change who they are', async ({
    page,
    context,
    app,
  }) => {
    await bringSession(context, app);
    await open(page, { code: 'abc', state: 'unknown', iss: app.embeddedIssuer });
    await expect(page).toHaveURL('/');
    expect((await sessionOf(page)).name).toBe('Alice Liddell');
  });

  test('opened again after success just goes on', async ({ page }) => {
    const callback = page.waitForRequest((sent) => new URL(sent.url()).pathname === '/auth/callback');
    await signIn(page, { from: '/notes' });
    await page.goto((await callback).url());
    await expect(page).toHaveURL('/');
    await expectSignedIn(page, 'alice');
  });

  test('is not met again with the back button', async ({ page, noise }) => {
    // What is left of the visit to the provider: a sign-in that is finished, and the page says so.
    noise.allow(/status of 400 .*\/interaction\//);
    await signIn(page, { from: '/login?returnTo=/notes' });
    await expect(page.getByRole('heading', { name: 'Your notes' })).toBeVisible();
    const visited: string[] = [];
    for (let left = await page.evaluate(() => window.history.length); left > 1; left--) {
      await back(page);
      visited.push(page.url());
      if (new URL(page.url()).pathname === '/login') break;
    }
    expect(visited.at(-1)).toContain('/login');
    expect(visited.filter((url) => url.includes('/auth/callback'))).toEqual([]);
  });

  for (const iss of ['https://evil.example', '']) {
    test(`that names ${iss || 'no'} issuer is refused`, async ({ page, app, noise }) => {
      noise.allow(/status of 400/);
      const state = await beginSignIn(page);
      const tokenRequests: string[] = [];
      page.on('request', (sent) => {
        if (new URL(sent.url()).pathname === '/auth/token') tokenRequests.push(sent.url());
      });
      await open(page, { code: 'abc', state, ...(iss && { iss }) });
      await expectFailure(page, 'issuer_mismatch', 'The answer came from another provider');
      expect(tokenRequests).toEqual([]);

      await open(page, { code: 'abc', state, iss: app.embeddedIssuer });
      await expectFailure(page, 'state_unknown', 'This sign-in is not known here');
    });
  }

  test("with a code that is not the provider's is refused, and leaves no session", async ({
    page,
    app,
    noise,
  }) => {
    noise.allow(/status of 400 .*\/auth\/token/);
    const state = await beginSignIn(page);
    await open(page, { code: 'forged', state, iss: app.embeddedIssuer });
    await expectFailure(page, 'refused', 'The sign-in was refused');
    await expectSignedOut(page);
  });

  test("shows the provider's words as text", async ({ page, app }) => {
    const markup = '<img src="/x.png" onerror="window.hacked=true"><b>Bold</b>';
    const state = await beginSignIn(page);
    await open(page, { error: 'server_error', error_description: markup, state, iss: app.embeddedIssuer });
    await expectFailure(page, 'provider_error', 'The provider reported an error');
    const alert = page.getByRole('main').getByRole('alert');
    await expect(alert).toContainText(`It says: server_error (${markup}).`);
    await expect(alert.locator('img, b')).toHaveCount(0);
    expect(await page.evaluate(() => 'hacked' in window)).toBe(false);
  });

  test('finishes after a reload where the connection had failed', async ({ page, noise }) => {
    noise.allow(/net::ERR_FAILED.*\/auth\/token/);
    await page.route('**/auth/token', (route) => route.abort());
    await leaveForProvider(page, { from: '/notes' });
    await enterPassword(page, 'alice');
    await allow(page);
    await expectFailure(page, 'network', 'The connection failed');
    await expectSignedOut(page);

    await page.unroute('**/auth/token');
    await page.reload();
    await expect(page).toHaveURL('/notes');
    await expectSignedIn(page, 'alice');
  });
});
