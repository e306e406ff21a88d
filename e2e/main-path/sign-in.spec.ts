import { expect, test } from '../support/fixtures';
import {
  allow,
  createNote,
  deny,
  enterPassword,
  expectSignedIn,
  expectSignedOut,
  fetchInPage,
  leaveForProvider,
  newTitle,
  noteCard,
  pressSignIn,
  signIn,
  signOut,
} from '../support/steps';

test('alice signs in, writes, changes and deletes a note, and signs out for good', async ({
  page,
  noise,
}) => {
  noise.allow(/status of 401/);
  const [title, changed] = [newTitle('Tea'), newTitle('Tea at six')];
  await signIn(page, { from: '/' });
  await expect(page.getByRole('heading', { name: 'You are signed in as Alice Liddell' })).toBeVisible();

  await page.getByRole('link', { name: 'Notes', exact: true }).click();
  await createNote(page, { title, body: 'With the hatter.' });
  await expect(page.getByRole('status').getByText(`Created “${title}”.`)).toBeVisible();

  await noteCard(page, title).getByRole('button', { name: 'Edit' }).click();
  const editor = page.getByRole('form', { name: `Edit ${title}` });
  await editor.getByLabel('Title').fill(changed);
  await editor.getByLabel('Text').fill('With the hatter and the hare.');
  await editor.getByRole('button', { name: 'Save' }).click();
  await expect(noteCard(page, changed)).toContainText('With the hatter and the hare.');

  await page.reload();
  await expect(noteCard(page, changed)).toContainText('With the hatter and the hare.');
  await expect(noteCard(page, title)).toHaveCount(0);

  await noteCard(page, changed).getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete note' }).click();
  await expect(noteCard(page, changed)).toHaveCount(0);
  await page.reload();
  await expect(page.getByRole('heading', { name: 'Your notes' })).toBeVisible();
  await expect(noteCard(page, changed)).toHaveCount(0);

  await signOut(page);
  await expectSignedOut(page);
  expect((await fetchInPage(page, '/api/notes')).status).toBe(401);
});

test('signing out ends the session at the provider too', async ({ page }) => {
  await signIn(page);
  await leaveForProvider(page);
  await expect(page.getByRole('button', { name: 'Allow' }), 'the provider knows her').toBeVisible();
  await page.goto('/');
  await signOut(page);
  await leaveForProvider(page);
  await expect(page.getByLabel('Password')).toBeVisible();
});

test('the person at the provider may be another one than before', async ({ page }) => {
  await signIn(page, { as: 'alice' });
  await leaveForProvider(page);
  await page.getByRole('link', { name: 'Use another account' }).click();
  await enterPassword(page, 'bob');
  await allow(page);
  await expectSignedIn(page, 'bob');
  await page.goto('/login');
  await expect(page.getByText('You are already signed in as Bob Carpenter.')).toBeVisible();
});

test('a sign-in that is declined ends on a named error, from which signing in again works', async ({
  page,
}) => {
  await leaveForProvider(page, { from: '/notes' });
  await enterPassword(page, 'alice');
  await deny(page);
  await expect(page.getByRole('main').getByRole('alert').getByRole('heading')).toHaveText(
    'Sign-in was declined',
  );
  await expect(page.getByText('Error code: access_denied')).toBeVisible();
  await expectSignedOut(page);

  await page.getByRole('link', { name: 'Sign in again' }).click();
  await pressSignIn(page);
  await allow(page);
  await expect(page).toHaveURL('/notes');
  await expectSignedIn(page, 'alice');
});
