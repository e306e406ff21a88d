import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newSessionId } from './cookie';
import { decodeName, dropSessionCookie, encodeName, nameHeader, stateHeader, strip } from './forwarded';

const site = { secure: false, baseUrl: 'http://localhost:3000' };

describe('headers from outside', () => {
  it('lose what only the middleware may say, however it is spelled, and keep the rest', () => {
    const incoming = new Headers({
      'X-Session-Name': 'Mallory',
      'x-session-state': 'keys_unavailable',
      'x-session-ended': 'idle',
      'X-NONCE': 'bm9uY2U=',
      'Content-Security-Policy': "script-src 'unsafe-inline'",
      authorization: 'Bearer abc',
      cookie: 'a=b',
      'x-session-names': 'kept',
    });
    expect(Object.fromEntries(strip(incoming))).toEqual({
      authorization: 'Bearer abc',
      cookie: 'a=b',
      'x-session-names': 'kept',
    });
    expect([nameHeader, stateHeader].every((name) => incoming.has(name))).toBe(true);
  });

  it('lose the session cookie, and the whole header where there is no other', () => {
    const headers = new Headers({ cookie: `claimcheck_session_3000=${newSessionId()}; session=theirs; a=b` });
    dropSessionCookie(headers, site);
    expect(headers.get('cookie')).toBe('session=theirs; a=b');
    const alone = new Headers({ cookie: `claimcheck_session_3000=${newSessionId()}` });
    dropSessionCookie(alone, site);
    expect(alone.has('cookie')).toBe(false);
  });
});

describe('a name in a header', () => {
  it.each([
    'Alice',
    'Zoë Ångström',
    '山田 太郎',
    'محمد',
    'Žofie 👩‍🚀',
    'O\u2019Neil; "x", y=z',
    '100 %',
    'a\r\nSet-Cookie: b=c',
  ])('%j arrives as it was', (name) => {
    const headers = new Headers({ [nameHeader]: encodeName(name) });
    expect(decodeName(headers.get(nameHeader))).toBe(name);
    expect(encodeName(name)).toMatch(/^[\x21-\x7e]*$/);
  });

  it('of any kind never stands in the way of a request', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)) }),
        (name) => {
          const headers = new Headers({ [nameHeader]: encodeName(name) });
          expect(decodeName(headers.get(nameHeader))).toBe(name.replace(/\p{Surrogate}/gu, '\ufffd'));
        },
      ),
    );
  });

  it('that is long is cut, not in the middle of a character', () => {
    expect(decodeName(encodeName(`${'a'.repeat(199)}👩 and more`))).toBe(`${'a'.repeat(199)}👩`);
    expect(encodeName('x'.repeat(100_000))).toHaveLength(200);
  });

  it.each([null, '', '%', '%E0%A4%A', '%ff', 'a%2'])('that is junk (%j) is none', (value) => {
    expect(decodeName(value)).toBe('');
  });
});
