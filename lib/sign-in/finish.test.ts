import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openTab, type TestTab, testSettings, unsignedIdToken } from '../../test/sign-in/tab';
import type { Finish } from './index';

let tab: TestTab;
let signIn: typeof import('./index');
beforeEach(async () => {
  tab = openTab();
  await reload();
});
afterEach(() => vi.unstubAllGlobals());

/** Loads the page again: what its modules knew is gone, the tab's storage stays. */
async function reload() {
  vi.resetModules();
  signIn = await import('./index');
}

/** Begins a sign-in. @returns the address that the provider sends the browser back to */
async function begin(answer: Record<string, string> = { code: 'the-code' }, settings = testSettings) {
  await signIn.beginSignIn(settings, { scopes: ['example:note:read'], returnTo: '/notes' });
  const request = tab.visited.at(-1)?.searchParams;
  const url = new URL(testSettings.redirectUri);
  url.search = String(new URLSearchParams({ state: request?.get('state') ?? '', ...answer }));
  return { url: url.href, nonce: request?.get('nonce') ?? '', challenge: request?.get('code_challenge') };
}

const finish = (url: string) => signIn.finishSignIn(testSettings, url);

function failure(result: Finish) {
  if (result.outcome !== 'failed') throw new Error('the sign-in was finished');
  return result.failure;
}

/** The next token request is answered like this. */
function answer(body: unknown, init: ResponseInit = {}) {
  tab.fetch.mockImplementationOnce(async () => Response.json(body, init));
}
const grant = (nonce: string) => ({
  token_type: 'Bearer',
  id_token: unsignedIdToken({ iss: testSettings.issuer, sub: 'alice', nonce }),
  expires_in: 300,
  scope: 'openid',
});

function posted(): Record<string, string> {
  const [, init] = tab.fetch.mock.calls[0] ?? [];
  return Object.fromEntries(new URLSearchParams(String(init?.body)));
}

describe('finishing a sign-in', () => {
  it('posts code, verifier and nonce to our own token endpoint, leaves nothing behind and returns', async () => {
    const { url, nonce } = await begin();
    const memory = JSON.parse(tab.storage.getItem(tab.storage.key(0) ?? '') ?? '');
    answer(grant(nonce));
    expect(await finish(url)).toEqual({ outcome: 'done', returnTo: '/notes' });
    expect(tab.fetch).toHaveBeenCalledTimes(1);
    const [endpoint, init] = tab.fetch.mock.calls[0] ?? [];
    expect(endpoint).toBe('https://app.example/auth/token');
    expect(init?.method).toBe('POST');
    expect(posted()).toEqual({
      grant_type: 'authorization_code',
      code: 'the-code',
      code_verifier: memory.code_verifier,
      nonce,
      redirect_uri: testSettings.redirectUri,
      client_id: 'notes-app',
    });
    expect(tab.storage.length).toBe(0);
  });

  it('twice with the same address exchanges the code once and answers alike', async () => {
    const { url, nonce } = await begin();
    answer(grant(nonce));
    const results = await Promise.all([finish(url), finish(url)]);
    expect(results).toEqual(Array(2).fill({ outcome: 'done', returnTo: '/notes' }));
    expect(await finish(url)).toEqual(results[0]);
    expect(tab.fetch).toHaveBeenCalledTimes(1);
  });

  it('finishes two sign-ins of one tab, each with its own verifier', async () => {
    const [first, second] = [await begin({ code: 'first' }), await begin({ code: 'second' })];
    answer(grant(second.nonce));
    answer(grant(first.nonce));
    expect(await finish(second.url)).toMatchObject({ outcome: 'done' });
    expect(await finish(first.url)).toMatchObject({ outcome: 'done' });
    const sent = tab.fetch.mock.calls.map(([, init]) => new URLSearchParams(String(init.body)));
    expect(sent.map((form) => form.get('nonce'))).toEqual([second.nonce, first.nonce]);
    expect(new Set(sent.map((form) => form.get('code_verifier'))).size).toBe(2);
    expect(tab.storage.length).toBe(0);
  });

  it('does not return to where somebody else put into storage', async () => {
    const { url, nonce } = await begin();
    const key = tab.storage.key(0) ?? '';
    const memory = JSON.parse(tab.storage.getItem(key) ?? '');
    tab.storage.setItem(key, JSON.stringify({ ...memory, data: { returnTo: '//evil.example' } }));
    answer(grant(nonce));
    expect(await finish(url)).toEqual({ outcome: 'done', returnTo: '/' });
  });

  it('accepts an answer that names the provider it set out to', async () => {
    const { url, nonce } = await begin(
      { code: 'the-code', iss: testSettings.issuer },
      { ...testSettings, requiresIss: true },
    );
    answer(grant(nonce));
    expect(await finish(url)).toMatchObject({ outcome: 'done' });
  });

  it('does not mind what else a provider adds to its answer', async () => {
    const { url, nonce } = await begin({
      code: 'the-code',
      session_state: 'x',
      scope: 'openid',
      client_info: 'e30',
    });
    answer(grant(nonce));
    expect(await finish(url)).toMatchObject({ outcome: 'done' });
  });

  it('refuses an ID token with the nonce of another sign-in', async () => {
    const { url } = await begin();
    const other = await begin();
    answer(grant(other.nonce));
    // The server has verified it already; a browser that got another one must not go on all the same.
    expect((await finish(url)).outcome).toBe('failed');
  });
});

