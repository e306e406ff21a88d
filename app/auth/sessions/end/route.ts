import { readBody } from '@/lib/http/body';
import { problem } from '@/lib/http/problem';
import { isCrossSiteWrite } from '@/lib/http/same-origin';
import { currentConfig } from '@/lib/server/config';
import { methods } from '@/lib/server/methods';
import { sessions } from '@/lib/server/session';
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
    const ended = await (await sessions()).endOthers(id, which);
    const path = ended === undefined ? '/login?returnTo=%2Fsessions' : `/sessions?ended=${ended}`;
    return new Response(null, {
      status: 303,
      headers: { location: `${config.baseUrl}${path}`, 'cache-control': 'no-store' },
    });
  },
});
