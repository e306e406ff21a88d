import { request as httpRequest } from 'node:http';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { sql } from 'kysely';
import { people } from '../idp/people';
import { openDatabase } from '../lib/db/open';
import { notesPerOwner } from '../lib/notes/store';
import { captureCreation, replay } from './support/action-request';
import type { RunningApp } from './support/app';
import { expect, test } from './support/fixtures';
import { startOtherSite } from './support/other-site';
import {
  allow,
  bringSession,
  createNote,
  haveNote,
  newTitle,
  noteCard,
  pressSignIn,
  sessionCookie,
  sessionCookieNamed,
  sessionNotice,
  signIn,
  signOut,
  wordsIn,
} from './support/steps';

const newNote = (page: Page) => page.getByRole('form', { name: 'New note' });
const databaseOf = (app: RunningApp) => openDatabase(path.join(app.directory, '.data', 'claimcheck.db'));

/** Whether somebody has a note of this title among their newest. */
async function has(page: Page, title: string): Promise<boolean> {
  const { notes } = await (await page.request.get('/api/notes?limit=100')).json();
  return notes.some((note: { title: string }) => note.title === title);
}

test.describe('a new note', () => {
  test('is sent to a server action, and is as it was typed', async ({ page, context, app }) => {
    await bringSession(context, app);
    const writes: string[] = [];
    page.on('request', (request) => {
      const action = request.headers()['next-action'] ? ' by action' : '';
      if (request.method() === 'POST') writes.push(new URL(request.url()).pathname + action);
    });
    const title = newTitle('By action');
    await page.goto('/notes');
    await createNote(page, { title, body: 'One\n\nTwo \\r\\n 👩‍👩‍👧 & <b>' });
    await expect(page.getByRole('status').getByText(`Created “${title}”.`)).toBeVisible();
    await expect(newNote(page).getByLabel('Title')).toBeFocused();
    await expect(newNote(page).getByLabel('Title')).toHaveValue('');
    expect(writes).toEqual(['/notes by action']);
    const { notes } = await (await page.request.get('/api/notes?limit=1')).json();
    expect(notes[0]).toMatchObject({ title, body: 'One\n\nTwo \\r\\n 👩‍👩‍👧 & <b>' });
  });

  test('of the most characters is taken, line breaks counted once', async ({ page, context, app }) => {
    await bringSession(context, app);
    const title = newTitle('Long');
    await page.goto('/notes');
    await createNote(page, { title, body: `${'x'.repeat(99)}\n`.repeat(100) });
    await page.reload();
    await expect(noteCard(page, title)).toBeVisible();
  });

  test('can be created after coming by another name of this machine', async ({ page, context, app }) => {
    await bringSession(context, app);
    await page.goto(`http://127.0.0.1:${app.port}/notes`);
    await expect(page).toHaveURL(`${app.baseUrl}/notes`);
    await createNote(page, { title: newTitle('By alias') });
  });
});

