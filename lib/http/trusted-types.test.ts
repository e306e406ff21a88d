import { afterEach, describe, expect, it, vi } from 'vitest';
import { installTrustedTypes } from './trusted-types';

const location = { href: 'https://app.example/notes', origin: 'https://app.example' };

function createScriptURL(url: string): string {
  const createPolicy = vi.fn();
  installTrustedTypes({ location, trustedTypes: { defaultPolicy: null, createPolicy } });
  const [name, policy] = createPolicy.mock.calls[0] ?? [];
  expect(name).toBe('default');
  return policy.createScriptURL(url);
}

afterEach(() => vi.unstubAllEnvs());

describe('the default Trusted Types policy', () => {
  it.each(['/_next/static/chunks/a.js', 'https://app.example/_next/static/a.js'])('runs %s', (url) => {
    expect(createScriptURL(url)).toBe(url);
  });

  it.each([
    'https://evil.example/_next/static/a.js',
    '//evil.example/_next/static/a.js',
    '/api/notes/1',
    '/_next/static/../../api/notes/1',
    'data:text/javascript,alert(1)',
    'blob:https://app.example/_next/static/',
  ])('does not run %s', (url) => {
    expect(() => createScriptURL(url)).toThrow(TypeError);
  });

  it('runs what lies below the base path, and not what another app of the origin has', () => {
    vi.stubEnv('BASE_PATH', '/account');
    expect(createScriptURL('/account/_next/static/a.js')).toBe('/account/_next/static/a.js');
    expect(() => createScriptURL('/_next/static/a.js')).toThrow(TypeError);
    expect(() => createScriptURL('/account/../_next/static/a.js')).toThrow(TypeError);
  });

  it('is made once', () => {
    const createPolicy = vi.fn();
    installTrustedTypes({ location, trustedTypes: { defaultPolicy: {}, createPolicy } });
    expect(createPolicy).not.toHaveBeenCalled();
  });

  it('is nothing where the browser does not know Trusted Types', () => {
    expect(() => installTrustedTypes({ location })).not.toThrow();
  });
});
