import type { FailedRequest, Problem, Refusal } from './traits';

/** See https://auth0.com/docs/authenticate/login/configure-silent-authentication; the last is general knowledge. */
const callbackTexts: Readonly<Record<string, string>> = {
  login_required: 'Login required',
  consent_required: 'Consent required',
  access_denied: 'User did not authorize the request',
};

/** An error on its way to the app's callback. */
export function auth0CallbackError({ error, description, worded }: Problem) {
  return { error, error_description: worded ? description : (callbackTexts[error] ?? description) };
}

/**
 * A grant that is refused is 403, not 400 (Auth0.Android's check for "Unknown or invalid refresh token."; "Failed to
 * verify code verifier" as recorded against the service). "Invalid authorization code" and the 401 `access_denied` of
 * a wrong secret are general knowledge.
 */
export function auth0TokenError({ problem, grantType }: FailedRequest) {
  const { error, description } = problem;
  if (error === 'invalid_grant') return answer(403, error, grantText(problem, grantType));
  if (error === 'invalid_client') return answer(401, 'access_denied', 'Unauthorized');
  if (/grant type is not allowed/.test(description ?? '')) {
    return answer(403, 'unauthorized_client', `Grant type '${grantType}' not allowed for the client.`);
  }
  return answer(problem.status ?? 400, error, description);
}

function grantText({ detail = '' }: Problem, grantType: string | undefined): string {
  if (grantType === 'refresh_token') return 'Unknown or invalid refresh token.';
  return detail.includes('code_verifier') ? 'Failed to verify code verifier' : 'Invalid authorization code';
}

function answer(status: number, error: string, error_description: string | undefined) {
  return { status, body: { error, error_description } };
}

/** Auth0's own pages; their sentences are quoted in ten public repositories, the status 403 is general knowledge. */
export function auth0Refusal({ error }: Problem, query: URLSearchParams): Refusal | undefined {
  if (error === 'invalid_redirect_uri') {
    const sentence =
      'Callback URL mismatch. The provided redirect_uri is not in the list of allowed callback URLs.';
    return { status: 403, sentence };
  }
  if (error === 'invalid_client')
    return { status: 403, sentence: `Unknown client: ${query.get('client_id')}` };
  return undefined;
}
