import { expect, test } from './support/fixtures';
import { bringSession, expectSignedIn, expired, newTitle, noteCard, sessionOf } from './support/steps';

test.use({ appEnv: { IDP_ACCESS_TOKEN_TTL: '3' } });

test('tabs that wake up together after an expiry all stay signed in', async ({ page, context, app }) => {
  await bringSession(context, app);
  const tabs = [page, await context.newPage(), await context.newPage()];
  await expired((await sessionOf(page)).expiresAt);
  await Promise.all(tabs.map((tab, index) => tab.goto(index === 1 ? '/token' : '/notes')));
  for (const tab of tabs) await expectSignedIn(tab, 'alice');
  expect((await sessionOf(page)).signedIn).toBe(true);
});

test('the token page notices an expiry, renews when asked, and says what that has changed', async ({
  page,
  context,
  app,
}) => {
  await bringSession(context, app);
  await page.goto('/token');
  await expect(page.getByText(/^This token has expired\./)).toBeVisible();
  await page.getByRole('button', { name: 'Refresh now' }).click();
  await expect(page.getByText(/^Expires in/)).toBeVisible();
  await expect(page.getByText(/^The new one is newer by \d+ seconds?\.$/)).toBeVisible();
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
