import { describe, expect, it } from 'vitest';
import { problemBody } from './problem';
import { problemPage } from './problem-page';

describe('a problem page', () => {
  it('says what happened with the status and headers of its problem', async () => {
    const page = problemPage('refresh_unavailable', { nonce: 'bm9uY2U=', retryAfter: 7 });
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
    const html = await problemPage('refresh_unavailable', { nonce: 'n' }).text();
    expect(problemBody('refresh_unavailable').hint).toContain('"Retry-After"');
    expect(html).toContain('&#34;Retry-After&#34;');
    expect(html).not.toContain('"Retry-After"');
  });

  it('says what is known of the cause, escaped, in place of the usual words', async () => {
    const words = { title: 'No key.', detail: 'It has <none>.', hint: 'Mend it.' };
    const html = await problemPage('keys_unavailable', { nonce: 'n', retryAfter: 9, words }).text();
    expect(html).toContain('<h1>No key.</h1><p>It has &#60;none&#62;.</p><p>Mend it.</p>');
    expect(html).not.toContain('cannot be reached');
  });

  it('runs nothing, and lets only its own style through', async () => {
    const page = problemPage('cross_site', { nonce: 'bm9uY2U=' });
    expect(page.headers.get('content-security-policy')).toBe(
      "default-src 'none'; style-src 'nonce-bm9uY2U='; base-uri 'none'; frame-ancestors 'none'",
    );
    expect(await page.text()).toContain('<style nonce="bm9uY2U=">');
  });

  it('loads itself again no more often than every 5 s, and not at all where waiting does not help', async () => {
    expect(await problemPage('keys_unavailable', { nonce: 'n', retryAfter: 1 }).text()).toContain(
      'content="5"',
    );
    const page = problemPage('cross_site', { nonce: 'n' });
    expect(page.headers.has('retry-after')).toBe(false);
    expect(await page.text()).not.toContain('http-equiv');
  });
});
