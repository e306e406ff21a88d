import { expect, test } from './support/fixtures';
import { back, bringSession, createNote, haveNote, newTitle, noteCard } from './support/steps';

test.beforeEach(({ context, app }) => bringSession(context, app));

test.describe('a note that was changed elsewhere while someone edits it', () => {
  test('is not overwritten unseen: the other version can be taken', async ({ page, noise }) => {
    noise.allow(/status of 412 .*\/api\/notes/);
    const title = newTitle('Shared');
    const id = await haveNote(page, { title, body: 'One' });
    await page.goto('/notes');
    await noteCard(page, title).getByRole('button', { name: 'Edit' }).click();
    const editor = page.getByRole('form', { name: `Edit ${title}` });
    await editor.getByLabel('Text').fill('Mine');
    await page.request.patch(`/api/notes/${id}`, { data: { body: 'Theirs' } });

    await editor.getByRole('button', { name: 'Save' }).click();
    const conflict = editor.getByRole('alert');
    await expect(conflict).toContainText('This note was changed elsewhere');
    await expect(conflict).toContainText('Theirs');
    await expect(editor.getByLabel('Text')).toHaveValue('Mine');
    await conflict.getByRole('button', { name: 'Take theirs' }).click();
    await expect(noteCard(page, title)).toContainText('Theirs');
    await page.reload();
    await expect(noteCard(page, title)).toContainText('Theirs');
  });

  test('can be overwritten knowingly', async ({ page, noise }) => {
    noise.allow(/status of 412 .*\/api\/notes/);
    const title = newTitle('Shared');
    const id = await haveNote(page, { title, body: 'One' });
    await page.goto('/notes');
    await noteCard(page, title).getByRole('button', { name: 'Edit' }).click();
    const editor = page.getByRole('form', { name: `Edit ${title}` });
    await editor.getByLabel('Text').fill('Mine');
    await page.request.patch(`/api/notes/${id}`, { data: { body: 'Theirs' } });
    await editor.getByRole('button', { name: 'Save' }).click();
    await editor.getByRole('button', { name: 'Overwrite with mine' }).click();
    await expect(noteCard(page, title)).toContainText('Mine');
    expect(await (await page.request.get(`/api/notes/${id}`)).json()).toMatchObject({
      body: 'Mine',
      version: 3,
    });
  });

  test('or deleted, can be saved as a new note', async ({ page, noise }) => {
    noise.allow(/status of 404 .*\/api\/notes/);
    const title = newTitle('Gone');
    const id = await haveNote(page, { title });
    await page.goto('/notes');
    await noteCard(page, title).getByRole('button', { name: 'Edit' }).click();
    const editor = page.getByRole('form', { name: `Edit ${title}` });
    await editor.getByLabel('Text').fill('Still wanted');
    await page.request.delete(`/api/notes/${id}`);
    await editor.getByRole('button', { name: 'Save', exact: true }).click();
    await expect(editor.getByRole('alert')).toContainText('it was deleted elsewhere');
    await editor.getByRole('button', { name: 'Save as a new note' }).click();
    await expect(noteCard(page, title)).toContainText('Still wanted');
    await page.reload();
    await expect(noteCard(page, title)).toContainText('Still wanted');
  });

  test('is not deleted unseen either', async ({ page, noise }) => {
    noise.allow(/status of 412 .*\/api\/notes/);
    const title = newTitle('Precious');
    const id = await haveNote(page, { title });
    await page.goto('/notes');
    await noteCard(page, title).getByRole('button', { name: 'Delete' }).click();
    await page.request.patch(`/api/notes/${id}`, { data: { body: 'Worth keeping' } });
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Delete note' }).click();
    await expect(dialog.getByRole('alert')).toContainText('Delete it all the same?');
    expect((await page.request.get(`/api/notes/${id}`)).status()).toBe(200);
    await dialog.getByRole('button', { name: 'Delete note' }).click();
    await expect(noteCard(page, title)).toHaveCount(0);
    expect((await page.request.get(`/api/notes/${id}`)).status()).toBe(404);
  });
});

