import { unavailable } from '@/lib/http/problem';
import { currentConfig } from '@/lib/server/config';
import { methods } from '@/lib/server/methods';
import { sessionBehind } from '@/lib/server/session';
import { readSessionCookie } from '@/lib/session/cookie';

/**
 * What a page may know of its session, by the verdict on its token: a session whose token is refused signs nobody in.
 * Times in seconds since the epoch; never a token.
 */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: async (request) => {
    const id = readSessionCookie(request.headers.get('cookie'), currentConfig());
    if (id === undefined) return answer({ signedIn: false });
    const session = await sessionBehind(id);
    // The cookie stays: it is what the reason hangs on, until the next sign-in replaces it.
    if (session.outcome === 'ended') return answer({ signedIn: false, reason: session.reason });
    if (session.outcome === 'unavailable')
      return unavailable(session.code, session.retryAfter, session.words);
    if (session.outcome === 'refused') return answer({ signedIn: false, reason: 'refused' });
    const { subject, scopes, expiresAt } = session.verified;
    const endsAt = Math.floor(session.endsAt / 1_000);
    return answer({ signedIn: true, subject, name: session.name, scopes, expiresAt, endsAt });
  },
});

function answer(body: object): Response {
  return Response.json(body, { headers: { 'cache-control': 'no-store' } });
}
