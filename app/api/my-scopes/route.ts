import { methods } from '@/lib/server/methods';
import { operation } from '@/lib/server/operation';

/** The verified scopes of the caller's access token. */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: operation('readScopes', (_request, { token }) =>
    Response.json(token.scopes, { headers: { 'cache-control': 'no-store' } }),
  ),
});
