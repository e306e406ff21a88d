import { currentConfig } from '@/lib/config';
import { methods } from '@/lib/http/methods';
import { problem } from '@/lib/http/problem';
import { isCrossSiteWrite } from '@/lib/http/same-origin';
import { endSession, type Reach, reaches } from '@/lib/session';
import { clearSessionCookie, readSessionCookie } from '@/lib/session/cookie';

/** Ends the session here, as far as the form says, and sends the browser on to where that goes on. */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: async (request) => {
    const { baseUrl, secure } = currentConfig();
    if (isCrossSiteWrite('POST', request.headers, baseUrl)) return problem('cross_site');
    const reach = await reachOf(request);
    const location = await endSession(readSessionCookie(request.headers.get('cookie'), secure), reach);
    return new Response(null, {
      status: 303,
      headers: { location, 'set-cookie': clearSessionCookie(secure), 'cache-control': 'no-store' },
    });
  },
});

/** The field `reach` of the form; whoever does not say is signed out at the provider, too. */
async function reachOf(request: Request): Promise<Reach> {
  const form = new URLSearchParams((await request.text()).slice(0, 1_000));
  return reaches.find((reach) => reach === form.get('reach')) ?? 'provider';
}
