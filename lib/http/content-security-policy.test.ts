import { afterEach, describe, expect, it, vi } from 'vitest';
import { contentSecurityPolicy, pageSecurity } from './content-security-policy';

const options = { nonce: 'bm9uY2U=', secure: true, development: false };

const directives = (policy: string) =>
  Object.fromEntries(
    policy.split('; ').map((part) => [part.split(' ')[0], part.split(' ').slice(1).join(' ')] as const),
  );

describe('the content security policy of a page', () => {
  it('in production runs scripts with the nonce and lets nothing unsafe in', () => {
    const policy = contentSecurityPolicy(options);
    expect(policy).not.toMatch(/unsafe|\*|http:|ws:/);
    expect(directives(policy)).toEqual({
      'default-src': "'self'",
      'script-src': "'self' 'nonce-bm9uY2U=' 'strict-dynamic'",
      'style-src': "'self' 'nonce-bm9uY2U='",
      'img-src': "'self' data:",
      'font-src': "'self'",
      'connect-src': "'self'",
      'form-action': "'self'",
      'object-src': "'none'",
      'base-uri': "'none'",
      'frame-ancestors': "'none'",
      'require-trusted-types-for': "'script'",
      'trusted-types': 'default',
      'upgrade-insecure-requests': '',
    });
  });

  it('on loopback http does not upgrade requests to an https that is not there', () => {
    expect(contentSecurityPolicy({ ...options, secure: false })).not.toContain('upgrade-insecure-requests');
  });

  it('in development adds what the dev server needs, and still no inline script', () => {
    const development = directives(contentSecurityPolicy({ ...options, development: true }));
    expect(development['script-src']).toBe("'self' 'nonce-bm9uY2U=' 'strict-dynamic' 'unsafe-eval'");
    expect(development['connect-src']).toBe("'self' ws:");
    expect(development).not.toHaveProperty('trusted-types');
  });
});

describe('the security of a page', () => {
  afterEach(() => vi.unstubAllEnvs());

  it('has a nonce of 128 bits, fresh every time, which its policy names', () => {
    vi.stubEnv('NODE_ENV', 'production');
    const pages = [1, 2].map(() => pageSecurity({ secure: true }));
    for (const { nonce, policy } of pages) {
      expect(Buffer.from(nonce, 'base64')).toHaveLength(16);
      expect(policy).toContain(`'nonce-${nonce}'`);
      expect(policy).not.toContain('unsafe');
    }
    expect(pages[0]?.nonce).not.toBe(pages[1]?.nonce);
  });

  it('is looser in development only', () => {
    const isLoose = () => pageSecurity({ secure: true }).policy.includes('unsafe');
    vi.stubEnv('NODE_ENV', 'development');
    expect(isLoose()).toBe(true);
    vi.stubEnv('NODE_ENV', 'test');
    expect(isLoose()).toBe(false);
  });
});
