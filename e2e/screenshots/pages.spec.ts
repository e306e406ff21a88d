import { mkdir, writeFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { expect, test } from '../support/fixtures';
import { signIn } from '../support/steps';

/** From the root. */
const folder = 'docs/screenshots';

test('pictures of the pages', async ({ page }) => {
  await mkdir(folder, { recursive: true });
  await page.setViewportSize({ width: 1280, height: 900 });
  await signIn(page);
  for (const [name, path] of Object.entries({ token: '/token', inspect: '/inspect' })) {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.goto(path);
      await expect(page.getByRole('main')).toBeVisible();
      if (name === 'inspect') await pasteCutToken(page);
      await writeFile(`${folder}/${name}-${colorScheme}.webp`, await webp(page));
    }
  }
});

/** The token of this session, as a terminal cuts it. */
async function pasteCutToken(page: Page): Promise<void> {
  const answer = await page.request.post('/auth/reveal', { headers: { 'sec-fetch-site': 'same-origin' } });
  const { access_token: token } = await answer.json();
  await page.getByRole('textbox', { name: 'Token' }).fill(`Authorization: Bearer ${token.slice(0, -60)}…`);
  await page.getByRole('button', { name: 'Inspect' }).click();
  await expect(page.getByRole('heading', { name: /cut off/ })).toBeVisible();
  await page.evaluate(() => window.scrollTo(0, 0));
}

/** What fits the window. Smaller than the PNG that Playwright makes. */
async function webp(page: Page): Promise<Buffer> {
  const cdp = await page.context().newCDPSession(page);
  const { data } = await cdp.send('Page.captureScreenshot', { format: 'webp', quality: 60 });
  await cdp.detach();
  return Buffer.from(data, 'base64');
}
