import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, test } from './support/fixtures';
import { allow, bringSession, enterPassword, newTitle, pressSignIn } from './support/steps';

/** Opens an operation and sends a request. */
async function execute(page: Page, id: string, body?: string) {
  const operation = page.locator(`[id$="-${id}"]`);
  await operation.locator('.opblock-summary-control').click();
  await operation.getByRole('button', { name: 'Try it out' }).click();
  if (body !== undefined) await operation.getByRole('textbox').last().fill(body);
  await operation.getByRole('button', { name: 'Execute' }).click();
  return operation;
}

const answerOf = (operation: Awaited<ReturnType<typeof execute>>) =>
  operation.locator('.live-responses-table .response-col_status').last();

test('requests go with the session, and no token ever reaches the page', async ({ page, context, app }) => {
  await bringSession(context, app);
  const foreign: string[] = [];
  const sent: string[] = [];
  page.on('request', async (request) => {
    if (!request.url().startsWith(app.baseUrl)) foreign.push(request.url());
    sent.push(JSON.stringify(await request.allHeaders()));
  });
  await page.goto('/docs');
  await expect(page.getByText('Requests go with your session')).toBeVisible();
  const title = newTitle('Explored');
  const operation = await execute(page, 'createNote', JSON.stringify({ title }));
  await expect(answerOf(operation)).toContainText('201');
  await expect(operation.locator('.live-responses-table')).toContainText(title);
  expect(foreign).toEqual([]);
  expect(sent.join()).not.toMatch(/authorization":"Bearer/i);
  await expect(page.getByRole('button', { name: /authorize/i })).toHaveCount(0);
  expect(await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }))).not.toContain(
    'eyJ',
  );
});

test('a scope that is missing is offered: through the sign-in, and back here', async ({
  page,
  context,
  app,
  noise,
}) => {
  noise.allow(/status of 403 .*\/api\/notes/);
  await bringSession(context, app, {
    without: ['create', 'update', 'delete'].map((verb) => `example:note:${verb}`),
  });
  await page.goto('/docs');
  const operation = await execute(page, 'createNote', '{"title":"Refused"}');
  await expect(answerOf(operation)).toContainText('403');
  await expect(page.getByText('That needs the scope example:note:create.')).toBeVisible();
  await page.getByRole('link', { name: 'Sign in with it' }).click();
  await expect(page.getByRole('checkbox', { name: 'Create notes' })).toBeChecked();
  await expect(page.getByRole('checkbox', { name: 'Delete notes' })).not.toBeChecked();
  await pressSignIn(page);
  await enterPassword(page, 'alice');
  await allow(page);
  await expect(page).toHaveURL('/docs');
  await expect(answerOf(await execute(page, 'createNote', '{"title":"Now"}'))).toContainText('201');
});

test('somebody who is not signed in is offered the sign-in, and the document all the same', async ({
  page,
  noise,
}) => {
  noise.allow(/status of 401 .*\/api\/my-token/);
  await page.goto('/docs');
  await expect(answerOf(await execute(page, 'readToken'))).toContainText('401');
  await expect(page.getByText('That needs somebody who is signed in.')).toBeVisible();
  await page.getByRole('link', { name: 'Authorize' }).click();
  await expect(page).toHaveURL('/login?returnTo=%2Fdocs');
});

test('a pasted token is sent in place of the session, shown nowhere, and gone with the page', async ({
  page,
  context,
  app,
  noise,
}) => {
  noise.allow(/status of 401 .*\/api\/my-token/);
  await bringSession(context, app);
  await page.goto('/docs');
  await page.getByText('Use another token').click();
  await page.getByLabel('Access token').fill('Bearer eyJhbGciOiJub25lIn0.e30.pasted');
  await page.getByRole('button', { name: 'Use it' }).click();
  const operation = await execute(page, 'readToken');
  await expect(answerOf(operation)).toContainText('401');
  await expect(page.getByText('The token you pasted was refused')).toBeVisible();
  await expect(operation).not.toContainText('pasted');
  await page.getByRole('button', { name: 'Forget it' }).click();
  await operation.getByRole('button', { name: 'Execute' }).click();
  await expect(answerOf(operation)).toContainText('200');
  await page.reload();
  await page.getByText('Use another token').click();
  await expect(page.getByLabel('Access token')).toHaveValue('');
});

test('it works by keyboard alone, and has nothing to mend for a screen reader', async ({
  page,
  context,
  app,
}) => {
  await bringSession(context, app);
  await page.goto('/docs');
  const control = page.locator('[id$="-readScopes"] .opblock-summary-control');
  await control.focus();
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Try it out' }).press('Enter');
  await page.getByRole('button', { name: 'Execute' }).press('Enter');
  await expect(page.locator('.live-responses-table')).toContainText('example:note:read');
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    expect(
      (await new AxeBuilder({ page }).analyze()).violations.map(({ id, nodes }) => [id, nodes[0]?.html]),
    ).toEqual([]);
  }
  await page.setViewportSize({ width: 320, height: 700 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
});
