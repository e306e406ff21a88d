import type { Action } from '../../lib/access/actions';
import { machineToken } from '../../test/idp/client';
import type { RunningApp } from '../support/app';
import { expect, test } from '../support/fixtures';
import { asked, granted } from '../support/scopes';
import { newTitle, noteCard, signIn } from '../support/steps';

/** As a machine asks at each provider: Entra ID knows no single scopes for machines, only `.default`. */
async function tokenFor(app: RunningApp, actions: readonly Action[]) {
  const single = actions.map((action) => asked(app, action)).join(' ');
  const scope = app.personality === 'entra' ? 'api://claimcheck/.default' : single;
  const answer = await machineToken({ issuer: app.embeddedIssuer, scope });
  return { authorization: `Bearer ${answer.access_token}` };
}

test("a machine's token works as a bearer token, for notes of its own", async ({ page, app, request }) => {
  const headers = await tokenFor(app, ['note:read', 'note:create']);
  const title = newTitle('By a machine');
  const created = await request.post('/api/notes', { headers, data: { title } });
  expect(created.status()).toBe(201);
  const list = await (await request.get('/api/notes', { headers })).json();
  expect(list.notes.map((note: { title: string }) => note.title)).toContain(title);
  const scopes = await (await request.get('/api/my-scopes', { headers })).json();
  expect(scopes).toContain(granted(app, 'note:read'));

  await signIn(page, { from: '/notes' });
  await expect(page.getByRole('heading', { name: 'Your notes' })).toBeVisible();
  await expect(noteCard(page, title)).toHaveCount(0);
});

test("a machine's token that is tampered with, or sent as no bearer, is refused", async ({
  app,
  request,
}) => {
  const { authorization } = await tokenFor(app, ['note:read']);
  const [header, , signature] = authorization.split('.');
  const forged = `${header}.${Buffer.from('{"sub":"alice"}').toString('base64url')}.${signature}`;
  const answer = await request.get('/api/notes', { headers: { authorization: forged } });
  expect([answer.status(), (await answer.json()).check]).toEqual([401, 'signature']);
  const basic = authorization.replace('Bearer', 'Basic');
  expect((await request.get('/api/notes', { headers: { authorization: basic } })).status()).toBe(401);
});
