import { currentConfig } from '@/lib/config';
import { methods } from '@/lib/http/methods';
import { problem, unavailable } from '@/lib/http/problem';
import { requestOrigin } from '@/lib/http/same-origin';
import { resolveSession } from '@/lib/session';
import { readSessionCookie } from '@/lib/session/cookie';

/** The raw access token, for a person who asks to see it. The one place where a token reaches the page. */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: async (request) => {
    const { baseUrl, secure, reveal } = currentConfig();
    if (requestOrigin(request.headers, baseUrl) !== 'same-origin') return problem('cross_site');
    if (!reveal) return problem('reveal_disabled');
    const id = readSessionCookie(request.headers.get('cookie'), secure);
    const resolution = id === undefined ? undefined : await resolveSession(id);
    if (resolution?.outcome === 'unavailable') {
      return unavailable('refresh_unavailable', resolution.retryAfter);
    }
    if (resolution?.outcome !== 'live') return problem('unauthenticated');
    return Response.json(
      { access_token: resolution.session.tokens.accessToken },
      { headers: { 'cache-control': 'no-store' } },
    );
  },
});