test('markup in a note is text', async ({ page }) => {
  const title = newTitle('<b>Bold</b><script>window.hacked=1</script>');
  const body = '<img src=x onerror="window.hacked=1">\n</script><svg onload=alert(1)> 𝕏 👩‍👩‍👧 ‮';
  await page.goto('/notes');
  await createNote(page, { title, body });
  await page.reload();
  const card = noteCard(page, title);
  await expect(card).toContainText('<img src=x onerror="window.hacked=1">');
  await expect(card.locator('b, img, script, svg')).toHaveCount(0);
  expect(await page.evaluate(() => 'hacked' in window)).toBe(false);
});

test('a title that is empty or too long is said beside the field, and nothing is sent', async ({ page }) => {
  await page.goto('/notes');
  const sent: string[] = [];
  page.on('request', (request) => {
    if (request.method() !== 'GET') sent.push(request.url());
  });
  const form = page.getByRole('form', { name: 'New note' });
  const title = form.getByLabel('Title');
  for (const [text, message] of [
    ['   ', 'The title must not be empty.'],
    ['x'.repeat(201), 'The title must have at most 200 characters.'],
  ] as const) {
    await title.fill(text);
    await form.getByRole('button', { name: 'Create note' }).click();
    await expect(title).toHaveAccessibleDescription(new RegExp(message));
    await expect(title).toHaveAttribute('aria-invalid', 'true');
    await expect(title).toBeFocused();
  }
  expect(sent).toEqual([]);
  await title.fill('👋'.repeat(200));
  await form.getByRole('button', { name: 'Create note' }).click();
  await expect(noteCard(page, '👋'.repeat(200)).first()).toBeVisible();
});

test('a note pressed into being twice is created once', async ({ page }) => {
  const title = newTitle('Once');
  await page.goto('/notes');
  const form = page.getByRole('form', { name: 'New note' });
  await form.getByLabel('Title').fill(title);
  await form.getByRole('button', { name: 'Create note' }).dblclick();
  await expect(noteCard(page, title)).toBeVisible();
  await page.reload();
  await expect(noteCard(page, title)).toHaveCount(1);
});

test('a note that could not be sent is kept and can be sent again', async ({ page, noise }) => {
  noise.allow(/net::ERR_FAILED .*\/notes/);
  const title = newTitle('Offline');
  await page.goto('/notes');
  const isCreation = (url: URL) => url.pathname === '/notes';
  await page.route(isCreation, (route, request) =>
    request.method() === 'POST' ? route.abort() : route.continue(),
  );
  const form = page.getByRole('form', { name: 'New note' });
  await form.getByLabel('Title').fill(title);
  await form.getByRole('button', { name: 'Create note' }).click();
  await expect(form.getByRole('alert')).toContainText('The server could not be reached');
  await page.reload();
  await expect(form.getByLabel('Title')).toHaveValue(title);
  await form.getByRole('button', { name: 'Create note' }).click();
  await expect(form.getByRole('alert')).toBeVisible();
  await page.unroute(isCreation);
  await form.getByRole('button', { name: 'Try again' }).click();
  await expect(noteCard(page, title)).toBeVisible();
});

test('more notes than a page holds are loaded by a button, each once', async ({ page }) => {
  const topic = newTitle('Many');
  const titles = Array.from({ length: 25 }, (_, index) => `${topic} no. ${index + 1}`);
  for (const title of titles) await haveNote(page, { title });
  await page.goto('/notes');
  const mine = page.getByRole('heading', { level: 3, name: topic });
  await expect(mine).toHaveCount(20);
  await page.getByRole('button', { name: 'Load more' }).click();
  await expect(mine).toHaveText([...titles].reverse());
});

