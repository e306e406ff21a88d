import { afterEach, expect, it, vi } from 'vitest';
import { basePath, builtBasePath, withBasePath } from './base-path';

afterEach(() => vi.unstubAllEnvs());

it('at the root of an origin, an address is its path', () => {
  expect(basePath()).toBe('');
  expect(['/', '/notes', '/notes?a=b#c', '/_next/static/'].map(withBasePath)).toEqual([
    '/',
    '/notes',
    '/notes?a=b#c',
    '/_next/static/',
  ]);
  expect(builtBasePath()).toEqual({ path: '', byHand: false });
});

it('below a base path, an address begins with it, and the start page has no slash after it', () => {
  vi.stubEnv('BASE_PATH', '/account');
  expect(['/', '/notes', '/notes?a=b#c', '/account'].map(withBasePath)).toEqual([
    '/account',
    '/account/notes',
    '/account/notes?a=b#c',
    '/account/account',
  ]);
  vi.stubEnv('BASE_PATH_BY_HAND', 'yes');
  expect(builtBasePath()).toEqual({ path: '/account', byHand: true });
});
