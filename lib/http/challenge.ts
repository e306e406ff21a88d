/** What a `WWW-Authenticate: Bearer` challenge may say beyond where to look (RFC 6750 §3). */
export interface ChallengeDetails {
  readonly error?:
    | 'invalid_request'
    | 'invalid_token'
    | 'insufficient_scope'
    | 'insufficient_user_authentication';
  readonly description?: string;
  readonly scope?: string;
  /** Seconds since the sign-in, and authentication contexts of which any will do (RFC 9470 §3). */
  readonly maxAge?: number | undefined;
  readonly acrValues?: readonly string[] | undefined;
  /** Path of the resource whose metadata it points at: `/api/mcp`. Unset: the app as a whole. */
  readonly resource?: string | undefined;
}

/**
 * A Bearer challenge (RFC 6750 §3) that points at this API's metadata (RFC 9728 §5.1).
 * @param baseUrl public URL of the app, base path included
 */
export function bearerChallenge(
  baseUrl: string,
  { error, description, scope, maxAge, acrValues, resource = '' }: ChallengeDetails = {},
): string {
  const parameters = {
    realm: 'claimcheck',
    error,
    error_description: description && quotable(description),
    scope,
    max_age: maxAge === undefined ? undefined : String(maxAge),
    acr_values: acrValues?.join(' '),
    resource_metadata: `${baseUrl}/.well-known/oauth-protected-resource${resource}`,
  };
  const parts = Object.entries(parameters).filter(([, value]) => value !== undefined);
  return `Bearer ${parts.map(([name, value]) => `${name}="${value}"`).join(', ')}`;
}

/** Leaves only the characters that RFC 6750 §3 allows in an error description. */
function quotable(text: string): string {
  return text.replace(/["\\]|[^\x20-\x7E]/g, "'");
}
