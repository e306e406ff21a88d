import type { Page } from '@playwright/test';
import { expect, test } from './support/fixtures';
import {
  bringSession,
  createNote,
  expectSignedIn,
  newTitle,
  noteCard,
  sessionCookie,
  sessionOf,
} from './support/steps';

test.use({ appEnv: { IDP_ACCESS_TOKEN_TTL: '3' } });

/** Waits until the session's present token has expired, without asking the app, which would renew it. */
async function expired(expiresAt: number | undefined): Promise<void> {
  await expect.poll(() => Date.now() / 1_000).toBeGreaterThan(expiresAt ?? Number.POSITIVE_INFINITY);
}

/** Many requests at once by the page. @returns the statuses that occurred */
function storm(page: Page): Promise<number[]> {
  return page.evaluate(async () => {
    const paths = ['/api/notes', '/api/my-token', '/api/my-scopes', '/auth/session', '/notes', '/token'];
    const answers = await Promise.all([...paths, ...paths, ...paths].map((path) => fetch(path)));
    return [...new Set(answers.map(({ status }) => status))];
  });
}

test('an access token that expires is renewed without anyone noticing', async ({ page, context, app }) => {
  test.slow();
  await bringSession(context, app);
  await page.goto('/notes');
  const cookie = await sessionCookie(context);
  let last = (await sessionOf(page)).expiresAt;
  const titles = [newTitle('Before'), newTitle('After one expiry'), newTitle('After two')];
  for (const [index, title] of titles.entries()) {
    await createNote(page, { title });
    await expired(last);
    expect(await storm(page), 'answers to many requests at once').toEqual([200]);
    await page.getByRole('link', { name: 'Token', exact: true }).click();
    await expect(page.getByText('You have: example:note:read')).toBeVisible();
    await page.getByRole('link', { name: 'Notes', exact: true }).click();
    await expect(noteCard(page, title)).toBeVisible();
    const { expiresAt } = await sessionOf(page);
    expect(expiresAt, `renewal ${index + 1}`).toBeGreaterThan(last ?? 0);
    last = expiresAt;
  }
  await page.reload();
  await expectSignedIn(page, 'alice');
  for (const title of titles) await expect(noteCard(page, title)).toBeVisible();
  expect((await sessionCookie(context))?.value).toBe(cookie?.value);
});

test('tabs that wake up together after an expiry all stay signed in', async ({ page, context, app }) => {
  await bringSession(context, app);
  const tabs = [page, await context.newPage(), await context.newPage()];
  await expired((await sessionOf(page)).expiresAt);
  await Promise.all(tabs.map((tab, index) => tab.goto(index === 1 ? '/token' : '/notes')));
  for (const tab of tabs) await expectSignedIn(tab, 'alice');
  expect((await sessionOf(page)).signedIn).toBe(true);
});

test('the token page notices an expiry and renews when asked', async ({ page, context, app }) => {
  await bringSession(context, app);
  await page.goto('/token');
  await expect(page.getByText('This token has expired.')).toBeVisible();
  await page.getByRole('button', { name: 'Renew now' }).click();
  await expect(page.getByText(/^Expires in/)).toBeVisible();
});

test('a save whose token expired while the note was written succeeds', async ({ page, context, app }) => {
  await bringSession(context, app);
  const title = newTitle('Slowly written');
  await page.goto('/notes');
  const form = page.getByRole('form', { name: 'New note' });
  await form.getByLabel('Title').fill(title);
  await expired((await sessionOf(page)).expiresAt);
  await form.getByRole('button', { name: 'Create note' }).click();
  await expect(noteCard(page, title)).toBeVisible();
});
