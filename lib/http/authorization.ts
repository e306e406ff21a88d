/** What an `Authorization` header brings. */
export type Credentials =
  | { readonly kind: 'none' }
  | { readonly kind: 'bearer'; readonly token: string }
  | { readonly kind: 'invalid'; readonly because: string };

/** token68 of RFC 9110 §11.2, which is what RFC 6750 §2.1 calls b64token. */
const token68 = /^[A-Za-z0-9\-._~+/]+=*$/;

/**
 * Reads an `Authorization` header (RFC 6750 §2.1). Another scheme than Bearer counts as no credentials at all; a
 * Bearer header that is not exactly one token is a malformed request, not a wrong token.
 * @param header as received; values of repeated headers joined by ", " (RFC 9110 §5.3)
 */
export function readAuthorization(header: string | null): Credentials {
  const value = header?.trim() ?? '';
  if (isSeveral(value)) return { kind: 'invalid', because: 'more than one Authorization value' };
  const scheme = /^\S*/.exec(value)?.[0] ?? '';
  if (scheme.toLowerCase() !== 'bearer') return { kind: 'none' };
  const credentials = value.slice(scheme.length);
  // RFC 9110 §11.4 puts spaces there; another server might read another token.
  if (/[^\S ]/.test(credentials))
    return { kind: 'invalid', because: 'something else than spaces between Bearer and its token' };
  const rest = credentials.split(' ').filter(Boolean);
  if (rest.length === 0) return { kind: 'invalid', because: 'no token after Bearer' };
  if (rest.length > 1) return { kind: 'invalid', because: 'more than one token after Bearer' };
  const token = rest[0] ?? '';
  if (!token68.test(token)) return { kind: 'invalid', because: 'a character that no bearer token has' };
  return { kind: 'bearer', token };
}

/**
 * Whether commas separate values rather than the parameters of one (`Digest realm="…", nonce="…"`, RFC 9110 §11.4).
 * Bearer has no parameters, so there every comma does.
 */
function isSeveral(value: string): boolean {
  const [first = '', ...others] = value.replace(/"(?:[^"\\]|\\.?)*(?:"|$)/g, '""').split(',');
  return others.some((other) => /^bearer(\s|$)/i.test(first) || !/^\s*[\w-]+\s*=/.test(other));
}
