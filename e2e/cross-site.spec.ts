import type { Page } from '@playwright/test';
import { expect, test } from './support/fixtures';
import { type OtherSite, startOtherSite } from './support/other-site';
import { bringSession, haveNote, newTitle, noteCard, sessionOf } from './support/steps';

let site: OtherSite;
test.beforeEach(async ({ context, app, noise }) => {
  site = await startOtherSite();
  await bringSession(context, app);
  // Refusals, as the browser reports them to whoever looks at the other site.
  noise.allow(
    /status of 40[0135]|CORS policy|net::ERR_FAILED|frame-ancestors|X-Frame-Options|refused to connect/,
  );
  // An answer that is JSON in a tab of its own makes the browser look for an icon.
  noise.allow(/status of 404 .*\/favicon\.ico/);
  // What Next says when a browser drops a request whose answer its page may not read.
  noise.allow(/uncaughtException:\s+Error: aborted/);
});
test.afterEach(() => site.close());

const escapeHtml = (text: string) => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;');

/** A form that sends itself as soon as it is there. */
function autoSubmit(
  action: string,
  { fields = {}, enctype = '' }: { fields?: object; enctype?: string } = {},
) {
  const inputs = Object.entries(fields).map(
    ([name, value]) => `<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(value)}">`,
  );
  return `<form method="post" action="${action}" enctype="${enctype}">${inputs.join('')}</form>
    <script>document.forms[0].submit()</script>`;
}

/** Opens the other site, whose page sends a write to `path`. @returns the status of the answer */
async function statusOfWrite(page: Page, origin: string, path: string): Promise<number> {
  const [answer] = await Promise.all([
    page.waitForResponse((response) => {
      const { pathname } = new URL(response.url());
      return pathname === path && response.request().method() === 'POST';
    }),
    page.goto(origin, { waitUntil: 'commit' }),
  ]);
  await expect(page).toHaveURL((url) => url.pathname === path);
  return answer.status();
}

const sessions = {
  // The cookie comes along, for a port does not make another site; the app has to refuse by itself.
  localhost: 403,
  // SameSite=Lax keeps the cookie back, and without one there is nobody to write.
  '127.0.0.1': 401,
};

for (const [host, statusOfApi] of Object.entries(sessions)) {
  test.describe(`a page on another port of ${host}`, () => {
    const origin = () => `http://${host}:${site.port}`;

    test('cannot create a note with a form', async ({ page, app }) => {
      const title = newTitle('Forged');
      // What a text/plain form sends: name=value, which is JSON if the "=" is inside a string.
      const fields = { [`{"title":"${title}","body":"`]: '"}' };
      site.show(autoSubmit(`${app.baseUrl}/api/notes`, { fields, enctype: 'text/plain' }));
      expect(await statusOfWrite(page, origin(), '/api/notes')).toBe(statusOfApi);
      await page.goto('/notes');
      await expect(page.getByRole('heading', { name: 'Your notes' })).toBeVisible();
      await expect(noteCard(page, title)).toHaveCount(0);
    });

    for (const path of ['/auth/logout', '/auth/reveal', '/auth/token']) {
      test(`gets 403 for a form sent to ${path}, and the session goes on`, async ({ page, app }) => {
        site.show(autoSubmit(`${app.baseUrl}${path}`, { fields: { grant_type: 'authorization_code' } }));
        expect(await statusOfWrite(page, origin(), path)).toBe(403);
        await expect(page.locator('body')).toContainText('cross_site');
        expect((await sessionOf(page)).signedIn).toBe(true);
      });
    }

    test('cannot write with fetch and credentials', async ({ page, app }) => {
      const title = newTitle('Forged');
      await page.goto(origin());
      const [answer] = await Promise.all([
        page.waitForResponse(`${app.baseUrl}/api/notes`),
        page.evaluate(
          ([url, body]) =>
            fetch(url, { method: 'POST', mode: 'no-cors', credentials: 'include', body }).catch(
              () => undefined,
            ),
          [`${app.baseUrl}/api/notes`, JSON.stringify({ title })] as const,
        ),
      ]);
      expect(answer.status()).toBe(statusOfApi);
      const { notes } = await (await page.request.get('/api/notes')).json();
      expect(JSON.stringify(notes)).not.toContain(title);
    });

    test('cannot change or delete a note with fetch and credentials', async ({ page, app }) => {
      const title = newTitle('Mine');
      const id = await haveNote(page, { title });
      await page.goto(origin());
      const outcomes = await page.evaluate(async (url) => {
        const send = (init: RequestInit) =>
          fetch(url, { credentials: 'include', ...init }).then(
            (response) => response.status,
            () => 'blocked',
          );
        const headers = { 'content-type': 'application/json' };
        return [
          await send({ method: 'PATCH', headers, body: '{"title":"Forged"}' }),
          await send({ method: 'DELETE' }),
        ];
      }, `${app.baseUrl}/api/notes/${id}`);
      expect(outcomes).toEqual(['blocked', 'blocked']);
      const note = await (await page.request.get(`/api/notes/${id}`)).json();
      expect(note).toMatchObject({ title, version: 1 });
    });

    test('cannot read what the app answers', async ({ page, app }) => {
      await page.goto(origin());
      const outcomes = await page.evaluate(async (base) => {
        const paths = ['/api/notes', '/api/my-token', '/auth/session', '/notes', '/token'];
        const read = (path: string) =>
          fetch(base + path, { credentials: 'include' }).then(
            (response) => response.text(),
            () => 'blocked',
          );
        return Promise.all(paths.map(read));
      }, app.baseUrl);
      expect(outcomes).toEqual(Array(5).fill('blocked'));
    });

    test('cannot show the app in a frame', async ({ page, app }) => {
      site.show(`<iframe src="${app.baseUrl}/notes"></iframe>`);
      await page.goto(origin());
      const frame = page.frameLocator('iframe');
      await expect.poll(() => page.frames()[1]?.url()).toMatch(/^chrome-error:/);
      await expect(frame.getByRole('heading', { name: 'Your notes' })).toHaveCount(0);
    });
  });
}

test('a link from another site opens a protected page without a detour', async ({ page, app }) => {
  site.show(`<a href="${app.baseUrl}/notes">Your notes</a>`);
  await page.goto(`http://127.0.0.1:${site.port}`);
  await page.getByRole('link').click();
  await expect(page).toHaveURL('/notes');
});
