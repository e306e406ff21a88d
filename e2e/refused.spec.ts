import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { BrowserContext, Page } from '@playwright/test';
import { accessClaims, accessToken, forge, headerOf } from '../test/token/tokens';
import { startApp } from './support/app';
import { expect, test } from './support/fixtures';
import { type KeptSession, keepSession } from './support/kept-session';
import { type AppWithOwnProvider, bearer, startWithOwnProvider } from './support/own-provider';
import {
  bringSession,
  carry,
  createNote,
  expectSignedIn,
  expectSignedOut,
  fetchInPage,
  newTitle,
  noteCard,
  sessionCookie,
  sessionOf,
} from './support/steps';

const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { name });

/** The line of one check on the token page. */
const check = (page: Page, name: string) =>
  page
    .getByRole('region', { name: 'Checks' })
    .getByRole('listitem')
    .filter({ has: page.getByText(name, { exact: true }) });

async function expectRefused(page: Page, failed: string): Promise<void> {
  await expect(heading(page, 'Your access token is refused')).toBeVisible();
  await expect(page.getByRole('main').getByText(`It failed the check ${failed}:`)).toBeVisible();
  await expect(check(page, failed).getByText('Fail', { exact: true })).toBeVisible();
}

test.describe('after a restart', () => {
  let directory: string;
  test.beforeEach(async () => {
    test.slow();
    directory = await mkdtemp(path.join(os.tmpdir(), 'claimcheck-'));
  });
  test.afterEach(() => rm(directory, { recursive: true }));

  test('for another audience, the token page says what it expected and found, and another page leads to it', async ({
    page,
    context,
  }) => {
    const own = await startWithOwnProvider('normal', { directory });
    await carry(context, own.app, await keepSession(own.app, accessToken(own.context), own.secret));
    await page.goto(`${own.app.baseUrl}/token`);
    await expect(heading(page, 'Verified claims')).toBeVisible();
    await own.app.stop();
    const audience = 'https://new.example';
    const env = { ...own.env, OIDC_AUDIENCE: audience };
    const second = await startApp({ directory, port: own.app.port, env });

    await page.goto(`${second.baseUrl}/notes`);
    await expect(page).toHaveURL(/\/login\?returnTo=%2Fnotes&reason=refused$/);
    await page.getByRole('status').getByRole('link', { name: 'See why it was refused' }).click();
    await expect(page).toHaveURL(`${second.baseUrl}/token`);
    await expectRefused(page, 'audience');
    await expect(heading(page, /^This API would refuse it: it is meant for another API/)).toBeVisible();
    const found = JSON.stringify(own.context.audience);
    // The app's own address is an audience of its own (RFC 9728 §2).
    const names = ['', '/', '/api/mcp'].map((path) => second.baseUrl + path);
    const expected = [audience, ...names].join(' or ');
    await expect(check(page, 'audience').getByRole('definition')).toHaveText([
      `aud ${expected}`,
      `aud ${found}`,
    ]);
    await expect(
      page.getByRole('main').getByText(`Expected aud ${expected}, found aud ${found}.`),
    ).toBeVisible();
    await page.getByRole('region', { name: 'Checks' }).getByText('Signature', { exact: true }).click();
    await expect(check(page, 'signature').getByText('Pass', { exact: true })).toBeVisible();
    await expect(page.getByRole('main').getByText('Set OIDC_AUDIENCE')).toBeVisible();
    await expect(heading(page, 'Verified claims')).toHaveCount(0);
    await second.stop();
    await own.stop();
  });

  test('with the key withdrawn, the session is renewed once, and nobody is sent to sign in', async ({
    page,
    context,
  }) => {
    const first = await startApp({ directory });
    const ports = { port: first.port, idpPort: Number(new URL(first.embeddedIssuer).port) };
    const title = newTitle('Kept');
    await bringSession(context, first);
    await page.goto(`${first.baseUrl}/notes`);
    await createNote(page, { title });
    await first.stop();
    await rm(path.join(directory, '.data', 'idp-keys.json'));
    const second = await startApp({ directory, ...ports });

    await page.goto(`${second.baseUrl}/token`);
    await expectSignedIn(page, 'alice');
    await expect(heading(page, 'Verified claims')).toBeVisible();
    await page.goto(`${second.baseUrl}/notes`);
    await expect(noteCard(page, title)).toBeVisible();
    await second.stop();
  });
});

