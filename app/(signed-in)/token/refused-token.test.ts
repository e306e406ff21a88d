import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import type { Inspection } from '@/lib/inspect';
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

function shown(said: Partial<Inspection>, found = '"another"'): string {
  const inspection: Inspection = {
    verdict: 'refused',
    headline: 'This API would refuse it: it is meant for another API',
    remedy: 'Set OIDC_AUDIENCE.',
    kind: 'access token',
    cause: 'audience',
    refusal: { check: 'audience', because: 'it is meant for another audience', expected: 'this', found },
    remarks: [],
    checks: [line('issuer', 'pass', 'it'), line('audience', 'fail', found)],
    scopes: [],
    explained: [],
    ...said,
  };
  return renderToStaticMarkup(createElement(RefusedToken, { inspection, raw: null }));
}

const headings = (html: string) => [...html.matchAll(/<h[123][^>]*>([^<]*)</g)].map(([, heading]) => heading);

describe('the page for a refused token', () => {
  it('says which check failed, what mends it, and that nothing else is to be believed', () => {
    const html = shown({ header: { alg: 'RS256' }, claims: { sub: 'alice' }, scopes: ['note:read'] });
    expect(headings(html)).toEqual([
      'Your access token is refused',
      'This API would refuse it: it is meant for another API',
      'Checks',
      'What it says, not to be believed',
      'Scopes, not usable',
      'Header, not verified',
      'Claims, not verified',
      'Signature',
    ]);
    for (const words of ['it is meant for another audience', 'Set OIDC_AUDIENCE.', '1 failed'])
      expect(html).toContain(words);
    expect(html).toContain('href="/login?returnTo=%2Ftoken"');
    expect(html).toContain('action="/auth/logout"');
  });

  it('has checks and no claims where nothing can be read', () => {
    const html = shown({});
    expect(headings(html).join()).not.toMatch(/Claims|Header|Scopes/);
    expect(html).toContain('no header and no claims that can be read');
  });

  it('shows whatever the token says as text', () => {
    const markup = '<img src=x onerror=alert(1)>';
    const claims = { [markup]: { nested: [markup] }, aud: markup, exp: 1e300, iat: null };
    const html = shown({ header: { kid: markup }, claims, scopes: [markup], headline: markup }, markup);
    expect(html).not.toContain('<img');
    expect(html.split('&lt;img src=x').length - 1).toBeGreaterThanOrEqual(6);
  });
});
