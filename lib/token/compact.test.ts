import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeBase64url, splitCompact } from './compact';

describe('base64url', () => {
  test('any bytes are read back from their spelling', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(decodeBase64url(Buffer.from(bytes).toString('base64url'))).toEqual(Buffer.from(bytes));
      }),
    );
  });

  test('no two spellings mean the same bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'AQgw-_=+/ \n'), maxLength: 8 }), (text) => {
        const bytes = decodeBase64url(text);
        if (bytes) expect(Buffer.from(bytes).toString('base64url')).toBe(text);
      }),
      { numRuns: 2_000 },
    );
  });

  test.each(['A', 'AA=', 'AA==', 'AB', 'AAB', 'A+', 'A/', 'AA\n', ' AA', 'AAAAA', 'AÄ'])(
    '%o is refused',
    (text) => {
      expect(decodeBase64url(text)).toBeUndefined();
    },
  );
});

describe('the parts of a token', () => {
  test('are three', () => {
    expect(splitCompact('a.b.c')).toEqual({ parts: ['a', 'b', 'c'] });
  });

  test.each([
    ['', 'an opaque token (no dots)'],
    ['opaque', 'an opaque token (no dots)'],
    ['a.b', '2 parts'],
    ['a.b.', '3 parts'],
    ['.b.c', '3 parts'],
    ['a..c', '3 parts'],
    ['a.b.c.d', '4 parts'],
    ['a.b.c.d.e', 'an encrypted token (5 parts)'],
    ['a.b.c.d.e.f', '6 parts'],
  ])('of %o are refused: %s', (token, reason) => {
    expect(splitCompact(token)).toEqual({ reason });
  });
});
