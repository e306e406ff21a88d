/** Names under which tokens travel: `token`, `access_token`, `idToken`, `jwt`. */
const names =
  /^((access|id|refresh|logout|bearer|auth)[_-]?)?token$|^(jwt|jws|jwe|authorization|bearer|assertion)$/i;

/** The beginning of a JWT: a JSON object in base64url. */
const jwt = /(^|[^\w-])e[yw][\w-]{8,}/;

/**
 * Whether an address seems to hold a token, in its query or its path. Addresses end up in histories, in logs and in
 * `Referer`; a page that reads tokens from them would teach people to put them there (RFC 6750 §2.3, RFC 9700 §4.3.2).
 */
export function hasTokenInAddress({ pathname, search }: Pick<URL, 'pathname' | 'search'>): boolean {
  const parameters = [...new URLSearchParams(search)];
  return (
    jwt.test(pathname) ||
    parameters.some(
      ([name, value]) => jwt.test(name) || jwt.test(value) || (value !== '' && names.test(name)),
    )
  );
}
