import type { JsonObject } from './json';

/** Claims that carry scopes: RFC 8693 §4.2 and RFC 9068 §2.2.3 (`scope`), Entra ID and Okta (`scp`). */
const scopeClaims = ['scope', 'scp'] as const;

/**
 * The scopes of a token, each once, in its own order. A claim may be one space-separated string or a list of strings;
 * anything else (null, a number, an object) grants nothing and breaks nothing.
 */
export function scopesOf(claims: JsonObject): string[] {
  const values = scopeClaims.flatMap((name) => valuesOf(claims[name]));
  return [...new Set(values)];
}

function valuesOf(claim: unknown): string[] {
  if (typeof claim === 'string') return claim.split(' ').filter(Boolean);
  if (Array.isArray(claim))
    return claim.filter((item): item is string => typeof item === 'string' && item !== '');
  return [];
}
