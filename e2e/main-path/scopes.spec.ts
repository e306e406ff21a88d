import type { Page } from '@playwright/test';
import type { Action } from '../../lib/access/actions';
import type { RunningApp } from '../support/app';
import { expect, test } from '../support/fixtures';
import { asked, granted } from '../support/scopes';
import {
  allow,
  createNote,
  enterPassword,
  expectSignedIn,
  fetchInPage,
  newTitle,
  noteCard,
  pressSignIn,
  sessionOf,
  signIn,
} from '../support/steps';

/** The link on the notes page that signs in with one scope more. */
const askFor = (page: Page, app: RunningApp, action: Action) =>
  page.getByRole('link').filter({ hasText: asked(app, action) });

test('the token page shows the scopes, and no check fails', async ({ page, app }) => {
  await signIn(page, { from: '/token' });
  await expect(page.getByText(`You have: ${granted(app, 'note:read')}`)).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Accepted by this API' })).toBeVisible();
  await expect(page.getByText(/^Fail$/)).toHaveCount(0);
  const answer = await fetchInPage(page, '/api/my-scopes');
  expect(JSON.parse(answer.text)).toContain(granted(app, 'note:delete'));
});

test('bob asks for everything, is granted reading, and the API holds him to it', async ({
  page,
  app,
  noise,
}) => {
  noise.allow(/status of 403 .*\/api\/notes/);
  await page.goto('/login');
  await pressSignIn(page);
  await enterPassword(page, 'bob');
  await expect(page.getByRole('checkbox', { name: 'Create notes' })).toBeDisabled();
  await allow(page);
  await expectSignedIn(page, 'bob');
  const notes = ((await sessionOf(page)).scopes ?? []).filter((scope) => scope.includes('note:'));
  expect(notes).toEqual([granted(app, 'note:read')]);
  expect((await fetchInPage(page, '/api/notes')).status).toBe(200);
  const init = {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"title":"Forced"}',
  };
  const refused = await fetchInPage(page, '/api/notes', init);
  expect(refused.status).toBe(403);
  expect(refused.challenge).toContain(`scope="${asked(app, 'note:create')}"`);
});

test('a scope that was not asked for is missing from the token, and one link away', async ({ page, app }) => {
  await signIn(page, { untick: ['Delete notes'], from: '/notes' });
  const title = newTitle('Stays');
  await createNote(page, { title });
  const remove = noteCard(page, title).getByRole('button', { name: 'Delete' });
  await expect(remove).toBeDisabled();

  await page.getByRole('link', { name: 'Token', exact: true }).click();
  await expect(page.getByText(`You lack: ${granted(app, 'note:delete')}`)).toBeVisible();

  await page.getByRole('link', { name: 'Notes', exact: true }).click();
  // The token page has such a link too, which leads back there.
  await expect(page.getByRole('heading', { name: 'Your notes' })).toBeVisible();
  await askFor(page, app, 'note:delete').click();
  await pressSignIn(page);
  await allow(page);
  await expect(page).toHaveURL('/notes');
  await remove.click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete note' }).click();
  await expect(noteCard(page, title)).toHaveCount(0);
});

test('a scope unticked at the provider is missing just the same', async ({ page, app }) => {
  await signIn(page, { untickAtProvider: ['Create notes'], from: '/token' });
  await expect(page.getByText(`You lack: ${granted(app, 'note:create')}`)).toBeVisible();
  await expect(page.getByText(`You have: ${granted(app, 'note:read')}`)).toBeVisible();
});
