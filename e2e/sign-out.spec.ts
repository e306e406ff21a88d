import type { Page } from '@playwright/test';
import { type RunningApp, startApp } from './support/app';
import { expect, test } from './support/fixtures';
import { type OtherSite, startOtherSite } from './support/other-site';
import { bringSession, sessionCookieNamed } from './support/steps';

/** A provider whose sign-out leads on to a third origin, as a brokered or federated one does. */
let provider: OtherSite;
let third: OtherSite;
let own: RunningApp;
test.beforeEach(async () => {
  provider = await startOtherSite();
  third = await startOtherSite();
  provider.leadTo(`http://127.0.0.1:${third.port}/brokered`);
  third.show('<h1>Signed out everywhere</h1>');
  const env = { OIDC_END_SESSION_ENDPOINT: `http://localhost:${provider.port}/out` };
  own = await startApp({ env });
});
test.afterEach(async () => {
  await own.stop();
  await provider.close();
  await third.close();
});

async function leave(page: Page): Promise<void> {
  await page.goto(own.baseUrl);
  await page.getByRole('button', { name: 'Sign out' }).click();
}

test.describe('a sign-out that the provider leads through a third origin', () => {
  for (const javaScriptEnabled of [true, false]) {
    test(`arrives there, ${javaScriptEnabled ? 'with scripts' : 'without any script'}`, async ({
      browser,
    }) => {
      const context = await browser.newContext({ javaScriptEnabled });
      await bringSession(context, own);
      const page = await context.newPage();
      await leave(page);
      await expect(page.getByRole('heading', { name: 'Signed out everywhere' })).toBeVisible();
      expect(provider.asked).toEqual([expect.stringMatching(/^\/out\?client_id=/)]);
      const cookies = await context.cookies(own.baseUrl);
      expect(cookies.filter(({ name }) => sessionCookieNamed.test(name))).toEqual([]);
      await context.close();
    });
  }
});
