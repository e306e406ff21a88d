import { describe, expect, it } from 'vitest';
import { isNavigation } from './navigation';

describe('a navigation', () => {
  it.each([
    ['GET', {}],
    ['HEAD', {}],
    ['GET', { 'sec-fetch-dest': 'document', 'sec-fetch-mode': 'navigate' }],
    ['GET', { 'sec-fetch-dest': 'iframe' }],
    ['GET', { 'sec-fetch-dest': 'frame' }],
    ['GET', { 'sec-fetch-dest': 'document', 'sec-purpose': 'something-else' }],
  ])('is %s with %j', (method, headers) => {
    expect(isNavigation(method, new Headers(headers))).toBe(true);
  });

  it.each([
    ['POST', {}],
    ['DELETE', { 'sec-fetch-dest': 'document' }],
    ['GET', { 'sec-fetch-dest': 'empty' }],
    ['GET', { 'sec-fetch-dest': 'image' }],
    ['GET', { 'sec-fetch-dest': 'script' }],
    ['GET', { rsc: '1' }],
    ['GET', { rsc: '1', 'sec-fetch-dest': 'document' }],
    ['GET', { 'next-router-prefetch': '1' }],
    ['GET', { 'sec-purpose': 'prefetch', 'sec-fetch-dest': 'document' }],
    ['GET', { 'sec-purpose': 'prefetch;prerender' }],
    ['GET', { purpose: 'prefetch' }],
    ['GET', { 'x-moz': 'prefetch' }],
  ])('is not %s with %j', (method, headers) => {
    expect(isNavigation(method, new Headers(headers))).toBe(false);
  });
});
