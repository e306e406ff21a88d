import { currentConfig } from '@/lib/config';
import { readBody } from '@/lib/http/body';
import { methods } from '@/lib/http/methods';
import { problem } from '@/lib/http/problem';
import { isCrossSiteWrite } from '@/lib/http/same-origin';
import { endOtherSessions } from '@/lib/session';
import { readSessionCookie } from '@/lib/session/cookie';

/** Ends other sessions of whoever asks: one (`session=<handle>`), or all of them (`others=all`). */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: async (request) => {
    const config = currentConfig();
    if (isCrossSiteWrite('POST', request.headers, config.baseUrl)) return problem('cross_site');
    const body = await readBody(request, 'application/x-www-form-urlencoded');
    if (body instanceof Response) return body;
    const form = new URLSearchParams(body.text);
    const which = form.get('others') === 'all' ? 'others' : { handle: form.get('session') ?? '' };
    const id = readSessionCookie(request.headers.get('cookie'), config);
    const ended = await endOtherSessions(id, which);
    const path = ended === undefined ? '/login?returnTo=%2Fsessions' : `/sessions?ended=${ended}`;
    return new Response(null, {
      status: 303,
      headers: { location: `${config.baseUrl}${path}`, 'cache-control': 'no-store' },
    });
  },
});
