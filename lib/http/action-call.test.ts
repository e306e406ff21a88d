import { describe, expect, it } from 'vitest';
import { actionCall } from './action-call';

const headers = (init: Record<string, string>) => new Headers(init);
const multipart = { 'content-type': 'multipart/form-data; boundary=x' };

describe('a call of a server action', () => {
  it('is made by script, which names the action in a header', () => {
    expect(actionCall('POST', headers({ 'next-action': 'abc' }))).toBe('script');
    expect(actionCall('POST', headers({ 'next-action': 'abc', ...multipart }))).toBe('script');
  });

  it('is made by a form without script, which names it in its body', () => {
    expect(actionCall('POST', headers(multipart))).toBe('form');
    expect(actionCall('POST', headers({ 'content-type': 'Multipart/Form-Data;boundary=x' }))).toBe('form');
  });

  it.each([
    ['GET', { 'next-action': 'abc' }],
    ['HEAD', multipart],
    ['PUT', { 'next-action': 'abc', ...multipart }],
    ['POST', {}],
    ['POST', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['POST', { 'content-type': 'text/plain; x=multipart/form-data' }],
    ['POST', { 'content-type': 'multipart/form-datax' }],
  ])('is none: %s %j', (method, init) => {
    expect(actionCall(method, headers(init))).toBeUndefined();
  });
});
