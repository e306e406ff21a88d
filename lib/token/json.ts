import { isUtf8 } from 'node:buffer';

/** A JSON object: what a JOSE header and a claims set must be (RFC 7515 §4, RFC 7519 §4). */
export type JsonObject = Record<string, unknown>;

const maxDepth = 32;

/**
 * Parses one JSON object from UTF-8 bytes, stricter than `JSON.parse`: no duplicate member names (RFC 7515 §4,
 * RFC 8725 §2.4: two readers would see two tokens), no number that is not finite, no nesting beyond 32 levels.
 * @returns the object, or why it is refused
 */
export function parseObject(bytes: Uint8Array): { object: JsonObject } | { reason: string } {
  if (!isUtf8(bytes)) return { reason: 'not UTF-8' };
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { reason: 'not JSON' };
  }
  const reason = isPlain(value, text) ? undefined : oddity(text);
  if (reason) return { reason };
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { reason: 'not a JSON object' };
  return { object: value as JsonObject };
}

/**
 * Whether a text is spelled as `JSON.stringify` would and nests no deeper than a list within the object: then nothing
 * was dropped, repeated or rounded, and the slow look is spared. Most tokens are like that.
 */
function isPlain(value: unknown, text: string): boolean {
  const isFlat = (part: unknown) => typeof part !== 'object' || part === null;
  const shallow = Object.values(value ?? {}).every((part) =>
    Array.isArray(part) ? part.every(isFlat) : isFlat(part),
  );
  return shallow && JSON.stringify(value) === text;
}

/**
 * What `JSON.parse` lets pass silently, in text that it accepted. Never over other text: a string without an end would
 * be searched again from each escaped quote in it, and 16 KiB of those, sent by anyone, take 150 ms.
 */
function oddity(text: string): string | undefined {
  const members: (Set<string> | undefined)[] = [];
  const tokens = /"(?:[^"\\]|\\.)*"|[{}[\]]|-?\d[\d.eE+-]*/g;
  for (const match of text.matchAll(tokens)) {
    const token = match[0];
    if (token === '{' || token === '[') {
      members.push(token === '{' ? new Set() : undefined);
      if (members.length > maxDepth) return `nested deeper than ${maxDepth} levels`;
    } else if (token === '}' || token === ']') {
      members.pop();
    } else if (token.startsWith('"')) {
      if (!isMemberName(text, match.index + token.length)) continue;
      const name = spelledOut(token);
      const names = members.at(-1);
      if (names?.has(name)) return `member "${name.slice(0, 40)}" appears twice`;
      names?.add(name);
    } else if (!Number.isFinite(Number(token))) {
      return 'a number out of range';
    }
  }
  return undefined;
}

function isMemberName(text: string, end: number): boolean {
  let index = end;
  while (index < text.length && ' \t\r\n'.includes(text.charAt(index))) index++;
  return text[index] === ':';
}

/** `"a"` and `"\u0061"` are the same name. */
const spelledOut = (literal: string) => JSON.parse(literal) as string;
