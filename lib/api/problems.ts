import type { ProblemCode } from '../http/problem';
import type { OperationDeclaration } from './operations';

/** Every refusal that an operation knows: its guard's, its body's and its own. */
export function problemsOf(declared: OperationDeclaration): ProblemCode[] {
  const { method, requires, body, problems = [] } = declared;
  const writes = method !== 'GET';
  const codes: readonly (ProblemCode | false)[] = [
    requires !== undefined && 'invalid_request',
    requires !== undefined && 'unauthenticated',
    requires !== undefined && 'invalid_token',
    requires !== undefined && requires !== 'signed-in' && 'insufficient_user_authentication',
    requires !== undefined && requires !== 'signed-in' && 'insufficient_scope',
    // A browser's session may only change things from this app's own pages.
    requires !== undefined && writes && 'cross_site',
    body !== undefined && 'malformed_body',
    body !== undefined && 'too_large',
    body !== undefined && 'unsupported_media_type',
    body !== undefined && 'invalid_fields',
    ...problems,
    // Failed authentications everywhere, writes besides.
    requires !== undefined && 'rate_limited',
    requires !== undefined && 'keys_unavailable',
    requires !== undefined && 'refresh_unavailable',
    requires !== undefined && 'store_unavailable',
    'internal',
  ];
  return [...new Set(codes.filter((code) => code !== false))];
}
