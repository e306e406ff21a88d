import { methods } from '@/lib/server/methods';
import { protect } from '@/lib/server/protect';

/** The verified scopes of the caller's access token. */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: protect('signed-in', (_request, { token }) =>
    Response.json(token.scopes, { headers: { 'cache-control': 'no-store' } }),
  ),
});
