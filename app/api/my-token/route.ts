import { methods } from '@/lib/server/methods';
import { operation } from '@/lib/server/operation';

/** The verified claims of the caller's access token. */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: operation('readToken', (_request, { token }) =>
    Response.json(token.claims, { headers: { 'cache-control': 'no-store' } }),
  ),
});