test.describe('a form whose note cannot be taken keeps it', () => {
  test('when somebody signed out in another tab: it is saved after signing in again', async ({
    page,
    context,
  }) => {
    test.slow();
    await signIn(page, { from: '/notes' });
    const hidden = newTitle('Hidden');
    await haveNote(page, { title: hidden });
    await page.reload();
    // What this tab does not hear of, it learns from the action.
    await page.addInitScript(() => Reflect.deleteProperty(window, 'BroadcastChannel'));
    await page.goto('/notes');
    const title = newTitle('Meanwhile');
    await newNote(page).getByLabel('Title').fill(title);
    const other = await context.newPage();
    await other.goto('/');
    await signOut(other);

    // Read on its way: the browser itself may keep no body of an answer that streams.
    const answers: { status: number; text: string }[] = [];
    await page.route('**/notes', async (route) => {
      if (route.request().method() !== 'POST') return route.continue();
      const response = await route.fetch();
      answers.push({ status: response.status(), text: await response.text() });
      await route.fulfill({ response });
    });
    await newNote(page).getByRole('button', { name: 'Create note' }).click();
    await expect(newNote(page).getByRole('alert')).toContainText('Your text is kept in this tab.');
    await expect(sessionNotice(page)).toContainText('Sign in again to go on.');
    await expect(newNote(page).getByLabel('Title')).toHaveValue(title);
    await expect(page).toHaveURL('/notes');
    await page.unroute('**/notes');
    expect(answers.map(({ status }) => status)).toEqual([200]);
    const [{ text } = { text: '' }] = answers;
    expect(wordsIn(text, hidden, 'Your notes', 'Alice', '"signed-out"')).toEqual(['"signed-out"']);

    await newNote(page).getByRole('link', { name: 'Sign in again' }).click();
    await pressSignIn(page);
    await page.getByLabel('Username').fill('alice');
    await page.getByLabel('Password').fill('wonderland');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await allow(page);
    await expect(page).toHaveURL('/notes');
    await expect(newNote(page).getByLabel('Title')).toHaveValue(title);
    await newNote(page).getByRole('button', { name: 'Create note' }).click();
    await expect(noteCard(page, title)).toBeVisible();
  });

  test('when there are as many notes as may be', async ({ page, context, app }) => {
    await bringSession(context, app);
    const title = newTitle('One too many');
    await page.goto('/notes');
    const db = databaseOf(app);
    const subject = people.find(({ username }) => username === 'alice')?.subject ?? '';
    const rows = Array.from({ length: notesPerOwner }, (_, index) => ({
      ...{ id: crypto.randomUUID(), issuer: app.embeddedIssuer, subject, title: 'filler', body: '' },
      ...{ version: 1, created_at: index, updated_at: index },
    }));
    for (let from = 0; from < rows.length; from += 100) {
      await db
        .insertInto('note')
        .values(rows.slice(from, from + 100))
        .execute();
    }
    await newNote(page).getByLabel('Title').fill(title);
    await newNote(page).getByRole('button', { name: 'Create note' }).click();
    const alert = newNote(page).getByRole('alert');
    await expect(alert).toContainText('You have as many notes as one person may keep. The limit is 1,000.');
    await expect(newNote(page).getByLabel('Title')).toHaveValue(title);
    await db.deleteFrom('note').where('title', '=', 'filler').execute();
    await db.destroy();
    await alert.getByRole('button', { name: 'Try again' }).click();
    await expect(noteCard(page, title)).toBeVisible();
  });

  test('while the database is away', async ({ page, context, app, noise }) => {
    noise.allow(/"event":"action_failed".*database is locked/);
    await bringSession(context, app);
    const title = newTitle('Later');
    await page.goto('/notes');
    await newNote(page).getByLabel('Title').fill(title);
    const db = databaseOf(app);
    await sql`begin immediate`.execute(db);
    await newNote(page).getByRole('button', { name: 'Create note' }).click();
    const alert = newNote(page).getByRole('alert');
    await expect(alert).toContainText('The database cannot be reached. Try again in a moment.');
    await expect(newNote(page).getByLabel('Title')).toHaveValue(title);
    await sql`rollback`.execute(db);
    await db.destroy();
    await alert.getByRole('button', { name: 'Try again' }).click();
    await expect(noteCard(page, title)).toBeVisible();
  });

  test('when the app was renewed meanwhile', async ({ page, context, app, noise }) => {
    noise.allow(/status of 409 .*\/notes/);
    await bringSession(context, app);
    const title = newTitle('Of the old build');
    await page.goto('/notes');
    await page.route('/notes', (route, request) => {
      const headers = { ...request.headers(), 'next-action': `40${'a'.repeat(40)}` };
      return route.continue(request.method() === 'POST' ? { headers } : {});
    });
    await newNote(page).getByLabel('Title').fill(title);
    await newNote(page).getByRole('button', { name: 'Create note' }).click();
    const alert = newNote(page).getByRole('alert');
    await expect(alert).toContainText('The app was renewed since this page was loaded.');
    await page.unroute('/notes');
    await page.reload();
    await expect(newNote(page).getByLabel('Title')).toHaveValue(title);
  });
});

