import { methods } from '@/lib/server/methods';
import { protect } from '@/lib/server/protect';

/** The verified claims of the caller's access token. */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: protect('signed-in', (_request, { token }) =>
    Response.json(token.claims, { headers: { 'cache-control': 'no-store' } }),
  ),
});
