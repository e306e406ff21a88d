/** A JSON object as text, so that it can be spoilt. */
type Json = string;

const deep = (levels: number, open: string, close: string) => open.repeat(levels) + close.repeat(levels);

/** Puts raw members at the end of an object. */
export const withMembers = (json: Json, members: string): Json => json.replace(/\}$/, `,${members}}`);

const utf16 = (text: string) => Buffer.from(text, 'utf16le');

/** Bytes that are not one JSON object with each member once, made from bytes that are. */
export const oddJson: Readonly<Record<string, (json: Json) => string | Uint8Array>> = {
  'that is not JSON': () => 'hello',
  'that is an array': (json) => `[${json}]`,
  'that is a string': () => '"sub"',
  'that is a number': () => '1',
  'that is null': () => 'null',
  'that is true': () => 'true',
  'that is a space': () => ' ',
  'that is cut short': (json) => json.slice(0, -1),
  'with something after it': (json) => `${json}x`,
  'with a second object after it': (json) => `${json}{}`,
  'with a NUL after it': (json) => `${json}\0`,
  'with a byte order mark': (json) => `\ufeff${json}`,
  'in UTF-16': utf16,
  'with a stray continuation byte': (json) => Buffer.concat([Buffer.from(json), Buffer.from([0x80])]),
  'with an overlong UTF-8 sequence': (json) =>
    Buffer.concat([Buffer.from(`${json.slice(0, -1)},"x":"`), Buffer.from([0xc0, 0xaf]), Buffer.from('"}')]),
  'with a surrogate in UTF-8': (json) =>
    Buffer.concat([
      Buffer.from(`${json.slice(0, -1)},"x":"`),
      Buffer.from([0xed, 0xa0, 0x80]),
      Buffer.from('"}'),
    ]),
  'with a bare control character': (json) => withMembers(json, '"x":"\n"'),
  'with a no-break space': (json) => json.replace('{', '{\u00a0'),
  'with single quotes': (json) => json.replaceAll('"', "'"),
  'with a comment': (json) => json.replace('{', '{/**/'),
  'with a trailing comma': (json) => json.replace(/\}$/, ',}'),
  'with an unquoted name': (json) => withMembers(json, 'x:1'),
  'with NaN': (json) => withMembers(json, '"x":NaN'),
  'with Infinity': (json) => withMembers(json, '"x":-Infinity'),
  'with a hexadecimal number': (json) => withMembers(json, '"x":0x10'),
  'with a number out of range': (json) => withMembers(json, '"x":1e999'),
  'with a negative number out of range': (json) => withMembers(json, '"x":-1E+400'),
  'with a number out of range deep within': (json) => withMembers(json, '"x":[{"y":[1e309]}]'),
  'nested 33 objects deep': (json) => withMembers(json, `"x":${deep(31, '{"a":', '}').replace('}', '{}}')}`),
  'nested 33 arrays deep': (json) => withMembers(json, `"x":${deep(32, '[', ']')}`),
  'nested thousands of arrays deep': (json) => withMembers(json, `"x":${deep(5_000, '[', ']')}`),
  'nested deep and never closed': () => '{"x":'.repeat(2_000),
  'full of escaped quotes and never closed': () => `"${'\\"'.repeat(5_000)}`,
  'with a duplicate member': (json) => withMembers(json, '"x":1,"x":1'),
  'with a duplicate member deep within': (json) => withMembers(json, '"x":[{"y":{"z":1,"z":2}}]'),
  'with a duplicate member under an escaped name': (json) => withMembers(json, '"xy":1,"\\u0078y":2'),
  'with a duplicate member and space before the colon': (json) => withMembers(json, '"x":1,"x" \n\t :2'),
  'with a duplicate member that is no plain ASCII': (json) => withMembers(json, '"€\\n":1,"€\\n":2'),
  'with a duplicate empty name': (json) => withMembers(json, '"":1,"":2'),
  'with __proto__ twice': (json) => withMembers(json, '"__proto__":{},"__proto__":{}'),
};
