/**
 * The scopes of a token, each once, in its own order. The first of the named claims that is there says them all: what
 * was granted to the client is never widened by a claim about the person, such as roles (RFC 6749 §3.3). It may be one
 * space-separated string or a list of strings; anything else (null, a number, an object) grants nothing and breaks
 * nothing.
 * @param names claims that may carry scopes, the one that counts first: `scope` (RFC 8693 §4.2, RFC 9068 §2.2.3), `scp`, `roles`
 */
export function scopesOf(claims: Readonly<Record<string, unknown>>, names: readonly string[]): string[] {
  const name = names.find((one) => claims[one] !== undefined);
  const values = name === undefined ? [] : valuesOf(claims[name]);
  return [...new Set(values.filter((value): value is string => typeof value === 'string' && value !== ''))];
}

function valuesOf(claim: unknown): readonly unknown[] {
  if (typeof claim === 'string') return claim.split(' ');
  return Array.isArray(claim) ? claim : [];
}
