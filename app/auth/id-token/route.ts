import { problem, unavailable } from '@/lib/http/problem';
import { requestOrigin } from '@/lib/http/same-origin';
import { besideIdToken } from '@/lib/server/compared-tokens';
import { currentConfig } from '@/lib/server/config';
import { methods } from '@/lib/server/methods';
import { sessionBehind } from '@/lib/server/session';
import { readSessionCookie } from '@/lib/session/cookie';

/** The access token of this browser's session beside its ID token: claims and checks, never a token. */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: async (request) => {
    const config = currentConfig();
    if (requestOrigin(request.headers, config.baseUrl) !== 'same-origin') return problem('cross_site');
    const id = readSessionCookie(request.headers.get('cookie'), config);
    const session = id === undefined ? undefined : await sessionBehind(id);
    if (session?.outcome === 'unavailable')
      return unavailable(session.code, session.retryAfter, session.words);
    if (id === undefined || (session?.outcome !== 'bearer' && session?.outcome !== 'refused'))
      return problem('unauthenticated');
    const comparison = await besideIdToken(id, session.token);
    if (!comparison)
      return problem('not_found', { detail: 'The provider gave no ID token for this session.' });
    return Response.json(comparison, { headers: { 'cache-control': 'no-store' } });
  },
});
