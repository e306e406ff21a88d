import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import type { ExplainedCheck } from '@/lib/token';
import { RefusedToken } from './refused-token';

const line = (
  name: ExplainedCheck['name'],
  result: ExplainedCheck['result'],
  found: string,
): ExplainedCheck => ({
  name,
  result,
  found,
  rule: `The rule of ${name}`,
  source: 'RFC 7519 §4',
  expected: 'something else',
});

const refusal = {
  check: 'audience',
  because: 'it is meant for another audience',
  hint: 'Set OIDC_AUDIENCE.',
};

function shown(unverified: Parameters<typeof RefusedToken>[0]['unverified'], found = '"another"'): string {
  const checks = [line('issuer', 'pass', 'it'), line('audience', 'fail', found)];
  return renderToStaticMarkup(createElement(RefusedToken, { refusal, checks, unverified, raw: null }));
}

const headings = (html: string) => [...html.matchAll(/<h[123][^>]*>([^<]*)</g)].map(([, heading]) => heading);

describe('the page for a refused token', () => {
  it('says which check failed, what whoever runs the app can do, and that nothing else is to be believed', () => {
    const html = shown({ header: { alg: 'RS256' }, claims: { sub: 'alice' }, scopes: ['note:read'] });
    expect(headings(html)).toEqual([
      'Your access token is refused',
      'Checks',
      'What the token says, not to be believed',
      'Scopes, not usable',
      'Claims, not verified',
      'Header, not verified',
      'Raw token',
    ]);
    for (const words of ['it is meant for another audience', 'Set OIDC_AUDIENCE.', 'one check failed'])
      expect(html).toContain(words);
    expect(html).toContain('href="/login?returnTo=%2Ftoken"');
    expect(html).toContain('action="/auth/logout"');
  });

  it('has checks and no claims where nothing can be read', () => {
    const html = shown({ scopes: [] });
    expect(headings(html)).toEqual([
      'Your access token is refused',
      'Checks',
      'What the token says',
      'Raw token',
    ]);
    expect(html).toContain('no header and no claims that can be read');
  });

  it('shows whatever the token says as text', () => {
    const markup = '<img src=x onerror=alert(1)>';
    const said = { [markup]: { nested: [markup] }, aud: markup, exp: 1e300, iat: null };
    const html = shown({ header: { kid: markup }, claims: said, scopes: [markup] }, markup);
    expect(html).not.toContain('<img');
    expect(html.split('&lt;img src=x').length - 1).toBeGreaterThanOrEqual(6);
  });
});
