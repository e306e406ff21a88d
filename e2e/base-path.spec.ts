import { expect, test } from './support/fixtures';
import { allow, createNote, enterPassword, newTitle, noteCard, pressSignIn, signOut } from './support/steps';

// Of the one build that the HTTP tests make, too.
test.use({ basePath: '/shop/account' });

test('below a base path, alice signs in on the way to her notes, writes one, looks around and signs out', async ({
  page,
  context,
  app,
}) => {
  const title = newTitle('Below a path');
  await page.goto(`${app.baseUrl}/notes`);
  await pressSignIn(page);
  await enterPassword(page, 'alice');
  await allow(page);
  await expect(page).toHaveURL(`${app.baseUrl}/notes`);
  await createNote(page, { title });

  await page.getByRole('link', { name: 'Token', exact: true }).click();
  await expect(page).toHaveURL(`${app.baseUrl}/token`);
  await page.getByRole('button', { name: 'Reveal access token' }).click();
  await expect(page.getByLabel('Access token', { exact: true })).toHaveText(/^eyJ/);
  await page.getByRole('link', { name: 'Notes', exact: true }).click();
  await expect(noteCard(page, title)).toBeVisible();

  const paths = async () =>
    (await context.cookies()).filter(({ name }) => name.startsWith('claimcheck_session'));
  expect(await paths()).toEqual([expect.objectContaining({ path: '/shop/account', httpOnly: true })]);
  await signOut(page);
  await expect(page).toHaveURL(app.baseUrl);
  expect(await paths()).toEqual([]);
});
