import { currentConfig } from '@/lib/config';
import { readBody } from '@/lib/http/body';
import { methods } from '@/lib/http/methods';
import { problem } from '@/lib/http/problem';
import { requestOrigin } from '@/lib/http/same-origin';
import { beginSession, mediateSignIn } from '@/lib/session';
import { readSessionCookie, setSessionCookie } from '@/lib/session/cookie';

/**
 * The token endpoint of this app's own sign-in (RFC 6749 §3.2): gives the browser the ID token and the session
 * cookie, and keeps the access and refresh token.
 */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: async (request) => {
    const config = currentConfig();
    if (requestOrigin(request.headers, config.baseUrl) !== 'same-origin') return problem('cross_site');
    const body = await readBody(request, 'application/x-www-form-urlencoded');
    if (body instanceof Response) return body;
    const mediated = await mediateSignIn(new URLSearchParams(body.text));
    if ('refusal' in mediated) {
      const { status, error, description } = mediated.refusal;
      return answer({ error, error_description: description }, status);
    }
    const { tokens } = mediated.signedIn;
    const id = await beginSession(mediated.signedIn, {
      previousId: readSessionCookie(request.headers.get('cookie'), config),
      device: request.headers.get('user-agent') ?? '',
    });
    const granted = {
      token_type: 'Bearer',
      id_token: tokens.idToken,
      expires_in: Math.max(0, tokens.accessTokenExpiresAt - tokens.obtainedAt),
      scope: tokens.scopes.join(' '),
    };
    return answer(granted, 200, setSessionCookie(id, config, config.session.maxAge));
  },
});

function answer(body: object, status: number, cookie?: string): Response {
  const headers = new Headers({ 'cache-control': 'no-store', pragma: 'no-cache' });
  if (cookie !== undefined) headers.set('set-cookie', cookie);
  return Response.json(body, { status, headers });
}
