import { isUtf8 } from 'node:buffer';
import type { JsonObject } from './check';

/**
 * Decodes base64url in the only spelling RFC 7515 §2 and RFC 4648 §3.5 allow: no padding, no other characters, no
 * stray bits in the last one. Two spellings of one token would be two keys of a cache and one way around a deny list.
 */
export function decodeBase64url(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64url');
  // Node skips what it does not know; the way back gives the one right spelling.
  return bytes.toString('base64url') === text ? bytes : undefined;
}

/** The dot-separated parts of a token, and what their number says about it. */
export function splitCompact(token: string): { parts: [string, string, string] } | { reason: string } {
  const parts = token.split('.');
  const [header, payload, signature] = parts;
  if (parts.length === 3 && header && payload && signature) return { parts: [header, payload, signature] };
  if (parts.length === 5) return { reason: 'an encrypted token (5 parts)' };
  if (parts.length === 1) return { reason: 'an opaque token (no dots)' };
  return { reason: `${parts.length} parts` };
}

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const maxDepth = 32;

/**
 * Parses one JSON object from UTF-8 bytes, stricter than `JSON.parse`: no duplicate member names (RFC 7515 §4,
 * RFC 8725 §2.4: two readers would see two tokens), no number that is not finite, no nesting beyond 32 levels.
 */
export function parseObject(bytes: Buffer): { object: JsonObject } | { reason: string } {
  if (!isUtf8(bytes)) return { reason: 'not UTF-8' };
  const text = bytes.toString('utf8');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { reason: 'not JSON' };
  }
  if (!isObject(value)) return { reason: oddity(text) ?? 'not a JSON object' };
  // What comes out as it went in has lost nothing. Most tokens are like that, and the slow look is spared.
  const isPlain =
    text.split('{').length + text.split('[').length - 2 <= maxDepth && JSON.stringify(value) === text;
  const reason = isPlain ? undefined : oddity(text);
  return reason ? { reason } : { object: value };
}

/**
 * What `JSON.parse` lets pass silently, in text that it accepted. Never over other text: a string without an end would
 * be searched again from each escaped quote in it, and 16 KiB of those, sent by anyone, take 150 ms.
 */
function oddity(text: string): string | undefined {
  const members: (Set<string> | undefined)[] = [];
  for (const [token, colon] of text.matchAll(/"(?:[^"\\]|\\.)*"([ \t\r\n]*:)?|[{}[\]]|-?\d[\d.eE+-]*/g)) {
    if (token === '{' || token === '[') {
      members.push(token === '{' ? new Set() : undefined);
      if (members.length > maxDepth) return `nested deeper than ${maxDepth} levels`;
    } else if (token === '}' || token === ']') {
      members.pop();
    } else if (!token.startsWith('"')) {
      if (!Number.isFinite(Number(token))) return 'a number out of range';
    } else if (colon !== undefined) {
      // `"a"` and `"\u0061"` are the same name.
      const name = JSON.parse(token.slice(0, -colon.length)) as string;
      if (members.at(-1)?.has(name)) return `member "${name.slice(0, 40)}" appears twice`;
      members.at(-1)?.add(name);
    }
  }
  return undefined;
}
