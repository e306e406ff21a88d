import { readBody } from '@/lib/http/body';
import { unavailable } from '@/lib/http/problem';
import { problemWords } from '@/lib/provider/no-keys';
import { methods } from '@/lib/server/methods';
import { logOutByProvider } from '@/lib/server/session';

/**
 * Where the provider says that somebody has signed out there (OpenID Connect Back-Channel Logout 1.0 §2.5). It is the
 * provider's server that asks, not a browser: its signature is what counts, not a cookie or an origin.
 */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: async (request) => {
    const body = await readBody(request, 'application/x-www-form-urlencoded');
    if (body instanceof Response) return body;
    const loggedOut = await logOutByProvider(new URLSearchParams(body.text));
    if (loggedOut.outcome === 'unavailable') {
      return unavailable('keys_unavailable', loggedOut.retryAfter, problemWords(loggedOut.why));
    }
    const headers = { 'cache-control': 'no-store' };
    if (loggedOut.outcome === 'done') return new Response(null, { status: 200, headers });
    const { check, because } = loggedOut;
    const refusal = { error: 'invalid_request', error_description: `${check}: ${because}` };
    return Response.json(refusal, { status: 400, headers });
  },
});
