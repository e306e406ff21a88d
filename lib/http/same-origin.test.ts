import { describe, expect, it } from 'vitest';
import { isCrossSiteWrite, isWrite, requestOrigin } from './same-origin';

const here = 'https://app.example';
const originOf = (headers: Record<string, string>) => requestOrigin(new Headers(headers), here);

describe('where a request comes from', () => {
  it.each([
    ['same-origin', 'same-origin'],
    ['none', 'same-origin'],
    ['same-site', 'cross-site'],
    ['cross-site', 'cross-site'],
    ['', 'cross-site'],
    ['Same-Origin', 'cross-site'],
    ['same-origin, cross-site', 'cross-site'],
  ])('is "%s" as the browser says, so %s', (site, expected) => {
    expect(originOf({ 'sec-fetch-site': site })).toBe(expected);
  });

  it.each([
    ['https://app.example', 'same-origin'],
    ['https://app.example:8443', 'cross-site'],
    ['http://app.example', 'cross-site'],
    ['https://app.example.evil.example', 'cross-site'],
    ['https://sub.app.example', 'cross-site'],
    ['https://app.example/', 'cross-site'],
    ['null', 'cross-site'],
    ['', 'cross-site'],
  ])('is the Origin "%s" of an older browser, so %s', (origin, expected) => {
    expect(originOf({ origin })).toBe(expected);
  });

  it('is the same origin wherever in it the app lives', () => {
    const from = (origin: string) => requestOrigin(new Headers({ origin }), 'https://shop.example/account');
    expect(from('https://shop.example')).toBe('same-origin');
    expect(from('https://shop.example/account')).toBe('cross-site');
    expect(from('https://evil.example')).toBe('cross-site');
  });

  it('is what Fetch Metadata says where Origin says otherwise', () => {
    expect(originOf({ 'sec-fetch-site': 'cross-site', origin: here })).toBe('cross-site');
    expect(originOf({ 'sec-fetch-site': 'same-origin', origin: 'null' })).toBe('same-origin');
  });

  it('is unknown where nothing says so; Referer does not count', () => {
    expect(originOf({})).toBe('unknown');
    expect(originOf({ referer: `${here}/notes` })).toBe('unknown');
  });
});

describe('a cross-site write', () => {
  const from = (site: string) => new Headers({ 'sec-fetch-site': site });

  it.each(['POST', 'PUT', 'PATCH', 'DELETE', 'post', 'TRACE', 'PROPFIND', 'X'])(
    'is %s from another site',
    (method) => {
      expect(isWrite(method)).toBe(true);
      expect(isCrossSiteWrite(method, from('cross-site'), here)).toBe(true);
      expect(isCrossSiteWrite(method, from('same-site'), here)).toBe(true);
      expect(isCrossSiteWrite(method, new Headers({ origin: 'null' }), here)).toBe(true);
    },
  );

  it.each(['POST', 'PUT', 'PATCH', 'DELETE'])(
    'is not %s from our own pages, nor from no browser',
    (method) => {
      expect(isCrossSiteWrite(method, from('same-origin'), here)).toBe(false);
      expect(isCrossSiteWrite(method, new Headers({ origin: here }), here)).toBe(false);
      expect(isCrossSiteWrite(method, new Headers(), here)).toBe(false);
    },
  );

  it.each(['GET', 'HEAD', 'OPTIONS', 'get'])('is never %s', (method) => {
    expect(isWrite(method)).toBe(false);
    expect(isCrossSiteWrite(method, from('cross-site'), here)).toBe(false);
  });
});
