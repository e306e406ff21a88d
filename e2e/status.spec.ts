import AxeBuilder from '@axe-core/playwright';
import type { Locator, Page } from '@playwright/test';
import {
  type AuthorizationServer,
  page as aPage,
  json,
  startAuthorizationServer,
} from '../test/doctor/authorization-server';
import { settingsFor } from '../test/doctor/examine-with';
import { newSigner } from '../test/token/tokens';
import { type RunningApp, startApp } from './support/app';
import { expect, test } from './support/fixtures';
import { bringSession } from './support/steps';

const checks = (page: Page): Locator => page.getByRole('region', { name: 'Checks' });
const check = (page: Page, title: string): Locator =>
  checks(page).getByRole('listitem').filter({ hasText: title });
const finished = (page: Page) => expect(checks(page).getByText(/Looked at/)).toBeVisible();

test('with the embedded provider everything is as it should be, signed in or not', async ({
  page,
  context,
  app,
}) => {
  await page.goto('/');
  await page.getByRole('contentinfo').getByRole('link', { name: 'Status' }).click();
  await finished(page);
  await expect(page).toHaveTitle('Status · Claimcheck');
  await expect(checks(page).getByText('Everything is as it should be.')).toBeVisible();
  await expect(checks(page).getByRole('listitem')).toHaveCount(18);
  for (const item of await checks(page).getByRole('listitem').all()) {
    await expect(item.getByText('Pass', { exact: true })).toBeVisible();
  }
  await expect(check(page, 'Who signs people in')).toContainText('for development');
  await expect(check(page, 'The redirect URI is registered')).toContainText('login_required');
  const kept = page.getByRole('region', { name: 'What is kept of the provider' });
  await expect(kept.getByText('in order')).toHaveCount(2);
  await expect(kept.getByText(/^RS256|\(RS256/).first()).toBeVisible();

  await bringSession(context, app);
  await page.getByRole('link', { name: 'Check again' }).click();
  await finished(page);
  await expect(page.getByRole('banner').getByText('Alice Liddell')).toBeVisible();
});

test('nothing for axe to find, light or dark, and no sideways scrolling on a phone', async ({ page }) => {
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  await page.goto('/status');
  await finished(page);
  const violations = async (axe: AxeBuilder) =>
    (await axe.analyze()).violations.map(({ id, nodes }) => ({ id, where: nodes.map(({ html }) => html) }));
  expect(await violations(new AxeBuilder({ page })), 'light').toEqual([]);
  await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
  expect(await violations(new AxeBuilder({ page }).withRules('color-contrast')), 'dark').toEqual([]);
  await page.setViewportSize({ width: 390, height: 844 });
  const { wide, screen } = await page.evaluate(() => ({
    wide: document.documentElement.scrollWidth,
    screen: document.documentElement.clientWidth,
  }));
  expect(wide).toBeLessThanOrEqual(screen);
});

test('with the keyboard alone a person finds it and checks again', async ({ page }) => {
  await page.goto('/');
  const link = page.getByRole('contentinfo').getByRole('link', { name: 'Status' });
  for (let presses = 0; presses < 40; presses++) {
    if (await link.evaluate((element) => element === document.activeElement)) break;
    await page.keyboard.press('Tab');
  }
  await expect(link).toBeFocused();
  await page.keyboard.press('Enter');
  await finished(page);
  const again = page.getByRole('link', { name: 'Check again' });
  for (let presses = 0; presses < 40; presses++) {
    if (await again.evaluate((element) => element === document.activeElement)) break;
    await page.keyboard.press('Tab');
  }
  await expect(again).toBeFocused();
});

test.describe('with a provider outside', () => {
  let server: AuthorizationServer;
  let outside: RunningApp;
  const secrets = { OIDC_CLIENT_SECRET: 'top-secret-of-the-client', SESSION_SECRET: 'k'.repeat(40) };

  test.beforeAll(async () => {
    server = await startAuthorizationServer([(await newSigner('RS256', 'rsa-1')).publicJwk]);
    outside = await startApp({ env: { ...settingsFor(server), ...secrets }, probe: '/icon.svg' });
  });
  test.afterAll(async () => {
    await outside.stop();
    await server.close();
  });
  test.describe.configure({ mode: 'serial' });

  test('whoever cannot sign in is led here, sees what is wrong and what to change, and no secret', async ({
    page,
  }) => {
    server.metadata = { issuer: `${server.origin}/` };
    server.authorize = () => aPage('Callback URL mismatch.', 403);
    server.token = (form, { headers }) =>
      json({ error: 'invalid_client', error_description: `${headers.authorization} ${form}` }, 401);
    await page.goto(`${outside.baseUrl}/login`);
    await page.getByRole('link', { name: 'See what is wrong' }).click();
    await finished(page);
    await expect(checks(page).getByText('3 checks failed.')).toBeVisible();
    await expect(check(page, 'the issuer is exact')).toContainText(`OIDC_ISSUER=${server.origin}/`);
    await expect(check(page, 'The redirect URI')).toContainText(`Register ${outside.baseUrl}/auth/callback`);
    await expect(check(page, 'The client is known')).toContainText('OIDC_CLIENT_SECRET');
    const html = await page.content();
    for (const secret of Object.values(secrets)) expect(html.includes(secret)).toBe(false);
    const violations = (await new AxeBuilder({ page }).analyze()).violations;
    expect(violations.map(({ id }) => id)).toEqual([]);
  });

  test('people who look at the same time, and those who reload, bother the provider once', async ({
    browser,
  }) => {
    const asked = () => server.requests.filter((request) => request === 'POST /token').length;
    const pages = await Promise.all([browser.newPage(), browser.newPage(), browser.newPage()]);
    await Promise.all(
      pages.map(async (each) => {
        await each.goto(`${outside.baseUrl}/status`);
        await finished(each);
      }),
    );
    const before = asked();
    await Promise.all(pages.map((each) => each.reload()));
    // A machine in a hurry may have taken longer than a run is kept: then there is one more, and not three.
    expect(asked() - before).toBeLessThanOrEqual(1);
    for (const each of pages) await each.close();
  });
});

test('a provider that hangs keeps nobody waiting: the page is there, and soon says so', async ({ page }) => {
  const server = await startAuthorizationServer([]);
  server.hung.add('/.well-known/openid-configuration');
  const hanging = await startApp({ env: settingsFor(server), probe: '/icon.svg' });
  await page.goto(`${hanging.baseUrl}/status`, { waitUntil: 'commit' });
  await expect(page.getByText('Asking the provider…')).toBeVisible();
  await finished(page);
  await expect(check(page, 'Discovery answers')).toContainText('did not answer in time');
  await hanging.stop();
  await server.close();
});

test('by another name than one of this machine it is for people who are signed in', async ({ request }) => {
  const env = { ...settingsFor({ origin: 'https://id.example' }), APP_BASE_URL: 'https://app.example' };
  const open = await startApp({ env, probe: '/icon.svg' });
  const navigation = { accept: 'text/html', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
  // With a made-up header too: behind a proxy on the same machine everybody seems to come from here.
  for (const host of ['app.example', 'localhost']) {
    const answer = await request.get(`http://127.0.0.1:${open.port}/status`, {
      headers: { ...navigation, host },
      maxRedirects: 0,
    });
    expect(answer.status()).toBe(307);
    expect(answer.headers().location).toBe('https://app.example/login?returnTo=%2Fstatus');
    expect(await answer.text()).not.toContain('notes-app');
  }
  await open.stop();
});