test.describe('a session whose token is refused', () => {
  let own: AppWithOwnProvider;
  test.beforeAll(async () => {
    own = await startWithOwnProvider();
  });
  test.afterAll(() => own.stop());

  const forAnother = () => accessToken(own.context, { aud: 'https://another.example' });

  async function bring(context: BrowserContext, token: string): Promise<KeptSession> {
    const session = await keepSession(own.app, token, own.secret);
    await carry(context, own.app, session);
    return session;
  }

  test('is neither signed in nor nobody: each page says what it is', async ({ page, context }) => {
    await bring(context, forAnother());
    await page.goto(own.app.baseUrl);
    await expect(heading(page, 'Your access token is refused')).toBeVisible();
    const banner = page.getByRole('banner');
    await expect(banner.getByRole('button', { name: 'Sign out' })).toBeVisible();
    await expect(banner.getByRole('link', { name: 'Sign in' })).toHaveCount(0);
    await expect(page.getByText('Alice Liddell')).toHaveCount(0);
    expect(await (await page.request.get(`${own.app.baseUrl}/auth/session`)).json()).toEqual({
      signedIn: false,
      reason: 'refused',
    });
    await banner.getByRole('link', { name: 'Token refused' }).click();
    await expectRefused(page, 'audience');
    await page.goto(`${own.app.baseUrl}/login`);
    await expect(page.getByText('You are already signed in')).toHaveCount(0);
    await expect(page.getByRole('link', { name: 'See why it was refused' })).toBeVisible();
  });

  test('has its claims marked as not to be believed and its scopes as not usable', async ({
    page,
    context,
  }) => {
    await bring(context, forAnother());
    await page.goto(`${own.app.baseUrl}/token`);
    const said = page.getByRole('region', { name: 'What it says, not to be believed' });
    await expect(said.getByText('Nothing in this app believes it')).toBeVisible();
    for (const name of ['Scopes, not usable', 'Claims, not verified', 'Header, not verified']) {
      await expect(said.getByRole('heading', { name })).toBeVisible();
    }
    await expect(said.getByRole('listitem').filter({ hasText: /^example:/ })).toHaveText([
      'example:note:read',
      'example:note:create',
    ]);
    await expect(said.getByText('user-1', { exact: true })).toBeVisible();
    await expect(page.getByText('You have:')).toHaveCount(0);
  });

  test('ends by signing out, and nothing speaks of a refusal then', async ({ page, context }) => {
    await bring(context, forAnother());
    await page.goto(`${own.app.baseUrl}/token`);
    await page.getByRole('main').getByRole('button', { name: 'Sign out' }).click();
    await expect(page).toHaveURL(`${own.app.baseUrl}/`);
    await expect(heading(page, 'You are not signed in')).toBeVisible();
    expect(await sessionCookie(context)).toBeUndefined();
    await page.goto(`${own.app.baseUrl}/token`);
    await expect(page).toHaveURL(`${own.app.baseUrl}/login?returnTo=%2Ftoken`);
    await expect(page.getByRole('link', { name: 'See why it was refused' })).toHaveCount(0);
  });

  test('has claims shown as text, whatever they contain', async ({ page, context }) => {
    const markup = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>';
    const claims = accessClaims(own.context, { aud: markup, scope: 'a<b>c', [markup]: { deep: [markup] } });
    await bring(context, forge(headerOf(own.context.rsa, { cty: markup }), claims, own.context.rsa));
    await page.goto(`${own.app.baseUrl}/token`);
    await expectRefused(page, 'audience');
    await expect(page.getByRole('main').getByText(markup).first()).toBeVisible();
    await expect(page.getByRole('listitem').getByText('a<b>c')).toBeVisible();
    expect(await page.evaluate(() => 'hacked' in window)).toBe(false);
    await expect(page.getByRole('main').locator('img')).toHaveCount(0);
  });

  test('that is no JWT has checks and no claims', async ({ page, context }) => {
    await bring(context, 'an-opaque-token');
    await page.goto(`${own.app.baseUrl}/token`);
    await expectRefused(page, 'form');
    await expect(page.getByText('It has no header and no claims that can be read.')).toBeVisible();
    await expect(page.getByText('an-opaque-token')).toHaveCount(0);
    await expect(page.getByRole('heading', { name: /not verified|not usable/ })).toHaveCount(0);
  });

  test('is revealed to the person who asks', async ({ page, context }) => {
    const token = forAnother();
    await bring(context, token);
    await page.goto(`${own.app.baseUrl}/token`);
    await page.getByRole('button', { name: 'Reveal access token' }).click();
    await expect(page.getByRole('region', { name: 'Access token' })).toHaveText(token);
  });

  test('while a page is open leads to the explanation by the next click', async ({
    page,
    context,
    noise,
  }) => {
    noise.allow(/status of 401 .*\/token/);
    const session = await bring(context, accessToken(own.context));
    await page.goto(`${own.app.baseUrl}/notes`);
    await expectSignedIn(page, 'alice');
    await session.replaceToken(forAnother());
    await page.getByRole('link', { name: 'Token', exact: true }).click();
    await expectRefused(page, 'audience');
    await expect(page.getByRole('banner').getByRole('link', { name: 'Token refused' })).toBeVisible();
  });

  test('does nothing for a page that asks by script, or for a client that brings the token itself', async ({
    page,
    context,
    request,
    noise,
  }) => {
    noise.allow(/status of 401/);
    const token = forAnother();
    await bring(context, token);
    await page.goto(own.app.baseUrl);
    for (const init of [{}, { headers: bearer(token) }]) {
      const answer = await fetchInPage(page, '/token', init);
      expect([answer.status, JSON.parse(answer.text).code]).toEqual([401, 'invalid_token']);
      expect(answer.challenge).toContain('error="invalid_token"');
    }
    const client = await request.get(`${own.app.baseUrl}/token`, { headers: bearer(token) });
    expect([client.status(), (await client.json()).check]).toEqual([401, 'audience']);
  });
});

test('somebody signed out is told of no refusal, whatever the address says', async ({ page }) => {
  await page.goto('/login?reason=refused');
  await expect(page.getByRole('button', { name: /^Sign in with/ })).toBeEnabled();
  await expect(page.getByRole('link', { name: 'See why it was refused' })).toHaveCount(0);
  await expectSignedOut(page);
  expect(await sessionOf(page)).toEqual({ signedIn: false });
});
