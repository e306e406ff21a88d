import { problem, unavailable } from '@/lib/http/problem';
import { requestOrigin } from '@/lib/http/same-origin';
import { currentConfig } from '@/lib/server/config';
import { methods } from '@/lib/server/methods';
import { sessionBehind } from '@/lib/server/session';
import { readSessionCookie } from '@/lib/session/cookie';

/** The raw access token, for a person who asks to see it. The one place where a token reaches the page. */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: async (request) => {
    const config = currentConfig();
    if (requestOrigin(request.headers, config.baseUrl) !== 'same-origin') return problem('cross_site');
    if (!config.reveal) return problem('reveal_disabled');
    const id = readSessionCookie(request.headers.get('cookie'), config);
    const session = id === undefined ? undefined : await sessionBehind(id);
    if (session?.outcome === 'unavailable')
      return unavailable(session.code, session.retryAfter, session.words);
    // Whether it is accepted or refused: people reveal a token to find out about it.
    if (session?.outcome !== 'bearer' && session?.outcome !== 'refused') return problem('unauthenticated');
    return Response.json({ access_token: session.token }, { headers: { 'cache-control': 'no-store' } });
  },
});
