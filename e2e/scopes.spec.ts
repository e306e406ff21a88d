import path from 'node:path';
import type { Page } from '@playwright/test';
import { people as peopleOfProvider } from '../idp/people';
import { openDatabase } from '../lib/db/open';
import { NoteStore } from '../lib/notes/store';
import type { RunningApp } from './support/app';
import { expect, test } from './support/fixtures';
import {
  allow,
  bringSession,
  createNote,
  enterPassword,
  expectSignedIn,
  fetchInPage,
  haveNote,
  newTitle,
  noteCard,
  pressSignIn,
  sessionOf,
  signIn,
  type Username,
  wordsIn,
} from './support/steps';

const json = { 'content-type': 'application/json' };

/** A note of somebody who may not create one: from a time at which they could. */
async function noteFromBefore(app: RunningApp, username: Username, title: string): Promise<string> {
  const subject = peopleOfProvider.find((person) => person.username === username)?.subject ?? '';
  const db = openDatabase(path.join(app.directory, '.data', 'claimcheck.db'));
  const note = await new NoteStore(db, Date.now).create(
    { issuer: app.embeddedIssuer, subject },
    { title, body: 'From before' },
  );
  await db.destroy();
  if (!note) throw new Error('there is no room for another note');
  return note.id;
}

/** The link that signs in with one scope more. */
const askFor = (page: Page, verb: string) =>
  page.getByRole('link', { name: new RegExp(`^Sign in with it ?: example:note:${verb}$`) });

const newNoteForm = (page: Page) => page.getByRole('form', { name: 'New note' });

test.describe('bob, who may read', () => {
  test('sees his notes, and every other button disabled with the scope it needs', async ({
    page,
    context,
    app,
  }) => {
    const title = newTitle('Kept');
    await bringSession(context, app, { as: 'bob' });
    await noteFromBefore(app, 'bob', title);
    await page.goto('/notes');
    const card = noteCard(page, title);
    await expect(card).toContainText('From before');

    const create = newNoteForm(page).getByRole('button', { name: 'Create note' });
    await expect(create).toBeDisabled();
    await expect(create).toHaveAccessibleDescription(/example:note:create/);
    await expect(newNoteForm(page).getByLabel('Title')).toBeDisabled();
    for (const [name, scope] of [
      ['Edit', 'example:note:update'],
      ['Delete', 'example:note:delete'],
    ] as const) {
      const button = card.getByRole('button', { name });
      await expect(button).toBeDisabled();
      await expect(button).toHaveAccessibleDescription(new RegExp(`${name} needs ${scope}`));
    }
    for (const scope of ['create', 'update', 'delete']) {
      await expect(askFor(page, scope)).toBeVisible();
    }
    await expect(askFor(page, 'read')).toHaveCount(0);
  });

  test('gets 403 from the API for what he may not, whatever the page lets him press', async ({
    page,
    context,
    app,
    noise,
  }) => {
    noise.allow(/status of 403 .*\/api\/notes/);
    await bringSession(context, app, { as: 'bob' });
    const title = newTitle('Not to be touched');
    const id = await noteFromBefore(app, 'bob', title);
    await page.goto('/notes');
    expect((await fetchInPage(page, '/api/notes')).status).toBe(200);
    for (const [method, path, scope] of [
      ['POST', '/api/notes', 'example:note:create'],
      ['PATCH', `/api/notes/${id}`, 'example:note:update'],
      ['DELETE', `/api/notes/${id}`, 'example:note:delete'],
    ] as const) {
      const body = method === 'DELETE' ? undefined : JSON.stringify({ title: 'Forced' });
      const answer = await fetchInPage(page, path, { method, headers: json, body });
      expect(answer.status).toBe(403);
      expect(JSON.parse(answer.text)).toMatchObject({ code: 'insufficient_scope', scope });
      expect(answer.challenge).toContain('error="insufficient_scope"');
      expect(answer.challenge).toContain(`scope="${scope}"`);
    }
    await page.reload();
    await expect(noteCard(page, title)).toBeVisible();
    await expect(page.getByText('Forced')).toHaveCount(0);
  });

  test('cannot get more by a button that he enables himself', async ({ page, context, app }) => {
    await bringSession(context, app, { as: 'bob' });
    await page.goto('/notes');
    const form = newNoteForm(page);
    await form.getByRole('button', { name: 'Create note' }).evaluate((button: HTMLButtonElement) => {
      for (const field of button.form?.elements ?? []) field.removeAttribute('disabled');
    });
    await form.getByLabel('Title').fill('Forced');
    await form.evaluate((element: HTMLFormElement) => element.requestSubmit());
    await expect(form.getByRole('alert')).toContainText('Your token does not permit this.');
    await expect(form.getByRole('alert')).toContainText('example:note:create');
    await expect(form.getByRole('alert').getByRole('link', { name: 'Sign in with it' })).toHaveAttribute(
      'href',
      '/login?returnTo=%2Fnotes&scope=example%3Anote%3Aread+example%3Anote%3Acreate',
    );
    await expect(form.getByLabel('Title')).toHaveValue('Forced');
  });

  test('asks for more at sign-in and is granted reading all the same', async ({ page }) => {
    await page.goto('/login');
    await pressSignIn(page);
    await enterPassword(page, 'bob');
    await expect(page.getByRole('checkbox', { name: 'Create notes' })).toBeDisabled();
    await expect(page.getByText('bob may not be granted this')).toHaveCount(3);
    await allow(page);
    await expectSignedIn(page, 'bob');
    expect((await sessionOf(page)).scopes).toEqual(['example:note:read']);
  });

  test("cannot see alice's notes by their address", async ({ page, context, app, noise }) => {
    noise.allow(/status of 404 .*\/api\/notes/);
    await bringSession(context, app, { as: 'alice' });
    const id = await haveNote(page, { title: newTitle("Alice's own") });
    await context.clearCookies();
    await bringSession(context, app, { as: 'bob' });
    await page.goto('/notes');
    expect((await fetchInPage(page, `/api/notes/${id}`)).status).toBe(404);
  });
});