test.describe('a call of the action that no page of ours makes', () => {
  test('needs the scope, whatever the page lets somebody press', async ({ page, context, browser, app }) => {
    await bringSession(context, app);
    const captured = await captureCreation(page);
    const title = newTitle('Forced');
    const bob = await browser.newContext({ baseURL: app.baseUrl });
    await bringSession(bob, app, { as: 'bob' });
    const answer = await replay(bob.request, app, captured, { title });
    expect(answer.status()).toBe(200);
    const text = await answer.text();
    expect(text).toContain(
      '{"outcome":"needs-scope","scopes":["example:note:create"],"href":"/login?returnTo=%2Fnotes&scope=example%3Anote%3Aread+example%3Anote%3Acreate"}',
    );
    const { notes } = await (await bob.request.get('/api/notes')).json();
    expect(JSON.stringify(notes)).not.toContain(title);
    await bob.close();

    expect(await (await replay(page.request, app, captured, { title })).text()).toContain('"done"');
    expect(await has(page, title)).toBe(true);
  });

  test('creates nothing without a session, and is told nothing but that', async ({
    page,
    context,
    request,
    app,
  }) => {
    await bringSession(context, app);
    const captured = await captureCreation(page);
    const title = newTitle('Forged');
    const forgeries: Record<string, string>[] = [
      {},
      { 'x-session-name': 'Alice', 'x-session-handle': 'h', 'x-session-ends-at': '9999999999999' },
      { authorization: 'Bearer abc' },
      { 'x-forwarded-host': 'evil.example', 'x-middleware-subrequest': 'middleware:middleware' },
      { 'x-action-forwarded': '1' },
    ];
    for (const headers of forgeries) {
      const answer = await replay(request, app, captured, { title, headers });
      expect(answer.status(), JSON.stringify(headers)).toBe(200);
      const text = await answer.text();
      expect(text).toMatch(/"outcome":"(signed-out|refused)"/);
      expect(wordsIn(text, captured.title, 'Your notes', 'Alice')).toEqual([]);
    }
    expect(await has(page, title)).toBe(false);
  });

  test('with anything but a form is refused, and brings nothing down', async ({
    page,
    context,
    app,
    noise,
  }) => {
    // What Next logs of bodies that it cannot decode, before any of our code.
    noise.allow(/⨯ (SyntaxError: .*JSON|Error: Connection closed\.|Error: Body exceeded 64kb limit\.)/);
    await bringSession(context, app);
    const captured = await captureCreation(page);
    const plain = { ...captured.headers, 'content-type': 'text/plain;charset=UTF-8' };
    for (const body of ['[]', '["$undefined"]', '[{"title":"x"},{"get":"x"}]', '[[],"form"]']) {
      const answer = await page.request.post('/notes', { headers: plain, data: Buffer.from(body) });
      expect(await answer.text(), body).toContain('The form cannot be read.');
    }
    for (const body of ['', '{', '["$K9"]', 'junk', '["$F1","$@2"]']) {
      const answer = await page.request.post('/notes', { headers: plain, data: Buffer.from(body) });
      expect([200, 500], body).toContain(answer.status());
    }
    const large = { ...captured, body: Buffer.concat([Buffer.alloc(100_000, 'x'), captured.body]) };
    expect((await replay(page.request, app, large, { title: 'x' })).status()).toBe(500);
    const unknown = { 'next-action': '0'.repeat(42) };
    expect((await replay(page.request, app, captured, { title: 'x', headers: unknown })).status()).toBe(409);
    await page.reload();
    await expect(noteCard(page, captured.title)).toBeVisible();
  });

  test('from another site is refused, with a session and without', async ({
    page,
    context,
    request,
    app,
  }) => {
    await bringSession(context, app);
    const captured = await captureCreation(page);
    const title = newTitle('Across');
    const origins: Record<string, string>[] = [
      { origin: 'https://evil.example' },
      { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
      { origin: 'https://evil.example', 'x-forwarded-host': 'evil.example' },
      { 'sec-fetch-site': 'same-site' },
      { origin: 'null' },
    ];
    for (const headers of origins) {
      for (const from of [page.request, request]) {
        const answer = await replay(from, app, captured, { title, headers });
        expect(answer.status(), JSON.stringify(headers)).toBe(403);
        expect(await answer.json()).toMatchObject({ code: 'cross_site' });
      }
    }
    expect(await has(page, title)).toBe(false);
  });

  for (const host of ['localhost', '127.0.0.1']) {
    test(`by a form on another port of ${host} is refused`, async ({ page, context, app, noise }) => {
      noise.allow(/status of 403/);
      await bringSession(context, app);
      const { id } = await captureCreation(page);
      const title = newTitle('Across');
      const site = await startOtherSite();
      site.show(`<form method="post" action="${app.baseUrl}/notes" enctype="multipart/form-data">
        <input name="$ACTION_ID_${id}"><input name="title" value="${title}"></form>
        <script>document.forms[0].submit()</script>`);
      await page.goto(`http://${host}:${site.port}`, { waitUntil: 'commit' });
      await expect(page.locator('body')).toContainText('cross_site');
      expect(await has(page, title)).toBe(false);
      await site.close();
    });
  }

  test('through a proxy that passes on a Host of its own is taken', async ({ page, context, app }) => {
    await bringSession(context, app);
    const captured = await captureCreation(page);
    const title = newTitle('Behind a proxy');
    const cookie = await sessionCookie(context);
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const sent = httpRequest(
        {
          ...{ host: '127.0.0.1', port: app.port, path: '/notes', method: 'POST' },
          headers: {
            ...captured.headers,
            ...{ host: 'internal.example:8080', 'x-forwarded-host': 'wrong.example' },
            cookie: `${cookie?.name}=${cookie?.value}`,
          },
        },
        (answer) => {
          answer.resume().on('end', () => resolve(answer.statusCode));
        },
      ).on('error', reject);
      sent.end(captured.body.toString('latin1').replaceAll(captured.title, title), 'latin1');
    });
    expect(status).toBe(200);
    expect(await has(page, title)).toBe(true);
  });
});

