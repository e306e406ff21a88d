import { describe, expect, it } from 'vitest';
import { hasTokenInAddress } from './token-in-address';

const asked = (address: string) => hasTokenInAddress(new URL(address, 'http://localhost:3000/inspect'));

describe('an address', () => {
  it.each([
    ['with a token by name', '?token=abc'],
    ['with an access token', '?x=1&access_token=abc'],
    ['in camel case', '?accessToken=abc'],
    ['with a JWT by any name', '?q=eyJhbGciOiJSUzI1NiJ9.e30.x'],
    ['with a JWT and no name', '?eyJhbGciOiJSUzI1NiJ9.e30.x'],
    ['with a header', '?h=Bearer%20eyJhbGciOiJSUzI1NiJ9'],
    ['with a JWT that begins with a space', '?q=ewogImFsZyI6ICJIUz'],
    ['with one in its path', '/inspect/eyJhbGciOiJSUzI1NiJ9.e30.x'],
  ])('%s holds a token', (_name, address) => {
    expect(asked(address)).toBe(true);
  });

  it.each(['', '?', '?token=', '?refused=address', '?_rsc=abc12', '?monkey=eye', '?key=they', '/keys'])(
    '%s holds none',
    (address) => {
      expect(asked(address)).toBe(false);
    },
  );
});
