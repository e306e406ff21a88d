/**
 * The scopes of a token, each once, in its own order. A claim may be one space-separated string or a list of strings;
 * anything else (null, a number, an object) grants nothing and breaks nothing.
 * @param names claims that carry scopes: `scope` (RFC 8693 §4.2, RFC 9068 §2.2.3), `scp`, `permissions`, `roles`
 */
export function scopesOf(claims: Readonly<Record<string, unknown>>, names: readonly string[]): string[] {
  const scopes = new Set<string>();
  for (const name of names) {
    for (const value of valuesOf(claims[name])) {
      if (typeof value === 'string' && value !== '') scopes.add(value);
    }
  }
  return [...scopes];
}

function valuesOf(claim: unknown): readonly unknown[] {
  if (typeof claim === 'string') return claim.split(' ');
  return Array.isArray(claim) ? claim : [];
}
