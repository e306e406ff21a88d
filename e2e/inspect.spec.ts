import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { accessToken, encodePart, forge, headerOf, newTokenContext } from '../test/token/tokens';
import { expect, test } from './support/fixtures';
import { startWithOwnProvider } from './support/own-provider';
import { bringSession, fetchInPage } from './support/steps';

const field = (page: Page) => page.getByRole('textbox', { name: 'Token' });
const verdict = (page: Page) => page.locator('#verdict');

async function paste(page: Page, text: string): Promise<void> {
  await field(page).fill(text);
  await page.getByRole('button', { name: 'Inspect' }).click();
}

/** The raw token of this browser's session. */
async function revealed(page: Page): Promise<string> {
  const answer = await fetchInPage(page, '/auth/reveal', { method: 'POST' });
  return JSON.parse(answer.text).access_token;
}

/** Signed by nobody: whoever pastes it may write into it what they like. */
const forged = (claims: string | Record<string, unknown>) =>
  `${encodePart({ alg: 'RS256', kid: 'k' })}.${encodePart(claims)}.${'A'.repeat(342)}`;

const overflow = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

test('the token of a session is taken, in whatever form it is pasted', async ({ page, context, app }) => {
  await bringSession(context, app);
  await page.goto('/token');
  const token = await revealed(page);
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Inspect' }).click();
  await expect(page).toHaveTitle('Inspect · Claimcheck');
  await paste(page, token);
  await expect(verdict(page)).toHaveText(
    /^This API would take it: it is valid for another \d+ (minutes?|seconds?)$/,
  );
  await expect(page.getByText('It is: access token.')).toBeVisible();
  await page.getByText('What is in it').click();
  await expect(page.getByText('Subject: whom it is about.')).toBeVisible();

  await paste(page, `curl -H 'Authorization: Bearer ${token}' ${app.baseUrl}/api/notes`);
  await expect(page.getByText('It was taken out of a command line.')).toBeVisible();
  await expect(verdict(page)).toHaveText(/^This API would take it/);
  expect(page.url()).toBe(`${app.baseUrl}/inspect`);
});

test('a token that has expired says when, what mends it, and which check failed', async ({ page }) => {
  const own = await startWithOwnProvider();
  await page.goto(`${own.app.baseUrl}/inspect`);
  await paste(page, accessToken(own.context, { exp: own.context.now - 3 * 3_600 - 60 }));
  await expect(verdict(page)).toHaveText('This API would refuse it: it expired 3 hours ago');
  await expect(page.getByText(/What mends it: Get a new one/)).toBeVisible();
  // Failing checks are open and first, the others are folded.
  await expect(page.getByText('It has not expired ("exp")')).toBeVisible();
  await expect(page.getByText('The token is at most 16 KiB')).toBeHidden();
  await page.getByText('Form', { exact: true }).click();
  await expect(page.getByText('The token is at most 16 KiB')).toBeVisible();
  await own.stop();
});

test('claims are text, whatever they say', async ({ page, noise: _ }) => {
  await page.goto('/inspect');
  const hostile = {
    iss: '<img src=x onerror="document.title=\'hacked\'">',
    sub: '</script><script>document.title="hacked"</script>',
    '<b>name</b>': 'javascript:alert(1)',
    constructor: 'x',
    rtl: 'abc\u202etxt.exe',
    exp: 1e300,
  };
  await paste(page, forged({ ...hostile }));
  await expect(verdict(page)).toContainText('<img src=x onerror=');
  await page.getByText('What is in it').click();
  await expect(page.getByText('<b>name</b>', { exact: true })).toBeVisible();
  await expect(page.getByText('abc\\u{202e}txt.exe', { exact: true })).toBeVisible();
  await expect(page).toHaveTitle('Inspect · Claimcheck');
  expect(await page.locator('main img, main b').count()).toBe(0);
});

test('thousands of claims and endless nesting do not freeze the page', async ({ page }) => {
  const context = await newTokenContext();
  await page.goto('/inspect');
  const many = Object.fromEntries(Array.from({ length: 3_000 }, (_, index) => [`c${index}`, 1]));
  await paste(page, forged(many));
  await expect(verdict(page)).toContainText('larger than 16 KiB');
  await page.getByText('What is in it').click();
  await expect(page.getByText('and 2,900 more')).toBeVisible();

  const deep = `{"a":${'['.repeat(1_000)}${']'.repeat(1_000)}}`;
  await paste(page, forge(headerOf(context.rsa), deep, context.rsa));
  await expect(page.getByText(/nested deeper than 32 levels/).first()).toBeVisible();

  // How long typing a mebibyte takes is the browser's business.
  await field(page).fill('eyJ <b>\u202e'.repeat(130_000));
  await page.getByRole('button', { name: 'Inspect' }).click();
  await expect(page.getByText('This is more than 64 KiB, and was not sent.')).toBeVisible({ timeout: 5_000 });
});

