import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSeal } from './seal';

const [older, newer] = ['o'.repeat(32), 'n'.repeat(32)];
const seal = createSeal([older]);
const bytesOf = (sealed: string) => Buffer.from(sealed.slice('v1.'.length), 'base64url');
const textOf = (bytes: Uint8Array) => `v1.${Buffer.from(bytes).toString('base64url')}`;

describe('what is sealed', () => {
  it('opens again in its place, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (text, place) => {
        expect(seal.open(seal.close(text, place), place)).toBe(text);
      }),
    );
  });

  it('shows nothing of its text, and never looks the same twice', () => {
    const [first, second] = [seal.close('hunter2-hunter2', 'row'), seal.close('hunter2-hunter2', 'row')];
    expect(first).not.toBe(second);
    expect(bytesOf(first).toString('latin1')).not.toContain('hunter');
    expect(bytesOf(first).subarray(0, 12)).not.toEqual(bytesOf(second).subarray(0, 12));
  });

  it('opens in no other place', () => {
    const sealed = seal.close('text', 'row 1');
    expect(seal.open(sealed, 'row 2')).toBeUndefined();
    expect(seal.open(sealed, '')).toBeUndefined();
  });

  it('opens with no other secret, nor with one that only resembles it', () => {
    const sealed = seal.close('text', 'row');
    expect(createSeal([newer]).open(sealed, 'row')).toBeUndefined();
    expect(createSeal([`${older} `]).open(sealed, 'row')).toBeUndefined();
  });

  it('does not open with any single bit of it changed', () => {
    const sealed = seal.close('text', 'row');
    const bytes = bytesOf(sealed);
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const changed = Buffer.from(bytes);
      changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      expect(seal.open(textOf(changed), 'row')).toBeUndefined();
    }
    expect(seal.open(textOf(bytes), 'row')).toBe('text');
  });

  it('does not open cut short anywhere, nor with something added', () => {
    const bytes = bytesOf(seal.close('text', 'row'));
    for (let length = 0; length < bytes.length; length++) {
      expect(seal.open(textOf(bytes.subarray(0, length)), 'row')).toBeUndefined();
    }
    expect(seal.open(textOf(Buffer.concat([bytes, Buffer.from([0])])), 'row')).toBeUndefined();
  });

  it.each([
    '',
    'v1',
    'v1.',
    'v1.!!!!',
    'v2.AAAA',
    '.',
    'text',
    `v1.${'A'.repeat(80)}`,
    'v1.AAAA.AAAA',
    '\u0000',
  ])('is not "%s"', (garbage) => {
    expect(seal.open(garbage, 'row')).toBeUndefined();
  });
});

describe('rotating secrets', () => {
  it('opens with all, closes with the first', () => {
    const both = createSeal([newer, older]);
    expect(both.open(seal.close('text', 'row'), 'row')).toBe('text');
    const sealed = both.close('text', 'row');
    expect(createSeal([newer]).open(sealed, 'row')).toBe('text');
    expect(seal.open(sealed, 'row')).toBeUndefined();
  });

  it('without any secret there is no seal', () => {
    expect(() => createSeal([])).toThrow(TypeError);
  });
});
