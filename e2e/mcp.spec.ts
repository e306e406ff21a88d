import { authorizationRequest } from '../test/idp/client';
import { expect, test } from './support/fixtures';
import { startOtherSite } from './support/other-site';
import { allow, enterPassword } from './support/steps';

test('a person allows an assistant what they like, and is sent back to it on their machine', async ({
  page,
  app,
}) => {
  const assistant = await startOtherSite();
  const redirectUri = `http://127.0.0.1:${assistant.port}/callback`;
  const registration = await fetch(`${app.embeddedIssuer}/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ client_name: 'An <assistant>', redirect_uris: [redirectUri] }),
  });
  const { client_id } = await registration.json();
  const resource = `${app.baseUrl}/api/mcp`;
  const { url } = await authorizationRequest({
    issuer: app.embeddedIssuer,
    appBaseUrl: app.baseUrl,
    scopes: ['example:note:read', 'example:note:delete'],
    parameters: { client_id, redirect_uri: redirectUri, resource, nonce: undefined },
  });
  await page.goto(url.href);
  await enterPassword(page, 'alice');
  await expect(page.getByText('An <assistant>').first()).toBeVisible();
  await allow(page, ['Delete notes']);
  await expect(page).toHaveTitle('Elsewhere');
  expect(assistant.asked).toEqual([expect.stringContaining('/callback?code=')]);
  await assistant.close();
});
