import { isUtf8 } from 'node:buffer';

/** A JSON object: what a JOSE header and a claims set must be (RFC 7515 §4, RFC 7519 §4). */
export type JsonObject = Record<string, unknown>;

const maxDepth = 32;

/**
 * Parses one JSON object from UTF-8 bytes, stricter than `JSON.parse`: no duplicate member names (RFC 7515 §4,
 * RFC 8725 §2.4: two readers would see two tokens), no number that is not finite, no nesting beyond 32 levels.
 * @returns the object, or why it is refused
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
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { reason: oddity(text) ?? 'not a JSON object' };
  const reason = isPlain(value, text) ? undefined : oddity(text);
  return reason ? { reason } : { object: value as JsonObject };
}

/**
 * Whether a text certainly lost nothing when it was parsed, by counting colons: a text has one for each member and
 * those within its strings. Where it has no escapes and what came out accounts for all of them, no member was
 * dropped. Most tokens are like that, and the slow look is spared.
 */
function isPlain(value: object, text: string): boolean {
  return !text.includes('\\') && colonsOf(value, maxDepth) === colonsIn(text);
}

/** Colons that a parsed value had as text, or NaN where a number is not finite or the nesting too deep. */
function colonsOf(value: unknown, depth: number): number {
  if (typeof value === 'string') return colonsIn(value);
  if (typeof value === 'number') return Number.isFinite(value) ? 0 : Number.NaN;
  if (typeof value !== 'object' || value === null) return 0;
  if (depth === 0) return Number.NaN;
  let colons = 0;
  if (Array.isArray(value)) {
    for (const item of value) colons += colonsOf(item, depth - 1);
  } else {
    for (const name of Object.keys(value)) {
      colons += 1 + colonsIn(name) + colonsOf((value as JsonObject)[name], depth - 1);
    }
  }
  return colons;
}

function colonsIn(text: string): number {
  let colons = 0;
  for (let at = text.indexOf(':'); at !== -1; at = text.indexOf(':', at + 1)) colons++;
  return colons;
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
