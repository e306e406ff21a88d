import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openTab, type TestTab, testSettings } from '../../test/sign-in/tab';
import { beginSignIn } from './index';

let tab: TestTab;
beforeEach(() => {
  tab = openTab();
});
afterEach(() => vi.unstubAllGlobals());

const scopes = ['example:note:read', 'example:note:create'];

async function begin(returnTo = '/notes', settings = testSettings): Promise<URL> {
  await beginSignIn(settings, { scopes, returnTo });
  const url = tab.visited.at(-1);
  if (!url) throw new Error('the tab stayed where it was');
  return url;
}

/** What the tab remembers of the sign-in with this authorization request. */
function remembered(url: URL) {
  const text = tab.storage.getItem(`sign-in.${url.searchParams.get('state')}`);
  return JSON.parse(text ?? 'null');
}

describe('beginning a sign-in', () => {
  it('leads to the provider with an authorization code request: PKCE S256, state, nonce, scopes', async () => {
    const url = await begin();
    expect(url.origin + url.pathname).toBe('https://id.example/authorize');
    const { state, nonce, code_challenge, ...parameters } = Object.fromEntries(url.searchParams);
    expect(parameters).toEqual({
      policy: 'p1',
      client_id: 'notes-app',
      redirect_uri: 'https://app.example/auth/callback',
      response_type: 'code',
      scope: 'openid profile example:note:read example:note:create',
      code_challenge_method: 'S256',
      ui_locales: 'de en',
    });
    expect(state).toMatch(/^[\w-]{22,}$/);
    // 192 bits.
    expect(nonce).toMatch(/^[\w-]{32}$/);
    expect(code_challenge).toMatch(/^[\w-]{43}$/);
    expect([...url.searchParams].length).toBe(10);
  });

  it('says what is named several times as often as it is named', async () => {
    const url = await begin('/', {
      ...testSettings,
      authorizeParams: {
        resource: ['https://a.example', 'https://b.example'],
        x: ['1', '2'],
        prompt: 'login',
      },
    });
    expect(url.searchParams.getAll('resource')).toEqual(['https://a.example', 'https://b.example']);
    expect(url.searchParams.getAll('x')).toEqual(['1', '2']);
    expect(url.searchParams.getAll('prompt')).toEqual(['login']);
    expect(url.searchParams.getAll('policy')).toEqual(['p1']);
  });

  it('asks for a scope once, in whichever list it stands', async () => {
    const url = await begin('/', { ...testSettings, baseScopes: ['openid', 'example:note:read'] });
    expect(url.searchParams.get('scope')).toBe('openid example:note:read example:note:create');
  });

  it('keeps the verifier to itself: the provider sees its hash (RFC 7636 §4.2)', async () => {
    const url = await begin();
    const { code_verifier } = remembered(url);
    expect(code_verifier).toMatch(/^[\w.~-]{43,128}$/);
    expect(createHash('sha256').update(code_verifier).digest('base64url')).toBe(
      url.searchParams.get('code_challenge'),
    );
    expect(url.href).not.toContain(code_verifier);
  });

  it('remembers where to return to, if it is a place of ours', async () => {
    expect(remembered(await begin('/notes?cursor=x')).data).toEqual({
      returnTo: '/notes?cursor=x',
      requiresIss: false,
    });
    expect(remembered(await begin('//evil.example')).data.returnTo).toBe('/');
    expect((await begin('/secret-place')).href).not.toContain('secret-place');
  });

  it('twice keeps two sign-ins apart: neither shares state, nonce or verifier', async () => {
    const urls = [await begin('/notes'), await begin('/token')];
    for (const name of ['state', 'nonce', 'code_challenge']) {
      expect(new Set(urls.map((url) => url.searchParams.get(name))).size).toBe(2);
    }
    expect(tab.storage.length).toBe(2);
    expect(urls.map((url) => remembered(url).data.returnTo)).toEqual(['/notes', '/token']);
  });

  it('asks nobody anything: what it needs is given', async () => {
    await begin();
    expect(tab.fetch).not.toHaveBeenCalled();
  });

  it('fails where the browser has no storage for it, and stays where it is', async () => {
    const refuse = () => {
      throw new DOMException('no storage here', 'QuotaExceededError');
    };
    vi.spyOn(tab.storage, 'setItem').mockImplementation(refuse);
    await expect(begin()).rejects.toThrow('no storage here');
    expect(tab.visited).toEqual([]);
  });
});
