import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Fields } from './fields';

/** A key as JSON (RFC 7517). */
export type KeyObject = Readonly<Record<string, unknown>>;

const fix =
  'name private.jwk.json as npm run keygen -- --algorithm RS256 --out DIR makes it, or a set of such keys';

/**
 * Reads `IDP_KEYS`: a file with a private JWK, or a set of them (RFC 7517 §5). Whether they suit, the provider says.
 * @param directory against which a relative path counts
 */
export function readProviderKeys(fields: Fields, directory: string): readonly KeyObject[] | undefined {
  const name = fields.text('IDP_KEYS');
  if (name === undefined) return undefined;
  const file = path.resolve(directory, name);
  let content: string;
  try {
    content = readFileSync(file, 'utf8');
  } catch (error) {
    return fields.complain(
      'IDP_KEYS',
      `${file} cannot be read (${(error as NodeJS.ErrnoException).code})`,
      fix,
    );
  }
  const keys = keysIn(content);
  return keys ?? fields.complain('IDP_KEYS', `${file} holds no JWK`, fix);
}

function keysIn(content: string): readonly KeyObject[] | undefined {
  try {
    const value: unknown = JSON.parse(content);
    const list: unknown = isObject(value) && 'keys' in value ? value.keys : [value];
    const isList =
      Array.isArray(list) && list.length > 0 && list.every((key) => isObject(key) && 'kty' in key);
    return isList ? (list as KeyObject[]) : undefined;
  } catch {
    // The parser's own message quotes what it read.
    return undefined;
  }
}

const isObject = (value: unknown): value is KeyObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
