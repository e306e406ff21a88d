import 'server-only';
import { currentConfig } from '../config';
import { readAuthorization } from '../http/authorization';
import { bearerChallenge } from '../http/challenge';
import type { RouteHandler } from '../http/methods';
import { problem, unavailable } from '../http/problem';
import { providerProfile } from '../provider';
import { problemWords } from '../provider/keys-trouble';
import { type AccessToken, judge } from '../verifier';
import { type Action, scopeFor } from './actions';

/** A route handler behind a gate: it gets the verified token and the parameters of its path. */
export type ProtectedHandler = (
  request: Request,
  context: { token: AccessToken; params: Record<string, string> },
) => Promise<Response> | Response;

/**
 * Guards a route handler: a verified bearer token with the scope that the action needs, or the answer that says why
 * not (RFC 6750 §3). It trusts nothing that came before it; a request that evades the middleware meets it all the same.
 * @param action a row of the access table, or `signed-in` where any verified token will do
 */
export function protect(action: Action | 'signed-in', handler: ProtectedHandler): RouteHandler {
  return async (request, context) => {
    const token = await authenticate(request.headers.get('authorization'));
    if (token instanceof Response) return token;
    const refusal = action === 'signed-in' ? undefined : lacking(action, token);
    if (refusal) return refusal;
    return handler(request, { token, params: await context.params });
  };
}

/** The verified token of an `Authorization` header, or the answer that refuses it. */
export async function authenticate(authorization: string | null): Promise<AccessToken | Response> {
  const { baseUrl } = currentConfig();
  const challenged = (details?: Parameters<typeof bearerChallenge>[1]) => ({
    'www-authenticate': bearerChallenge(baseUrl, details),
  });
  const credentials = readAuthorization(authorization);
  if (credentials.kind === 'none') return problem('unauthenticated', { headers: challenged() });
  if (credentials.kind === 'invalid') {
    const { because } = credentials;
    const headers = challenged({ error: 'invalid_request', description: because });
    return problem('invalid_request', { detail: `There is ${because}.`, headers });
  }
  const judgement = await judge(credentials.token);
  if (judgement.outcome === 'accepted') return judgement.token;
  if (judgement.outcome === 'unavailable') {
    return unavailable('keys_unavailable', judgement.retryAfter, problemWords(judgement.why));
  }
  const { check, because, expected, found } = judgement.refusal;
  const headers = challenged({ error: 'invalid_token', description: `${check}: ${because}` });
  return problem('invalid_token', {
    detail: `The check "${check}" failed: ${because}.`,
    members: { check, expected, found },
    headers,
  });
}

function lacking(action: Action, token: AccessToken): Response | undefined {
  const { baseUrl } = currentConfig();
  const { requestPrefix, tokenPrefix } = providerProfile();
  if (token.scopes.includes(scopeFor(action, tokenPrefix))) return undefined;
  // By the name under which it has to be asked for, which is not always the one that tokens have.
  const scope = scopeFor(action, requestPrefix);
  const challenge = bearerChallenge(baseUrl, {
    error: 'insufficient_scope',
    description: `this needs the scope ${scope}`,
    scope,
  });
  return problem('insufficient_scope', {
    detail: `This needs the scope ${scope}.`,
    members: { scope },
    headers: { 'www-authenticate': challenge },
  });
}