test('two tokens stand side by side, differences first', async ({ page }) => {
  const own = await startWithOwnProvider();
  await page.goto(`${own.app.baseUrl}/inspect`);
  const { now } = own.context;
  await field(page).fill(accessToken(own.context, { exp: now - 7_200, scope: 'openid example:note:read' }));
  await page.getByText('Compare it with another').click();
  await page
    .getByRole('textbox', { name: 'The other token' })
    .fill(`Bearer ${accessToken(own.context, { sub: 'bob', scope: 'openid' })}`);
  await page.getByRole('button', { name: 'Inspect' }).click();
  const compared = page.getByRole('region', { name: 'Side by side' });
  await expect(compared.getByRole('listitem').first()).toHaveText(
    'This API would take the second and refuse the first: it expired 2 hours ago.',
  );
  await expect(compared.getByText('The second lacks “example:note:read”.')).toBeVisible();
  await expect(compared.getByText(/They are about different people/)).toBeVisible();
  await expect(compared.getByText('"bob"')).toBeVisible();
  await expect(compared.getByText('differs from token to token').first()).toBeVisible();
  await page.getByText('The first: refused').click();
  await expect(page.getByRole('heading', { name: /would refuse it: it expired 2 hours ago/ })).toBeVisible();
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id }) => id)).toEqual([]);
  await page.setViewportSize({ width: 320, height: 800 });
  expect(await overflow(page)).toBeLessThanOrEqual(0);
  await own.stop();
});

test('a file is dropped or chosen', async ({ page }) => {
  await page.goto('/inspect');
  await page.getByLabel(/choose one/).setInputFiles({
    name: 'token.txt',
    mimeType: 'text/plain',
    buffer: Buffer.from('\ufeffBearer abcdefgh.ijkl', 'utf16le'),
  });
  await expect(verdict(page)).toContainText('it is opaque');
  await expect(field(page)).toHaveValue('Bearer abcdefgh.ijkl');

  const dropped = await page.evaluateHandle(() => {
    const data = new DataTransfer();
    data.items.add(new File([JSON.stringify({ refresh_token: 'v1.abcdefghijkl' })], 'answer.json'));
    return data;
  });
  await field(page).dispatchEvent('drop', { dataTransfer: dropped });
  await expect(verdict(page)).toContainText('it is a refresh token');
});

test('a token in the address is refused, taken out of it, and told why', async ({ page, app }) => {
  await page.goto('/inspect?token=eyJhbGciOiJub25lIn0.e30.');
  await expect(page.getByText(/not looked at, on purpose/)).toBeVisible();
  expect(page.url()).toBe(`${app.baseUrl}/inspect?refused=address`);
  expect(await page.content()).not.toContain('eyJhbGci');

  await page.goto('/inspect#access_token=eyJhbGciOiJub25lIn0.e30.&token_type=Bearer');
  await expect(page.getByText(/It was taken out of this one/)).toBeVisible();
  expect(page.url()).toBe(`${app.baseUrl}/inspect`);
});

test('by keyboard alone, and the verdict is where the focus goes', async ({ page }) => {
  await page.goto('/inspect');
  await field(page).focus();
  await page.keyboard.insertText('abcdefgh');
  await page.keyboard.press('Tab');
  await expect(page.getByText('Compare it with another')).toBeFocused();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(verdict(page)).toContainText('it is opaque');
  await page.keyboard.press('Tab');
  await expect(page.getByRole('button', { name: 'Copy a report for a ticket' })).toBeFocused();
});

test('nothing for axe to find in either theme, and no sideways scrolling on a phone', async ({ page }) => {
  const violations = async () =>
    (await new AxeBuilder({ page }).analyze()).violations.map(({ id, nodes }) => ({
      id,
      where: nodes.map(({ html }) => html),
    }));
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.goto('/inspect');
    expect(await violations(), `${colorScheme}, empty`).toEqual([]);
    await paste(
      page,
      forged({ iss: `https://${'i'.repeat(300)}.example`, sub: 'x', exp: 1, aud: ['a', 'b'] }),
    );
    await expect(verdict(page)).toContainText('another issuer');
    await page.locator('main details').evaluateAll((all) => {
      for (const one of all) one.setAttribute('open', '');
    });
    expect(await violations(), colorScheme).toEqual([]);
  }
  for (const width of [390, 320]) {
    await page.setViewportSize({ width, height: 844 });
    expect(await overflow(page), `${width} px`).toBeLessThanOrEqual(0);
  }
});

test.describe('without script', () => {
  test.use({ javaScriptEnabled: false });

  test('the form is answered by a page', async ({ page, app }) => {
    await page.goto('/inspect');
    await paste(page, forged({ iss: '<i>x</i>' }));
    await expect(page.getByRole('heading', { level: 1 })).toContainText('This API would refuse it');
    await expect(page.getByText('Checks that fail')).toBeVisible();
    await page.getByRole('link', { name: 'Inspect another token' }).click();
    expect(page.url()).toBe(`${app.baseUrl}/inspect`);
  });
});
