import { methods } from '@/lib/server/methods';
import { openApi } from '@/lib/server/openapi';

/** The API for programs that read OpenAPI 3.1. The same for everybody, so it may be kept and asked after. */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: async (request) => {
    const { text, etag } = await openApi();
    const headers = { etag, 'cache-control': 'no-cache', 'content-type': 'application/json' };
    const has = request.headers.get('if-none-match')?.includes(etag.slice(1, -1));
    return has ? new Response(null, { status: 304, headers }) : new Response(text, { headers });
  },
});
