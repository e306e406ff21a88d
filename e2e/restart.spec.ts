import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { startApp } from './support/app';
import { expect, test } from './support/fixtures';
import { bringSession, createNote, expectSignedIn, newTitle, noteCard } from './support/steps';

test('a restart signs nobody out and keeps their notes; stricter settings say why a token is refused', async ({
  page,
  context,
}) => {
  test.slow();
  const directory = await mkdtemp(path.join(os.tmpdir(), 'claimcheck-'));
  const first = await startApp({ directory });
  const ports = { port: first.port, idpPort: Number(new URL(first.embeddedIssuer).port) };
  const title = newTitle('Kept');
  await bringSession(context, first);
  await page.goto(`${first.baseUrl}/notes`);
  await createNote(page, { title });
  await first.stop();

  const second = await startApp({ directory, ...ports });
  await page.goto(`${second.baseUrl}/notes`);
  await expectSignedIn(page, 'alice');
  await expect(noteCard(page, title)).toBeVisible();
  await second.stop();

  const third = await startApp({ directory, ...ports, env: { OIDC_ALGORITHMS: 'ES256' } });
  await page.goto(`${third.baseUrl}/notes`);
  await expect(page).toHaveURL(/\/login\?returnTo=%2Fnotes&reason=refused$/);
  await expect(
    page.getByRole('status').getByText('Your access token is not accepted here any more.'),
  ).toBeVisible();
  await expect(page.getByText(title)).toHaveCount(0);
  await third.stop();
  await rm(directory, { recursive: true });
});