test('the list is up to date after going away and back', async ({ page }) => {
  const title = newTitle('There and back');
  await page.goto('/notes');
  await createNote(page, { title });
  await page.getByRole('link', { name: 'Token', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'Your access token' })).toBeVisible();
  await back(page);
  await expect(noteCard(page, title)).toBeVisible();
  await noteCard(page, title).getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete note' }).click();
  await expect(noteCard(page, title)).toHaveCount(0);
  await page.goForward();
  await expect(page.getByRole('heading', { name: 'Your access token' })).toBeVisible();
  await back(page);
  await expect(page.getByRole('heading', { name: 'Your notes' })).toBeVisible();
  await expect(noteCard(page, title)).toHaveCount(0);
});

test('Cancel and Escape leave a note as it was, Escape asking first where something was typed', async ({
  page,
}) => {
  const title = newTitle('Unchanged');
  await haveNote(page, { title, body: 'As it was' });
  await page.goto('/notes');
  const edit = noteCard(page, title).getByRole('button', { name: 'Edit' });
  const editor = page.getByRole('form', { name: `Edit ${title}` });
  await edit.click();
  await editor.getByLabel('Text').fill('Otherwise');
  await page.keyboard.press('Escape');
  await editor.getByRole('button', { name: 'Keep editing' }).click();
  await expect(editor.getByLabel('Text')).toHaveValue('Otherwise');
  await page.keyboard.press('Escape');
  await editor.getByRole('button', { name: 'Discard changes' }).click();
  await expect(noteCard(page, title)).toContainText('As it was');
  await expect(edit).toBeFocused();
  await edit.click();
  await editor.getByLabel('Text').fill('Otherwise');
  await editor.getByRole('button', { name: 'Cancel' }).click();
  await page.reload();
  await expect(noteCard(page, title)).toContainText('As it was');
});

test.describe('beside the notes', () => {
  test('stand the requests that were made, and what was answered', async ({ page, context }) => {
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    const title = newTitle('Shown');
    await page.goto('/notes');
    const panel = page.getByRole('group').filter({ hasText: 'Requests and answers' }).first();
    await expect(panel).toContainText('Nothing yet');
    await createNote(page, { title });
    await expect(panel.locator('summary', { hasText: 'POST /notes' })).toContainText('200');
    await noteCard(page, title).getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('button', { name: 'Delete note' }).click();
    const deletion = panel.locator('summary', { hasText: 'DELETE /api/notes/' });
    await expect(deletion).toContainText('204');

    await panel.getByRole('button', { name: 'Copy as curl' }).first().click();
    await expect(panel).toContainText('Copied');
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(copied).toMatch(/^curl -i -X DELETE 'http:\/\/localhost:\d+\/api\/notes\/[\w-]+' /);
    expect(copied).toContain('-H "Authorization: Bearer $TOKEN"');
    expect(copied).not.toMatch(/eyJ|cookie/i);
  });

  test('stands where on its way a request was refused', async ({ page, noise }) => {
    noise.allow(/status of 412 .*\/api\/notes/);
    const title = newTitle('Shown');
    const id = await haveNote(page, { title });
    await page.goto('/notes');
    await noteCard(page, title).getByRole('button', { name: 'Edit' }).click();
    await page.request.patch(`/api/notes/${id}`, { data: { body: 'Theirs' } });
    const editor = page.getByRole('form', { name: `Edit ${title}` });
    await editor.getByLabel('Text').fill('Mine');
    await editor.getByRole('button', { name: 'Save' }).click();
    const panel = page.getByRole('group').filter({ hasText: 'Requests and answers' }).first();
    await expect(panel.locator('summary', { hasText: 'PATCH /api/notes/' })).toContainText('412');
    await expect(panel.getByRole('listitem').filter({ hasText: /^Scope: passed/ })).toBeVisible();
    await expect(panel.getByRole('listitem').filter({ hasText: /^Notes: refused here/ })).toBeVisible();
    await expect(panel).toContainText('"code": "');
  });

  test('that panel stays folded where somebody folded it', async ({ page }) => {
    await page.goto('/notes');
    const summary = page.getByText('Requests and answers');
    await summary.press('Enter');
    await expect(page.getByText('Nothing yet')).toBeHidden();
    await page.reload();
    await expect(page.getByText('Nothing yet')).toBeHidden();
  });
});
