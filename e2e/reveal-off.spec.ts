import { expect, test } from './support/fixtures';
import { bringSession, fetchInPage } from './support/steps';

test.use({ appEnv: { TOKEN_REVEAL: 'off' } });

test('where Reveal is off the page says how to turn it on, and the server refuses', async ({
  page,
  context,
  app,
  noise,
}) => {
  noise.allow(/status of 403 .*\/auth\/reveal/);
  await bringSession(context, app);
  await page.goto('/token');
  await expect(page.getByText('TOKEN_REVEAL=on')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Reveal access token' })).toHaveCount(0);
  const answer = await fetchInPage(page, '/auth/reveal', { method: 'POST' });
  expect(answer.status).toBe(403);
  expect(JSON.parse(answer.text)).toMatchObject({ code: 'reveal_disabled' });
  expect(answer.text).not.toContain('eyJ');
});
