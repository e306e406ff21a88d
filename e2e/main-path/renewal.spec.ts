import { expect, test } from '../support/fixtures';
import {
  createNote,
  expectSignedIn,
  expired,
  newTitle,
  noteCard,
  sessionOf,
  signIn,
  storm,
} from '../support/steps';

test.use({ appEnv: { IDP_ACCESS_TOKEN_TTL: '3' } });

test('an access token that expires is renewed without anyone noticing, time and again', async ({ page }) => {
  test.slow();
  await signIn(page, { from: '/notes' });
  let last = (await sessionOf(page)).expiresAt ?? 0;
  const titles = [newTitle('Before'), newTitle('After one expiry'), newTitle('After two')];
  for (const title of titles) {
    await createNote(page, { title });
    await expired(last);
    expect(await storm(page), 'answers to many requests at once').toEqual([200]);
    const { expiresAt = 0 } = await sessionOf(page);
    expect(expiresAt).toBeGreaterThan(last);
    last = expiresAt;
  }
  await page.reload();
  await expectSignedIn(page, 'alice');
  for (const title of titles) await expect(noteCard(page, title)).toBeVisible();
});
