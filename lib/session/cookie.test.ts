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
    expect(setSessionCookie(id, { secure: true, maxAge: 43_200 })).toBe(
      `__Host-session=${id}; Path=/; Max-Age=43200; HttpOnly; SameSite=Lax; Secure`,
    );
  });

  it('is as strict as plain http on loopback allows', () => {
    expect(setSessionCookie(id, { secure: false, maxAge: 60 })).toBe(
      `session=${id}; Path=/; Max-Age=60; HttpOnly; SameSite=Lax`,
    );
  });

  it('has fewer than 100 bytes in name and value, whatever the tokens', () => {
    for (const secure of [true, false]) {
      expect(Buffer.byteLength(`${sessionCookieName(secure)}=${id}`)).toBeLessThan(100);
    }
  });

  it('is taken back with the same attributes, or the browser would keep it', () => {
    expect(clearSessionCookie(true)).toBe(
      '__Host-session=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax; Secure',
    );
    expect(clearSessionCookie(false)).toBe('session=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax');
  });
});

describe('reading the session cookie', () => {
  it.each([
    `session=${id}`,
    `a=b; session=${id}; c=d`,
    `a=b;session=${id}`,
    `  session=${id}  `,
    `xsession=${other}; session=${id}`,
    `session=; session=${id}`,
    `session=junk; session=${id}`,
    `a=session=${other}; session=${id}`,
  ])('finds it in "%s"', (header) => {
    expect(readSessionCookie(header, false)).toBe(id);
  });

  it.each([
    null,
    '',
    ';;;',
    'session',
    'session=',
    `xsession=${id}`,
    `session-x=${id}`,
    `Session=${id}`,
    `my.session=${id}`,
    `a=session=${id}`,
    `__Host-session=${id}`,
    `session="${id}"`,
    `session=${id}x`,
    `session=${id.slice(1)}`,
    `session=${id.slice(1)}.`,
    `session=${id.slice(1)}%`,
    `session=${id}=x`,
    "session=' or 1=1 --",
  ])('finds none in %j', (header) => {
    expect(readSessionCookie(header, false)).toBeUndefined();
  });

  it('on https takes only the name that is bound to it', () => {
    expect(readSessionCookie(`session=${other}; __Host-session=${id}`, true)).toBe(id);
    expect(readSessionCookie(`session=${id}`, true)).toBeUndefined();
  });
});

describe('forwarding cookies', () => {
  it('leaves out the session, every one of them, and nothing else', () => {
    const header = `a=b; session=${id}; xsession=1; session=; session=junk; theme=dark=er`;
    expect(withoutSessionCookie(header, false)).toBe('a=b; xsession=1; theme=dark=er');
    expect(withoutSessionCookie(`__Host-session=${id};a=b`, true)).toBe('a=b');
  });

  it('leaves nothing where there was nothing else', () => {
    expect(withoutSessionCookie(`session=${id}`, false)).toBe('');
    expect(withoutSessionCookie('', false)).toBe('');
  });
});
