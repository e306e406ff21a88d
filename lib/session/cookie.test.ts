import { describe, expect, it } from 'vitest';
import {
  clearSessionCookie,
  hashSessionId,
  newSessionId,
  readSessionCookie,
  sessionCookieName,
  setSessionCookie,
  withoutSessionCookie,
} from './cookie';

const id = newSessionId();
const other = newSessionId();

const local = { secure: false, baseUrl: 'http://localhost:3000' };
const open = { secure: true, baseUrl: 'https://app.example' };
/** The same below a base path. */
const localBelow = { secure: false, baseUrl: 'http://localhost:3000/account' };
const openBelow = { secure: true, baseUrl: 'https://shop.example/account' };

describe('a session id', () => {
  it('has 256 random bits, in characters that a cookie takes as they are', () => {
    expect(id).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(Buffer.from(id, 'base64url')).toHaveLength(32);
    expect(other).not.toBe(id);
  });

  it('is kept as its hash, which does not tell it', () => {
    // SHA-256 of "abc" (FIPS 180-4, example).
    expect(hashSessionId('abc')).toBe(
      Buffer.from('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad', 'hex').toString(
        'base64url',
      ),
    );
    expect(hashSessionId(id)).not.toContain(id.slice(0, 8));
  });
});

describe('the session cookie', () => {
  it('is bound to host and https where there is https', () => {
    expect(setSessionCookie(id, open, 43_200)).toBe(
      `__Host-session=${id}; Path=/; Max-Age=43200; HttpOnly; SameSite=Lax; Secure`,
    );
  });

  it('is as strict as plain http on loopback allows', () => {
    expect(setSessionCookie(id, local, 60)).toBe(
      `claimcheck_session_3000=${id}; Path=/; Max-Age=60; HttpOnly; SameSite=Lax`,
    );
  });

  it('below a base path is sent there alone, and bound to https where there is https', () => {
    expect(setSessionCookie(id, openBelow, 43_200)).toBe(
      `__Secure-session_account=${id}; Path=/account; Max-Age=43200; HttpOnly; SameSite=Lax; Secure`,
    );
    expect(setSessionCookie(id, localBelow, 60)).toBe(
      `claimcheck_session_3000_account=${id}; Path=/account; Max-Age=60; HttpOnly; SameSite=Lax`,
    );
  });

  it('has fewer than 100 bytes in name and value, whatever the tokens', () => {
    for (const site of [
      open,
      openBelow,
      local,
      localBelow,
      { ...local, baseUrl: 'http://localhost:65535' },
    ]) {
      expect(Buffer.byteLength(`${sessionCookieName(site)}=${id}`)).toBeLessThan(100);
    }
  });

  it('is taken back with the same attributes, or the browser would keep it', () => {
    expect(clearSessionCookie(open)).toBe(
      '__Host-session=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax; Secure',
    );
    expect(clearSessionCookie(local)).toBe(
      'claimcheck_session_3000=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax',
    );
    expect(clearSessionCookie(openBelow)).toBe(
      '__Secure-session_account=; Path=/account; Max-Age=0; HttpOnly; SameSite=Lax; Secure',
    );
  });
});

describe('the name of the session cookie', () => {
  it.each([
    ['http://localhost:3000', 'claimcheck_session_3000'],
    ['http://localhost:3001', 'claimcheck_session_3001'],
    ['http://[::1]:8080', 'claimcheck_session_8080'],
    ['http://localhost', 'claimcheck_session_80'],
    ['http://localhost:3000/account', 'claimcheck_session_3000_account'],
    ['http://localhost:3000/account/v2.0', 'claimcheck_session_3000_account_v2_0'],
  ])('at %s is one that no other app of this machine has: %s', (baseUrl, name) => {
    expect(sessionCookieName({ secure: false, baseUrl })).toBe(name);
  });

  it('has no port where it is bound to a host: two apps of one host share a cookie on no port', () => {
    expect(sessionCookieName({ secure: true, baseUrl: 'https://app.example:8443' })).toBe('__Host-session');
  });
});