test('carol, who may do nothing, sees no notes and is told why', async ({ page, app, noise }) => {
  noise.allow(/status of 403 .*\/api\/notes/);
  const title = newTitle('Out of reach');
  await signIn(page, { as: 'carol' });
  await noteFromBefore(app, 'carol', title);
  await page.goto('/notes');
  await expect(page.getByText('Needs example:note:read to read notes.')).toBeVisible();
  await expect(page.getByText(title)).toHaveCount(0);
  await expect(page.getByText('No notes yet.')).toHaveCount(0);
  await expect(newNoteForm(page).getByRole('button', { name: 'Create note' })).toBeDisabled();
  expect(wordsIn(await page.content(), title)).toEqual([]);
  expect((await fetchInPage(page, '/api/notes')).status).toBe(403);
});

test.describe('a scope that is not asked for', () => {
  test('can be asked for from the token page, which it leads back to', async ({ page }) => {
    await signIn(page, { untick: ['Create notes', 'Change notes'], from: '/token' });
    await askFor(page, 'update').click();
    await expect(page.getByRole('checkbox', { name: 'Create notes' })).not.toBeChecked();
    await pressSignIn(page);
    await allow(page);
    await expect(page).toHaveURL('/token');
    await expect(page.getByText('You have: example:note:update')).toBeVisible();
    await expect(page.getByText('You lack: example:note:create')).toBeVisible();
  });
});

test('a scope unticked at the provider is missing just the same', async ({ page }) => {
  await signIn(page, { untickAtProvider: ['Create notes'], from: '/token' });
  await expect(page.getByText('You lack: example:note:create')).toBeVisible();
  await page.getByRole('link', { name: 'Notes', exact: true }).click();
  const create = newNoteForm(page).getByRole('button', { name: 'Create note' });
  await expect(create).toBeDisabled();
  await expect(create).toHaveAccessibleDescription(/Needs example:note:create/);
  await newNoteForm(page).getByRole('link', { name: 'Sign in with it' }).click();
  await pressSignIn(page);
  await allow(page);
  await expect(page).toHaveURL('/notes');
  await createNote(page, { title: newTitle('At last') });
});

test('the sign-in page ticks what its address asks for', async ({ page }) => {
  const ticked = () => page.getByRole('checkbox', { checked: true });
  await page.goto('/login');
  await expect(ticked()).toHaveCount(4);
  await page.goto('/login?scope=note:read+example:note:update');
  await expect(ticked()).toHaveCount(2);
  await expect(page.getByRole('checkbox', { name: 'Read notes' })).toBeChecked();
  await expect(page.getByRole('checkbox', { name: 'Change notes' })).toBeChecked();
});

test('with every box unticked the token has no note scope, and every page still works', async ({ page }) => {
  await signIn(page, { untick: ['Read notes', 'Create notes', 'Change notes', 'Delete notes'] });
  await page.goto('/token');
  await expect(page.getByText(/^You lack/)).toHaveCount(4);
  await page.goto('/notes');
  await expect(page.getByText('Needs example:note:read to read notes.')).toBeVisible();
});
