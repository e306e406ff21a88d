import { readBody } from '@/lib/http/body';
import { onwardPage } from '@/lib/http/onward-page';
import { problem } from '@/lib/http/problem';
import { isCrossSiteWrite } from '@/lib/http/same-origin';
import { currentConfig } from '@/lib/server/config';
import { methods } from '@/lib/server/methods';
import { sessions } from '@/lib/server/session';
import { type Reach, reaches } from '@/lib/session';
import { clearSessionCookie, readSessionCookie } from '@/lib/session/cookie';

/** Ends the session here, as far as the form says, and sends the browser on to where that goes on. */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: async (request) => {
    const config = currentConfig();
    if (isCrossSiteWrite('POST', request.headers, config.baseUrl)) return problem('cross_site');
    const reach = await reachOf(request);
    const next = await (await sessions()).end(
      readSessionCookie(request.headers.get('cookie'), config),
      reach,
    );
    const cookie = { 'set-cookie': clearSessionCookie(config) };
    if (new URL(next).origin !== new URL(config.baseUrl).origin) return onwardPage(next, cookie);
    return new Response(null, {
      status: 303,
      headers: { location: next, 'cache-control': 'no-store', ...cookie },
    });
  },
});

/** The field `reach` of the form; whoever does not say is signed out at the provider, too. */
async function reachOf(request: Request): Promise<Reach> {
  const body = await readBody(request, 'application/x-www-form-urlencoded');
  const wanted = body instanceof Response ? undefined : new URLSearchParams(body.text).get('reach');
  return reaches.find((reach) => reach === wanted) ?? 'provider';
}