describe('an answer that says no', () => {
  it('because access was denied says so, and asks nobody for tokens', async () => {
    const { url } = await begin({ error: 'access_denied', error_description: '<b>denied</b>' });
    expect(failure(await finish(url))).toMatchObject({ code: 'access_denied', returnTo: '/notes' });
    expect(tab.fetch).not.toHaveBeenCalled();
    expect(tab.storage.length).toBe(0);
  });

  it('for another reason quotes the provider, at a bearable length', async () => {
    const { url } = await begin({
      error: 'server_error',
      error_description: `no such scope ${'x'.repeat(5_000)}`,
    });
    const { code, detail } = failure(await finish(url));
    expect(code).toBe('provider_error');
    expect(detail).toMatch(/^It says: server_error \(no such scope x/);
    expect(detail.length).toBeLessThanOrEqual(500);
    expect(tab.storage.length).toBe(0);
  });

  it.each([
    ['invalid_request', 'invalid_scope', 'may not have one of the scopes'],
    ['access_denied', 'Service not found: https://api.example', 'OIDC_AUDIENCE'],
    ['invalid_client', 'AADSTS650053: asked for scope note:read', 'OIDC_SCOPE_PREFIX'],
  ])('%s (%s) is explained where the registration is wrong', async (error, error_description, place) => {
    const { url } = await begin({ error, error_description });
    const { code, detail } = failure(await finish(url));
    expect(code).toBe('provider_error');
    expect(detail).toContain(place);
    expect(detail).toContain(`It says: ${error} (${error_description}).`);
  });

  it.each([
    ['no state', '', 'provider_error'],
    ['an empty state', '&state=', 'state_unknown'],
    ['a state that is not ours', '&state=made-up', 'state_unknown'],
  ])('with %s is told without its words, which anybody may have written', async (_, state, code) => {
    answer({ signedIn: false });
    const words = 'error=call_0800&error_description=Call+0800+now';
    const told = failure(await finish(`${testSettings.redirectUri}?${words}${state}`));
    expect(told).toMatchObject({ code, returnTo: '/' });
    expect(JSON.stringify(told)).not.toMatch(/0800/);
  });
});

describe('an address that finishes nothing', () => {
  it.each(['', '?', '?code=x', '?state=x', '?foo=bar', '#code=x&state=y'])(
    'because it was opened by hand ("%s") is named, without touching anything',
    async (query) => {
      await begin();
      expect(failure(await finish(testSettings.redirectUri + query))).toMatchObject({
        code: 'opened_by_hand',
      });
      expect(tab.fetch).not.toHaveBeenCalled();
      expect(tab.storage.length).toBe(1);
    },
  );

  it('because its state is unknown goes on where there is a session', async () => {
    answer({ signedIn: true });
    expect(await finish(`${testSettings.redirectUri}?code=x&state=unknown`)).toEqual({
      outcome: 'done',
      returnTo: '/',
    });
    expect(tab.fetch.mock.calls.map(([url]) => url)).toEqual(['/auth/session']);
  });

  it.each([
    ['there is none', () => answer({ signedIn: false })],
    ['the answer is odd', () => answer({ signedIn: 'yes' })],
    ['the session cannot be asked for', () => answer({ signedIn: true }, { status: 503 })],
    ['the network is down', () => tab.fetch.mockRejectedValueOnce(new TypeError('fetch failed'))],
  ])('because its state is unknown is named where %s', async (_, arrange) => {
    arrange();
    const url = `${testSettings.redirectUri}?code=x&state=unknown`;
    expect(failure(await finish(url))).toMatchObject({ code: 'state_unknown', returnTo: '/' });
  });

  it('because it was used before is not used again after a reload', async () => {
    const { url, nonce } = await begin();
    answer(grant(nonce));
    await finish(url);
    await reload();
    answer({ signedIn: true });
    expect(await finish(url)).toEqual({ outcome: 'done', returnTo: '/' });
    expect(tab.fetch.mock.calls.map(([to]) => to)).toEqual([
      'https://app.example/auth/token',
      '/auth/session',
    ]);
  });

  it('because storage holds something else under its state is unknown', async () => {
    tab.storage.setItem('sign-in.odd', '{not json');
    answer({ signedIn: false });
    const url = `${testSettings.redirectUri}?code=x&state=odd`;
    expect(failure(await finish(url))).toMatchObject({ code: 'state_unknown' });
  });
});

describe('an answer from another provider (RFC 9207)', () => {
  const required = { ...testSettings, requiresIss: true };

  it.each([
    ['names another one', { code: 'x', iss: 'https://evil.example' }, testSettings],
    ['names almost the right one', { code: 'x', iss: `${testSettings.issuer}/` }, testSettings],
    ['names nobody', { code: 'x', iss: '' }, testSettings],
    ['names nobody, though ours always does', { code: 'x' }, required],
    [
      'names another one along with an error',
      { error: 'access_denied', iss: 'https://evil.example' },
      testSettings,
    ],
  ])('that %s is not used', async (_, parameters, settings) => {
    const { url } = await begin(parameters as Record<string, string>, settings);
    const { code, detail } = failure(await finish(url));
    expect(code).toBe('issuer_mismatch');
    expect(detail).toContain(`Expected ${testSettings.issuer}`);
    expect(tab.fetch).not.toHaveBeenCalled();
    expect(tab.storage.length).toBe(0);
  });
});

describe('a token request that fails', () => {
  it('on the network keeps the sign-in, and loading the page again finishes it', async () => {
    const { url, nonce } = await begin();
    tab.fetch.mockRejectedValueOnce(new TypeError('fetch failed'));
    expect(failure(await finish(url))).toMatchObject({ code: 'network', returnTo: '/notes' });
    expect(tab.storage.length).toBe(1);
    await reload();
    answer(grant(nonce));
    expect(await finish(url)).toEqual({ outcome: 'done', returnTo: '/notes' });
    expect(tab.storage.length).toBe(0);
  });

  it('because the provider cannot be reached keeps the sign-in as well', async () => {
    const { url } = await begin();
    answer(
      { error: 'temporarily_unavailable', error_description: 'The provider did not answer.' },
      { status: 503 },
    );
    expect(failure(await finish(url))).toMatchObject({
      code: 'unavailable',
      detail: 'The provider did not answer.',
    });
    expect(tab.storage.length).toBe(1);
  });

  it.each([
    ['temporarily_unavailable', 503, 'unavailable', true],
    ['store_unavailable', 503, 'unavailable', true],
    ['server_error', 503, 'broken', false],
    ['server_error', 500, 'broken', false],
    ['access_denied', 400, 'not_admitted', false],
    ['cross_site', 403, 'broken', false],
    ['misconfigured', 503, 'misconfigured', false],
    ['invalid_client', 400, 'misconfigured', false],
    ['invalid_scope', 400, 'misconfigured', false],
    ['invalid_grant', 400, 'refused', false],
    ['constructor', 400, 'refused', false],
  ])('with %s (%i) is %s, shown in its own sentence; again: %s', async (error, status, code, again) => {
    const { url } = await begin();
    answer({ error, error_description: 'What happened, and what to do.' }, { status });
    const told = failure(await finish(url));
    expect(told).toMatchObject({ code, detail: 'What happened, and what to do.' });
    expect(told.title).not.toMatch(/provider cannot be reached/i);
    if (!again) expect(told.next).not.toMatch(/moment/);
    expect(tab.storage.length).toBe(again ? 1 : 0);
    if (again) return;
    // The code is spent: loading the page again sends it nowhere.
    await reload();
    answer({ signedIn: false });
    expect(failure(await finish(url))).toMatchObject({ code: 'state_unknown' });
    expect(tab.fetch.mock.calls.map(([to]) => to)).toEqual([
      'https://app.example/auth/token',
      '/auth/session',
    ]);
  });

  it('because the server refuses shows the sentence of the server, and is over', async () => {
    const { url } = await begin();
    const error_description = 'The access token was refused (form): it is opaque. Set OIDC_AUDIENCE.';
    answer({ error: 'invalid_grant', error_description }, { status: 400 });
    expect(failure(await finish(url))).toMatchObject({
      code: 'refused',
      detail: error_description,
      returnTo: '/notes',
    });
    expect(tab.storage.length).toBe(0);
  });

  it.each([
    [
      'a page of a proxy',
      () => new Response('<h1>Bad gateway</h1>', { status: 502, headers: { 'content-type': 'text/html' } }),
    ],
    ['the words of a server that failed', () => new Response('Internal Server Error', { status: 500 })],
    [
      'a success that is cut off',
      () => new Response('{"id_tok', { headers: { 'content-type': 'application/json' } }),
    ],
    ['JSON that is no OAuth error', () => Response.json({ message: 'busy' }, { status: 429 })],
    [
      'a problem',
      () => new Response('{}', { status: 403, headers: { 'content-type': 'application/problem+json' } }),
    ],
  ])('with %s is trouble on the way: it may be tried again, in words for people', async (_, response) => {
    const { url } = await begin();
    tab.fetch.mockImplementationOnce(async () => response());
    const { code, detail } = failure(await finish(url));
    expect(code).toBe('unavailable');
    expect(detail).not.toMatch(/Content-Type|html|JSON|https:/i);
    expect(tab.storage.length).toBe(1);
  });
});