test.describe('a form that is sent without script', () => {
  /** Sends it as a browser does that has run none. */
  async function send(page: Page, id: string, title: string): Promise<void> {
    const answered = page.waitForResponse((response) => response.request().method() === 'POST');
    await page.evaluate(
      ([name, text]) => {
        const form = document.createElement('form');
        Object.assign(form, { method: 'post', action: '/notes', enctype: 'multipart/form-data' });
        for (const [field, value] of [
          [`$ACTION_ID_${name}`, ''],
          ['title', text],
          ['body', 'One\nTwo'],
        ] as const) {
          form.append(Object.assign(document.createElement('textarea'), { name: field, value }));
        }
        document.body.append(form);
        form.submit();
      },
      [id, title] as const,
    );
    await answered;
  }

  test('creates the note, and shows the page with it', async ({ page, context, app }) => {
    await bringSession(context, app);
    const { id } = await captureCreation(page);
    const title = newTitle('Without script');
    await send(page, id, title);
    await expect(noteCard(page, title)).toContainText('One\nTwo');
  });

  test('by somebody signed out shows no page, and is sent again after signing in', async ({
    page,
    context,
    app,
    noise,
  }) => {
    noise.allow(/status of 401/);
    await bringSession(context, app);
    const { id, title: hidden } = await captureCreation(page);
    const title = newTitle('Without script');
    await context.clearCookies({ name: sessionCookieNamed });
    await send(page, id, title);
    await expect(page.getByRole('heading', { name: 'You are not signed in.' })).toBeVisible();
    expect(wordsIn(await page.content(), hidden, 'Your notes', 'Alice')).toEqual([]);
    await expect(page.getByRole('link', { name: 'Sign in in another tab' })).toHaveAttribute(
      'href',
      '/login?returnTo=%2Fnotes',
    );
    await bringSession(context, app);
    expect(await has(page, title)).toBe(false);
    await page.reload();
    await expect(noteCard(page, title)).toBeVisible();
  });
});
