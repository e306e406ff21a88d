/** The three parts of a compact JWS (RFC 7515 §3.1), decoded. */
export interface CompactParts {
  readonly header: Buffer;
  readonly payload: Buffer;
  readonly signature: Buffer;
  /** What the signature covers: the first two parts as they were sent. */
  readonly signingInput: string;
}

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
