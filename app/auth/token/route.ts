import { isStoreError } from '@/lib/db/store-error';
import { readBody } from '@/lib/http/body';
import { requestOrigin } from '@/lib/http/same-origin';
import { asTokenError, tokenError } from '@/lib/http/token-error';
import { currentConfig } from '@/lib/server/config';
import { log } from '@/lib/server/log';
import { methods } from '@/lib/server/methods';
import { workUnderWay } from '@/lib/server/provider';
import { exchangeSignIn, sessions } from '@/lib/server/session';
import { readSessionCookie, setSessionCookie } from '@/lib/session/cookie';

/**
 * The token endpoint of this app's own sign-in (RFC 6749 §3.2): gives the browser the ID token and the session
 * cookie, and keeps the access and refresh token. Whatever goes wrong is answered as RFC 6749 §5.2 says, the only
 * form that OAuth clients read. `error` tells whose trouble it is, and whether the same request may come again:
 *
 * | `error` | status | what happened | the code |
 * |---|---|---|---|
 * | `temporarily_unavailable` | 503, `Retry-After` | the provider, or its keys, cannot be had | is not used up, as far as is known |
 * | `temporarily_unavailable` | 503 or 400 | the provider failed on the way | is used up |
 * | `store_unavailable` | 503, `Retry-After` | this app's database cannot be had | is not used up |
 * | `server_error` | 503 or 500 | this app could not keep the session; the tokens were taken back | is used up |
 * | `access_denied` | 400 | this app's own rule (`onSignIn`) turned the person away | is used up |
 * | `cross_site` | 403 | the browser does not vouch that the request is from this app's own page | is not used up |
 * | `invalid_request`, `unsupported_grant_type` | 400, 413, 415 | the request is wrong | is not used up |
 * | any other | 400 | the provider refused the code, or what it gave was refused here | is used up |
 */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: async (request) => {
    try {
      return await signIn(request);
    } catch (error) {
      log().error({ event: 'request_failed', path: '/auth/token', reason: String(error) });
      return tokenError(isStoreError(error) ? notKept : broken);
    }
  },
});

async function signIn(request: Request): Promise<Response> {
  const config = currentConfig();
  if (requestOrigin(request.headers, config.baseUrl) !== 'same-origin')
    return tokenError(crossSite(config.baseUrl));
  const body = await readBody(request, 'application/x-www-form-urlencoded');
  if (body instanceof Response) return asTokenError(body);
  // A stop waits for it: once the code is spent, what it brings is to be kept.
  return workUnderWay().track(redeem(new URLSearchParams(body.text), request.headers));
}

async function redeem(form: URLSearchParams, headers: Headers): Promise<Response> {
  const config = currentConfig();
  const exchanged = await exchangeSignIn(form);
  if ('refusal' in exchanged) return tokenError(exchanged.refusal);
  const { tokens } = exchanged.signedIn;
  const begun = await (await sessions()).begin(exchanged.signedIn, {
    previousId: readSessionCookie(headers.get('cookie'), config),
    device: headers.get('user-agent') ?? '',
  });
  if ('refusal' in begun) return tokenError(begun.refusal);
  const granted = {
    token_type: 'Bearer',
    id_token: tokens.idToken,
    expires_in: Math.max(0, tokens.accessTokenExpiresAt - tokens.obtainedAt),
    scope: tokens.scopes.join(' '),
  };
  const answer = new Headers({ 'cache-control': 'no-store', pragma: 'no-cache' });
  answer.set('set-cookie', setSessionCookie(begun.id, config, config.session.maxAge));
  return Response.json(granted, { headers: answer });
}

const crossSite = (baseUrl: string) => ({
  status: 403,
  error: 'cross_site',
  description: `The browser does not say that this request comes from a page of ${baseUrl}. Open the app at that address, without anything that removes the headers Origin or Sec-Fetch-Site. Operators: check APP_BASE_URL.`,
});

const notKept = {
  status: 503,
  error: 'server_error',
  description:
    'The provider signed you in, but this app could not keep your session: its database cannot be reached. Start the sign-in again in a moment. Operators: check DATABASE_URL.',
};

const broken = {
  status: 500,
  error: 'server_error',
  description:
    'Something went wrong on the side of this app, not at the provider. Start the sign-in again. Operators: the log has the cause.',
};
