import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { oddJson } from '../../test/token/hostile/odd-json';
import { parseObject } from './compact';

const parse = (text: string) => parseObject(Buffer.from(text));

const nested = (levels: number) => `${'{"a":'.repeat(levels - 1)}{}${'}'.repeat(levels - 1)}`;

describe('an object is read', () => {
  test.each([
    ['that is empty', '{}', {}],
    ['with space everywhere', ' {\t"a" :\n[ 1 ,\r{ } ] } ', { a: [1, {}] }],
    [
      'with numbers of every shape',
      '{"a":[0,-0.5,1e3,1E-9,1e-999,5e-324]}',
      { a: [0, -0.5, 1000, 1e-9, 0, 5e-324] },
    ],
    [
      'with the same name in different objects',
      '{"a":{"x":1},"b":{"x":2},"x":3}',
      { a: { x: 1 }, b: { x: 2 }, x: 3 },
    ],
    ['with the same name in objects of a list', '{"a":[{"x":1},{"x":2}]}', { a: [{ x: 1 }, { x: 2 }] }],
    ['with a name that is also a value', '{"a":"a","b":"a"}', { a: 'a', b: 'a' }],
    ['with names that differ in case', '{"a":1,"A":2}', { a: 1, A: 2 }],
    [
      'with braces, colons and numbers within strings',
      '{"a":"{[1e999}:\\"","b":"}"}',
      { a: '{[1e999}:"', b: '}' },
    ],
    ['with text outside ASCII', '{"ä":"😀\\ud83d\\ude00"}', { ä: '😀😀' }],
    ['with an escaped backslash before a quote', '{"a\\\\":1,"a":2}', { 'a\\': 1, a: 2 }],
  ])('%s', (_name, text, object) => {
    expect(parse(text)).toEqual({ object });
  });

  test('32 levels deep', () => {
    expect(parse(nested(32))).toHaveProperty('object');
  });

  test('with __proto__ as a plain member that lends nothing to the object', () => {
    const parsed = parse('{"__proto__":{"iss":"x"}}');
    const object = 'object' in parsed ? parsed.object : {};
    expect(Object.keys(object)).toEqual(['__proto__']);
    expect(object.iss).toBeUndefined();
  });
});

describe('an object is refused', () => {
  test.each(Object.entries(oddJson))('%s', (_name, spoil) => {
    const spoilt = spoil('{"a":1,"b":"c"}');
    expect(parseObject(Buffer.from(spoilt as string))).toHaveProperty('reason');
  });

  test.each([
    ['not UTF-8', Buffer.from([0x7b, 0xff, 0x7d])],
    ['not JSON', Buffer.from('{"a":}')],
    ['not a JSON object', Buffer.from('[]')],
    ['a number out of range', Buffer.from('{"a":1e309}')],
    ['nested deeper than 32 levels', Buffer.from(nested(33))],
    ['member "a" appears twice', Buffer.from('{"a":1,"\\u0061":1}')],
  ])('with the reason: %s', (reason, bytes) => {
    expect(parseObject(bytes)).toEqual({ reason });
  });
});

describe('any text', () => {
  test('that is a JSON object without oddities is read as JSON.parse reads it', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 5 })), (value) => {
        const text = JSON.stringify(value);
        expect(parse(text)).toEqual({ object: JSON.parse(text) });
      }),
    );
  });

  test('is either read as JSON.parse reads it or refused, never thrown at', () => {
    const snippet = fc.constantFrom(
      ...'{}[]":,\\ \n0123456789eE+-.u',
      '"a"',
      '"a":',
      'null',
      'true',
      '\\u0061',
    );
    fc.assert(
      fc.property(fc.array(snippet, { maxLength: 40 }), (snippets) => {
        const text = `{${snippets.join('')}}`;
        const parsed = parse(text);
        if ('object' in parsed) expect(parsed.object).toEqual(JSON.parse(text));
        else expect(parsed.reason).not.toBe('');
      }),
      { numRuns: 2_000 },
    );
  });

  test('with a member repeated anywhere is refused', () => {
    const members = fc.uniqueArray(fc.string({ maxLength: 5 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(members, fc.nat(), fc.boolean(), (names, pick, escaped) => {
        const again = names[pick % names.length] ?? '';
        const literal = escaped ? fullyEscaped(again) : JSON.stringify(again);
        const literals = [...names.map((name) => JSON.stringify(name)), literal];
        const text = `{${literals.map((name) => `${name}:1`).join()}}`;
        expect(parse(text)).toHaveProperty('reason', expect.stringContaining('appears twice'));
      }),
    );
  });
});

/** Each UTF-16 code unit as \uXXXX. */
const fullyEscaped = (text: string) =>
  `"${text.replace(/[\s\S]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)}"`;

describe('time', () => {
  // The header is read before any signature is checked: an attacker needs no key to send these.
  test.each([
    ['escaped quotes without an end', `"${'\\"'.repeat(6_000)}`],
    ['quotes', '"'.repeat(12_000)],
    ['backslashes', `"${'\\'.repeat(12_000)}`],
    ['open brackets', '['.repeat(12_000)],
    ['digits', `{"a":${'9'.repeat(12_000)}}`],
    ['signs and points', `{"a":1${'.-+e'.repeat(3_000)}}`],
    ['spaces after names', `{"a"${' '.repeat(6_000)}:1,"b"${' '.repeat(6_000)}:1}`],
    ['names', `{${Array.from({ length: 1_500 }, (_, index) => `"${index}":1`).join()}}`],
  ])('16 KiB of %s are judged in a blink', (_name, text) => {
    const start = performance.now();
    for (let round = 0; round < 20; round++) parse(text);
    expect(performance.now() - start).toBeLessThan(1_000);
  });
});
