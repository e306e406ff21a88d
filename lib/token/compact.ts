/** The three parts of a compact JWS (RFC 7515 §3.1), decoded. */
export interface CompactParts {
  readonly header: Uint8Array;
  readonly payload: Uint8Array;
  readonly signature: Uint8Array;
  /** What the signature covers: the first two parts as they were sent. */
  readonly signingInput: string;
}

/**
 * Decodes base64url in the only spelling RFC 7515 §2 and RFC 4648 §3.5 allow: no padding, no other characters, no
 * stray bits in the last one. Two spellings of one token would be two keys of a cache and one way around a deny list.
 */
export function decodeBase64url(text: string): Uint8Array | undefined {
  if (!/^[\w-]*$/.test(text)) return undefined;
  // 2 characters carry 12 bits for 1 byte, 3 carry 18 for 2: what is left over must be zero. 1 carries nothing whole.
  const last = text.slice(-1);
  switch (text.length % 4) {
    case 1:
      return undefined;
    case 2:
      return 'AQgw'.includes(last) ? Buffer.from(text, 'base64url') : undefined;
    case 3:
      return 'AEIMQUYcgkosw048'.includes(last) ? Buffer.from(text, 'base64url') : undefined;
    default:
      return Buffer.from(text, 'base64url');
  }
}

/** The dot-separated parts of a token, and what their number says about it. */
export function splitCompact(token: string): { parts: [string, string, string] } | { reason: string } {
  const parts = token.split('.');
  const [header, payload, signature] = parts;
  if (parts.length === 5) return { reason: 'an encrypted token (5 parts)' };
  if (parts.length === 1) return { reason: 'an opaque token (no dots)' };
  if (parts.length !== 3 || !header || !payload || !signature) return { reason: `${parts.length} parts` };
  return { parts: [header, payload, signature] };
}
