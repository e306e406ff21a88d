import { problem, unavailable } from '@/lib/http/problem';
import { requestOrigin } from '@/lib/http/same-origin';
import { tooMany } from '@/lib/limits';
import { renewNow } from '@/lib/server/compared-tokens';
import { currentConfig } from '@/lib/server/config';
import { limiters } from '@/lib/server/limits';
import { methods } from '@/lib/server/methods';
import { readSessionCookie } from '@/lib/session/cookie';

/**
 * Renews this browser's session before its time, and tells what that has changed: the claims of both access tokens and
 * the checks, never a token.
 */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: async (request) => {
    const config = currentConfig();
    const { headers } = request;
    if (requestOrigin(headers, config.baseUrl) !== 'same-origin') return problem('cross_site');
    const id = readSessionCookie(headers.get('cookie'), config);
    if (id === undefined) return problem('unauthenticated');
    const use = await limiters()?.inspections(headers);
    if (use && !use.allowed) return tooMany(use);
    const renewal = await renewNow(id);
    switch (renewal.outcome) {
      case 'ended':
        return problem('unauthenticated');
      case 'unrenewable':
        return problem('not_renewable');
      case 'unavailable':
        return 'code' in renewal
          ? unavailable(renewal.code, renewal.retryAfter, renewal.words)
          : unavailable('refresh_unavailable', renewal.retryAfter);
      case 'renewed':
        return Response.json(renewal.comparison, { headers: { 'cache-control': 'no-store' } });
    }
  },
});