describe('reading the session cookie', () => {
  it.each([
    `claimcheck_session_3000=${id}`,
    `a=b; claimcheck_session_3000=${id}; c=d`,
    `a=b;claimcheck_session_3000=${id}`,
    `  claimcheck_session_3000=${id}  `,
    `xclaimcheck_session_3000=${other}; claimcheck_session_3000=${id}`,
    `claimcheck_session_3000=; claimcheck_session_3000=${id}`,
    `claimcheck_session_3000=junk; claimcheck_session_3000=${id}`,
    `a=claimcheck_session_3000=${other}; claimcheck_session_3000=${id}`,
  ])('finds it in "%s"', (header) => {
    expect(readSessionCookie(header, local)).toBe(id);
  });

  it.each([
    null,
    '',
    ';;;',
    'claimcheck_session_3000',
    'claimcheck_session_3000=',
    `xclaimcheck_session_3000=${id}`,
    `claimcheck_session_3000-x=${id}`,
    `claimcheck_session_300=${id}`,
    `claimcheck_session_30000=${id}`,
    `claimcheck_session=${id}`,
    `session=${id}`,
    `Claimcheck_session_3000=${id}`,
    `my.claimcheck_session_3000=${id}`,
    `a=claimcheck_session_3000=${id}`,
    `__Host-session=${id}`,
    `claimcheck_session_3000="${id}"`,
    `claimcheck_session_3000=${id}x`,
    `claimcheck_session_3000=${id.slice(1)}`,
    `claimcheck_session_3000=${id.slice(1)}.`,
    `claimcheck_session_3000=${id.slice(1)}%`,
    `claimcheck_session_3000=${id}=x`,
    "claimcheck_session_3000=' or 1=1 --",
  ])('finds none in %j', (header) => {
    expect(readSessionCookie(header, local)).toBeUndefined();
  });

  it('below a base path is not the one of the app around it, which is sent there, too', () => {
    const [around, own] = [`claimcheck_session_3000=${other}`, `claimcheck_session_3000_account=${id}`];
    expect(readSessionCookie(`${own}; ${around}`, localBelow)).toBe(id);
    expect(readSessionCookie(`${own}; ${around}`, local)).toBe(other);
    expect(readSessionCookie(around, localBelow)).toBeUndefined();
    expect(readSessionCookie(`__Host-session=${other}`, openBelow)).toBeUndefined();
    expect(readSessionCookie(`__Secure-session_account=${id}`, openBelow)).toBe(id);
    const below = { ...openBelow, baseUrl: 'https://shop.example/account/admin' };
    expect(readSessionCookie(`__Secure-session_account=${id}`, below)).toBeUndefined();
  });

  it('on https takes only the name that is bound to it', () => {
    expect(readSessionCookie(`claimcheck_session_3000=${other}; __Host-session=${id}`, open)).toBe(id);
    expect(readSessionCookie(`claimcheck_session_3000=${id}`, open)).toBeUndefined();
  });
});

describe('forwarding cookies', () => {
  it('leaves out the session, every one of them, and nothing else', () => {
    const header = `a=b; claimcheck_session_3000=${id}; xclaimcheck_session_3000=1; claimcheck_session_3000=; claimcheck_session_3000=junk; theme=dark=er`;
    expect(withoutSessionCookie(header, local)).toBe('a=b; xclaimcheck_session_3000=1; theme=dark=er');
    expect(withoutSessionCookie(`__Host-session=${id};a=b`, open)).toBe('a=b');
    expect(withoutSessionCookie(`__Secure-session_account=${id}; a=b`, openBelow)).toBe('a=b');
  });

  it('leaves nothing where there was nothing else', () => {
    expect(withoutSessionCookie(`claimcheck_session_3000=${id}`, local)).toBe('');
    expect(withoutSessionCookie('', local)).toBe('');
  });
});
