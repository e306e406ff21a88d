import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseForm } from '../test/idp/browser';
import { CookieJar, discover, exchangeCode, refresh, signInOverHttp } from '../test/idp/client';
import { startTestProvider, type TestProvider } from '../test/idp/provider';

let idp: TestProvider;
beforeAll(async () => {
  idp = await startTestProvider();
});
afterAll(() => idp.remove());

async function signedIn(username = 'alice') {
  const { issuer, appBaseUrl } = idp;
  const scopes = ['openid', 'example:note:read'];
  const result = await signInOverHttp({ issuer, appBaseUrl, username, password: 'wonderland', scopes });
  return { ...result, tokens: await exchangeCode({ ...result, issuer }) };
}

async function logoutUrl(parameters: Record<string, string | undefined>): Promise<URL> {
  const url = new URL((await discover(idp.issuer)).end_session_endpoint);
  for (const [name, value] of Object.entries(parameters))
    if (value !== undefined) url.searchParams.set(name, value);
  return url;
}

async function signsInSilently(jar: CookieJar): Promise<boolean> {
  const { issuer, appBaseUrl } = idp;
  const person = { username: 'alice', password: 'wonderland', scopes: ['openid', 'example:note:read'] };
  const result = await signInOverHttp({ issuer, appBaseUrl, ...person, jar, parameters: { prompt: 'none' } });
  return result.code !== undefined;
}

test('with the ID token, signing out goes straight to the app with the state', async () => {
  const { jar, tokens } = await signedIn();
  const { issuer } = idp;
  const url = await logoutUrl({
    id_token_hint: tokens.id_token,
    post_logout_redirect_uri: 'http://localhost:3000/',
    state: 'a b&c',
  });
  const answer = await jar.fetch(url);
  expect(answer.status).toBe(303);
  expect(answer.location?.href).toBe('http://localhost:3000/?state=a+b%26c');
  expect(await signsInSilently(jar)).toBe(false);
  expect((await refresh({ issuer, refreshToken: tokens.refresh_token })).error).toBe('invalid_grant');
});

test('without the ID token, signing out is asked for first', async () => {
  const { jar } = await signedIn();
  const page = await jar.fetch(await logoutUrl({}));
  expect(page.status).toBe(200);
  expect(page.text).toContain('Sign out?');
  expect(await signsInSilently(jar)).toBe(true);
  const again = await jar.fetch(await logoutUrl({}));
  const form = parseForm(again.text, again.url);
  const fields = new URLSearchParams([...(form?.fields ?? []), ['logout', 'yes']]);
  expect((await jar.fetch(form?.action ?? again.url, fields)).status).toBe(303);
  expect(await signsInSilently(jar)).toBe(false);
});

test('with the ID token of somebody else, signing out is asked for first', async () => {
  const alice = await signedIn('alice');
  const bob = await signedIn('bob');
  const page = await alice.jar.fetch(await logoutUrl({ id_token_hint: bob.tokens.id_token }));
  expect(page.text).toContain('Sign out?');
});

test('an address that is not registered is refused on a page', async () => {
  const { jar, tokens } = await signedIn();
  const post_logout_redirect_uri = 'http://localhost:3000/elsewhere';
  const answer = await jar.fetch(
    await logoutUrl({ id_token_hint: tokens.id_token, post_logout_redirect_uri }),
  );
  expect(answer).toMatchObject({ status: 400, location: undefined });
});

test('a confirmation sent from another port of localhost is refused', async () => {
  const { jar } = await signedIn();
  const page = await jar.fetch(await logoutUrl({}));
  const form = parseForm(page.text, page.url);
  const fields = new URLSearchParams([...(form?.fields ?? []), ['logout', 'yes']]);
  const answer = await jar.fetch(form?.action ?? page.url, fields, { 'Sec-Fetch-Site': 'same-site' });
  expect(answer.status).toBe(403);
  expect(await signsInSilently(jar)).toBe(true);
});

test('where nobody is signed in, signing out still leads back to the app', async () => {
  const { tokens } = await signedIn();
  const jar = new CookieJar();
  const page = await jar.fetch(
    await logoutUrl({ id_token_hint: tokens.id_token, post_logout_redirect_uri: 'http://localhost:3000/' }),
  );
  const form = parseForm(page.text, page.url);
  const answer = await jar.fetch(form?.action ?? page.url, new URLSearchParams(form?.fields));
  expect(answer.location?.href).toBe('http://localhost:3000/');
});
