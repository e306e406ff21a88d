import { currentConfig } from '@/lib/config';
import { methods } from '@/lib/http/methods';
import { problem } from '@/lib/http/problem';
import { isCrossSiteWrite } from '@/lib/http/same-origin';
import { endSession } from '@/lib/session';
import { clearSessionCookie, readSessionCookie } from '@/lib/session/cookie';

/** Ends the session here and sends the browser on to end it at the provider. */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: async (request) => {
    const { baseUrl, secure } = currentConfig();
    if (isCrossSiteWrite('POST', request.headers, baseUrl)) return problem('cross_site');
    const location = await endSession(readSessionCookie(request.headers.get('cookie'), secure));
    return new Response(null, {
      status: 303,
      headers: { location, 'set-cookie': clearSessionCookie(secure), 'cache-control': 'no-store' },
    });
  },
});
