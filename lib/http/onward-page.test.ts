import { describe, expect, it } from 'vitest';
import { onwardPage } from './onward-page';

const url = 'https://id.example/out?p=policy&id_token_hint=a.b.c&x="\'<>';
const answer = () => onwardPage(url, { 'set-cookie': 'a=; Max-Age=0' });

describe('the page that leads on from a sign-out', () => {
  it('goes there by itself and by a link that says where, without any script', async () => {
    const html = await answer().text();
    const escaped = 'https://id.example/out?p=policy&#38;id_token_hint=a.b.c&#38;x=&#34;&#39;&#60;&#62;';
    expect(html).toContain(`<meta http-equiv="refresh" content="0;url=${escaped}">`);
    expect(html).toContain(`<a href="${escaped}" rel="noreferrer">Go on to sign out at id.example</a>`);
    expect(html).not.toMatch(/<script|<form/);
  });

  it('is no redirect, takes its cookie along, is kept by nobody and tells nobody where it was', () => {
    const { status, headers } = answer();
    expect([status, headers.get('location')]).toEqual([200, null]);
    expect(headers.get('set-cookie')).toBe('a=; Max-Age=0');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'; .*frame-ancestors 'none'$/);
  });
});
