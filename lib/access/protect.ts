import { readAuthorization } from '../http/authorization';
import { bearerChallenge } from '../http/challenge';
import type { RouteHandler } from '../http/methods';
import { problem, unavailable } from '../http/problem';
import { problemWords, type WordedVerdict } from '../provider/no-keys';
import type { AccessToken } from '../token';
import { type Action, scopeFor } from './actions';
import { missingActions, type Requirement, type ScopeNames } from './requirement';
import { protectedPathOf } from './resources';

/** What a guard needs to know: how tokens are verified, and how this API and its scopes are called. */
export interface GuardOptions extends ScopeNames {
  readonly verify: (token: string) => Promise<WordedVerdict<AccessToken>>;
  /** Public address of the app, where its metadata is. */
  readonly baseUrl: string;
  /** The path of {@link protectedPaths} that is asked for, if it is one: challenges name its metadata. */
  readonly resource?: string | undefined;
}

/** A guarded route handler: it gets the verified token and the parameters of its path. */
export type ProtectedHandler = (
  request: Request,
  context: { token: AccessToken; params: Record<string, string> },
) => Promise<Response> | Response;

/**
 * Guards a route handler: a verified bearer token with the scopes that are required, or the answer that says why
 * not (RFC 6750 §3). It trusts nothing that came before it; a request that evades the middleware meets it all the same.
 */
export type Protect = (requirement: Requirement, handler: ProtectedHandler) => RouteHandler;

/** @param options asked for at the first request, so that route handlers can be declared before there is a configuration */
export function createProtect(options: () => GuardOptions): Protect {
  return (requirement, handler) => {
    // Finds out at once, not at the first request, that a list is empty.
    missingActions(requirement, [], '');
    return async (request, context) => {
      const given = options();
      const guard = { ...given, resource: protectedPathOf(request.url, given.baseUrl) };
      const token = await authenticate(request.headers.get('authorization'), guard);
      if (token instanceof Response) return token;
      return (
        insufficientScope(requirement, token, guard) ??
        handler(request, { token, params: await context.params })
      );
    };
  };
}

/** The verified token of an `Authorization` header, or the answer that refuses it. */
export async function authenticate(
  authorization: string | null,
  { baseUrl, verify, resource }: Pick<GuardOptions, 'baseUrl' | 'verify' | 'resource'>,
): Promise<AccessToken | Response> {
  const challenged = (details?: Parameters<typeof bearerChallenge>[1]) => ({
    'www-authenticate': bearerChallenge(baseUrl, { ...details, resource }),
  });
  const credentials = readAuthorization(authorization);
  if (credentials.kind === 'none') return problem('unauthenticated', { headers: challenged() });
  if (credentials.kind === 'invalid') {
    const { because } = credentials;
    const headers = challenged({ error: 'invalid_request', description: because });
    return problem('invalid_request', { detail: `There is ${because}.`, headers });
  }
  const verdict = await verify(credentials.token);
  if (verdict.outcome === 'accepted') return verdict.token;
  if (verdict.outcome === 'unavailable') {
    return unavailable('keys_unavailable', verdict.retryAfter, problemWords(verdict.why));
  }
  const { check, because, expected, found } = verdict.refusal;
  const headers = challenged({ error: 'invalid_token', description: `${check}: ${because}` });
  return problem('invalid_token', {
    detail: `The check "${check}" failed: ${because}.`,
    members: { check, expected, found },
    headers,
  });
}

/**
 * The answer to a token without the scopes that are required, or undefined where it has them (RFC 6750 §3.1).
 * @param kept actions to be asked for again beside those that are missing, so that the next token is not poorer
 */
export function insufficientScope(
  requirement: Requirement,
  { scopes }: Pick<AccessToken, 'scopes'>,
  { baseUrl, tokenPrefix, requestPrefix, resource }: Omit<GuardOptions, 'verify'>,
  kept: readonly Action[] = [],
): Response | undefined {
  const missing = missingActions(requirement, scopes, tokenPrefix);
  if (missing.length === 0) return undefined;
  // By the names under which they have to be asked for, which are not always those that tokens have.
  const named = (list: readonly Action[]) => list.map((action) => scopeFor(action, requestPrefix)).join(' ');
  const needs = `needs the ${missing.length > 1 ? 'scopes' : 'scope'} ${named(missing)}`;
  const scope = named([...kept, ...missing]);
  const details = { error: 'insufficient_scope', description: `this ${needs}`, scope, resource } as const;
  return problem('insufficient_scope', {
    detail: `This ${needs}.`,
    members: { scope },
    headers: { 'www-authenticate': bearerChallenge(baseUrl, details) },
  });
}
