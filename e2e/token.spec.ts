import AxeBuilder from '@axe-core/playwright';
import { expect, test } from './support/fixtures';
import { bringSession, fetchInPage, sessionOf } from './support/steps';

const sameOrigin = { method: 'POST' };

for (const [name, size] of Object.entries({
  'a desk': { width: 1280, height: 900 },
  'a phone': { width: 390, height: 844 },
})) {
  test(`on ${name} who, what, until when and the verdict are there without scrolling`, async ({
    page,
    context,
    app,
  }) => {
    await page.setViewportSize(size);
    await bringSession(context, app, { without: ['example:note:delete'] });
    await page.goto('/token');
    for (const seen of [
      page.getByRole('heading', { name: 'Accepted by this API' }),
      page.getByText('Alice Liddell').last(),
      page.getByText('Not allowed: Delete notes'),
      page.getByText(/^Expires in/),
      page.getByRole('button', { name: 'Refresh now' }),
    ]) {
      await expect(seen).toBeInViewport({ ratio: 1 });
    }
  });
}

test('Refresh now brings a new token once, shows what changed, and the page follows', async ({
  page,
  context,
  app,
}) => {
  await bringSession(context, app);
  await page.goto('/token');
  const before = JSON.parse((await fetchInPage(page, '/api/my-token')).text);
  await page.getByRole('button', { name: 'Refresh now' }).click();
  const shown = page.getByRole('status').filter({ hasText: 'This API would take both.' });
  await expect(shown.getByText('jti', { exact: true })).toBeVisible();
  await expect(shown.getByText('differs from token to token').first()).toBeVisible();
  const after = JSON.parse((await fetchInPage(page, '/api/my-token')).text);
  expect([after.jti === before.jti, after.sub]).toEqual([false, before.sub]);
  await expect(page.locator('[data-part="claims"]').getByText(after.jti, { exact: true })).toBeVisible();
  expect(await page.content()).not.toMatch(/eyJ[\w-]+\.eyJ/);
  await page.getByRole('button', { name: 'Close the comparison' }).click();
  await expect(shown).toHaveCount(0);
});

test('the ID token stands beside the access token, and why one is not the other', async ({
  page,
  context,
  app,
}) => {
  await bringSession(context, app);
  await page.goto('/token');
  await page.getByRole('button', { name: 'Compare with the ID token' }).click();
  await expect(page.getByText(/^This API would take the access token and refuse the ID token/)).toBeVisible();
  await expect(page.getByText(/^The ID token: it tells the client who has signed in/)).toBeVisible();
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id }) => id)).toEqual([]);
});

test('a report is copied that has neither the token nor a personal value', async ({ page, context, app }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await bringSession(context, app);
  const { subject } = await sessionOf(page);
  await page.goto('/token');
  await page.getByRole('button', { name: 'Copy a report for a ticket' }).click();
  await expect(page.getByText('Copied.')).toBeVisible();
  const report = await page.evaluate(() => navigator.clipboard.readText());
  expect(report).toMatch(/^## This API would take it/);
  expect(report).toContain('| ✓ | signature |');
  for (const secret of ['eyJ', 'Alice', subject as string]) expect(report).not.toContain(secret);
});

test('a part of the token leads to what it decodes to, as a table and as JSON', async ({
  page,
  context,
  app,
}) => {
  await bringSession(context, app);
  await page.goto('/token');
  const tabs = page.getByRole('list', { name: 'The token, part by part' });
  await expect(tabs.getByRole('listitem')).toHaveText([
    /^header\d+ of \d+/,
    /^claims\d+ of/,
    /^signature342 of/,
  ]);
  await tabs.getByRole('link', { name: 'claims' }).click();
  const claims = page.getByRole('region', { name: 'Verified claims' });
  await expect(claims).toBeInViewport();
  await claims.getByText('As JSON').click();
  await expect(claims.locator('pre')).toContainText('"client_id": "claimcheck"');
});

test('nobody else renews a session, or sees its tokens compared', async ({ page, context, app, noise }) => {
  noise.allow(/status of 40[13] .*\/auth\/(refresh|id-token)/);
  await page.goto('/');
  for (const path of ['/auth/refresh', '/auth/id-token']) {
    expect((await fetchInPage(page, path, sameOrigin)).status).toBe(401);
  }
  await bringSession(context, app);
  for (const path of ['/auth/refresh', '/auth/id-token']) {
    const crossSite = await page.request.post(path, { headers: { 'sec-fetch-site': 'cross-site' } });
    expect([crossSite.status(), (await crossSite.json()).code]).toEqual([403, 'cross_site']);
    const nobodySays = await page.request.post(path);
    expect(nobodySays.status()).toBe(403);
  }
});
