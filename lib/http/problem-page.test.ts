import { afterEach, describe, expect, it, vi } from 'vitest';
import { problemBody } from './problem';
import { problemPage } from './problem-page';

afterEach(() => vi.unstubAllEnvs());

describe('a problem page', () => {
  it('says what happened with the status and headers of its problem', async () => {
    const page = problemPage('refresh_unavailable', { retryAfter: 7 });
    expect(page.status).toBe(503);
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page.headers.get('cache-control')).toBe('no-store');
    expect(page.headers.get('retry-after')).toBe('7');
    const html = await page.text();
    expect(html).toContain(`<h1>${problemBody('refresh_unavailable').title}</h1>`);
    expect(html).toContain('<meta http-equiv="refresh" content="7">');
    expect(html).toContain('<small>503 refresh_unavailable</small>');
  });

  it('escapes the words of its problem', async () => {
    const html = await problemPage('refresh_unavailable').text();
    expect(problemBody('refresh_unavailable').hint).toContain('"Retry-After"');
    expect(html).toContain('&#34;Retry-After&#34;');
    expect(html).not.toContain('"Retry-After"');
  });

  it('says what is known of the cause, escaped, in place of the usual words', async () => {
    const words = { title: 'No key.', detail: 'It has <none>.', hint: 'Mend it.' };
    const html = await problemPage('keys_unavailable', { retryAfter: 9, words }).text();
    expect(html).toContain('<h1>No key.</h1><p>It has &#60;none&#62;.</p><p>Mend it.</p>');
    expect(html).not.toContain('cannot be reached');
  });

  it('runs nothing, and lets only its own style through', async () => {
    const page = problemPage('cross_site');
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(
      /^default-src 'none'; style-src 'nonce-[\w+/]{22}=='; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$/,
    );
    const nonce = /nonce-([^']+)/.exec(policy)?.[1];
    expect(await page.text()).toContain(`<style nonce="${nonce}">`);
  });

  it('leads back to the page that somebody was on the way to, escaped', async () => {
    const returnTo = '/notes?a="><script>&b=\'';
    const html = await problemPage('keys_unavailable', { retryAfter: 5, returnTo }).text();
    const escaped = '/notes?a=&#34;&#62;&#60;script&#62;&#38;b=&#39;';
    expect(html).toContain(`<meta http-equiv="refresh" content="5;url=${escaped}">`);
    expect(html).toContain(`<a href="${escaped}">Try again</a>`);
    expect(html).not.toContain('<script>');
  });

  it('leads to where the app lives', async () => {
    const links = async () =>
      [
        ...(await problemPage('keys_unavailable', { retryAfter: 5, returnTo: '/notes' }).text()).matchAll(
          /(?:href="|url=)([^"]*)/g,
        ),
      ].map(([, to]) => to);
    expect(await links()).toEqual(['/notes', '/notes', '/']);
    vi.stubEnv('BASE_PATH', '/account');
    expect(await links()).toEqual(['/account/notes', '/account/notes', '/account']);
  });

  it('loads itself again no more often than every 5 s, and not at all where waiting does not help', async () => {
    expect(await problemPage('keys_unavailable', { retryAfter: 1 }).text()).toContain('content="5"');
    const page = problemPage('cross_site');
    expect(page.headers.has('retry-after')).toBe(false);
    expect(await page.text()).not.toContain('http-equiv');
  });
});
