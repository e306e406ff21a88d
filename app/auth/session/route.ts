import { currentConfig } from '@/lib/config';
import { methods } from '@/lib/http/methods';
import { unavailable } from '@/lib/http/problem';
import { resolveSession } from '@/lib/session';
import { clearSessionCookie, readSessionCookie } from '@/lib/session/cookie';

/** What a page may know of its session. Times in seconds since the epoch; never a token. */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: async (request) => {
    const { secure } = currentConfig();
    const id = readSessionCookie(request.headers.get('cookie'), secure);
    if (id === undefined) return answer({ signedIn: false });
    const resolution = await resolveSession(id);
    if (resolution.outcome === 'ended') return answer({ signedIn: false }, clearSessionCookie(secure));
    if (resolution.outcome === 'unavailable') {
      return unavailable('refresh_unavailable', resolution.retryAfter);
    }
    const { subject, tokens } = resolution.session;
    const { name, scopes, accessTokenExpiresAt: expiresAt } = tokens;
    return answer({ signedIn: true, subject, name, scopes, expiresAt });
  },
});

function answer(body: object, cookie?: string): Response {
  const headers = new Headers({ 'cache-control': 'no-store' });
  if (cookie !== undefined) headers.set('set-cookie', cookie);
  return Response.json(body, { headers });
}
