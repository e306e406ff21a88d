import { describe, expect, it } from 'vitest';
import { unsentFormPage } from './unsent-form-page';

describe('the answer to a form that was not taken', () => {
  it('leads to sign in, beside itself, and says how nothing is lost', async () => {
    const answer = unsentFormPage('unauthenticated', { signIn: '/login?returnTo=%2Fnotes&reason=idle' });
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([401, 'no-store']);
    const html = await answer.text();
    expect(html).toContain('href="/login?returnTo=%2Fnotes&#38;reason=idle" target="_blank"');
    expect(html).toContain('load this page again');
    // It would ask for the page anew, without what was written.
    expect(html).not.toContain('http-equiv');
  });

  it('asks for a moment where signing in would not help', async () => {
    const answer = unsentFormPage('store_unavailable');
    expect(answer.status).toBe(503);
    const html = await answer.text();
    expect(html).toContain('Wait a moment, then load this page again');
    expect(html).not.toContain('href');
  });

  it('says what is known of the cause, as text', async () => {
    const html = await unsentFormPage('keys_unavailable', { words: { detail: '<b>why</b>' } }).text();
    expect(html).toContain('&#60;b&#62;why');
    expect(html).not.toContain('<b>');
  });
});
