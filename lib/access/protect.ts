import { readAuthorization } from '../http/authorization';
import { bearerChallenge } from '../http/challenge';
import type { RouteHandler } from '../http/methods';
import { problem, unavailable } from '../http/problem';
import { tooMany, type Use } from '../limits';
import { problemWords, type WordedVerdict } from '../provider/no-keys';
import type { AccessToken } from '../token';
import { type Action, scopeFor } from './actions';
import { isWrite, missingActions, type Requirement, type ScopeNames } from './requirement';
import { protectedPathOf } from './resources';
import { type MissingSignIn, missingSignIn, type SignInRules } from './sign-in-rules';

/** What a guard needs to know: how tokens are verified, and how this API and its scopes are called. */
export interface GuardOptions extends ScopeNames {
  readonly verify: (token: string) => Promise<WordedVerdict<AccessToken>>;
  /** Public address of the app, where its metadata is. */
  readonly baseUrl: string;
  /** The path of {@link protectedPaths} that is asked for, if it is one: challenges name its metadata. */
  readonly resource?: string | undefined;
  /** How recent or strong a sign-in must be for what; absent: any sign-in will do. */
  readonly signIn?: SignInGuard | undefined;
  /** How often things may be done; absent: as often as anybody likes. */
  readonly limits?: GuardLimits | undefined;
}

/** How recent or strong a sign-in must be, by the clock. */
export interface SignInGuard {
  readonly rules: SignInRules;
  /** Seconds of leeway for clocks. */
  readonly tolerance: number;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
}

/** How often somebody may fail, and may change something. */
export interface GuardLimits {
  /** Counts a failed authentication. @param headers of its request */
  failure(headers: Headers): Promise<Use>;
  /** Counts a write of somebody. */
  write(token: AccessToken): Promise<Use>;
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
      const token = await authenticate(request.headers, guard);
      if (token instanceof Response) return token;
      const refusal =
        insufficientScope(requirement, token, guard) ?? insufficientSignIn(requirement, token, guard);
      if (refusal) return refusal;
      const use = await countWrite(requirement, token, guard);
      if (use && !use.allowed) return tooMany(use);
      const answer = await handler(request, { token, params: await context.params });
      for (const [name, value] of Object.entries(use?.headers ?? {})) answer.headers.set(name, value);
      return answer;
    };
  };
}

/** Counts what somebody may do, if it is a write and writes are limited. */
export async function countWrite(
  requirement: Requirement,
  token: AccessToken,
  { limits }: Pick<GuardOptions, 'limits'>,
): Promise<Use | undefined> {
  return isWrite(requirement) ? limits?.write(token) : undefined;
}

type Authentication = Pick<GuardOptions, 'baseUrl' | 'verify' | 'limits' | 'resource'>;

/**
 * The verified token of a request, or the answer that refuses it. Whoever fails too often is told so instead; a good token
 * is taken all the same, for others may have failed at the same address.
 * @param headers of the request
 */
export async function authenticate(headers: Headers, guard: Authentication): Promise<AccessToken | Response> {
  const { answer, failed } = await judge(headers.get('authorization'), guard);
  const use = failed ? await guard.limits?.failure(headers) : undefined;
  return use && !use.allowed ? tooMany(use) : answer;
}

/** @property failed whether credentials were brought that are wrong */
async function judge(
  authorization: string | null,
  { baseUrl, verify, resource }: Authentication,
): Promise<{ readonly answer: AccessToken | Response; readonly failed: boolean }> {
  const challenged = (details?: Parameters<typeof bearerChallenge>[1]) => ({
    'www-authenticate': bearerChallenge(baseUrl, { ...details, resource }),
  });
  const credentials = readAuthorization(authorization);
  if (credentials.kind === 'none') {
    return { answer: problem('unauthenticated', { headers: challenged() }), failed: false };
  }
  if (credentials.kind === 'invalid') {
    const { because } = credentials;
    const headers = challenged({ error: 'invalid_request', description: because });
    return { answer: problem('invalid_request', { detail: `There is ${because}.`, headers }), failed: true };
  }
  const verdict = await verify(credentials.token);
  if (verdict.outcome === 'accepted') return { answer: verdict.token, failed: false };
  if (verdict.outcome === 'unavailable') {
    const answer = unavailable('keys_unavailable', verdict.retryAfter, problemWords(verdict.why));
    return { answer, failed: false };
  }
  const { check, because, expected, found } = verdict.refusal;
  const headers = challenged({ error: 'invalid_token', description: `${check}: ${because}` });
  const answer = problem('invalid_token', {
    detail: `The check "${check}" failed: ${because}.`,
    members: { check, expected, found },
    headers,
  });
  return { answer, failed: true };
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

/** What the sign-in behind a token lacks for what is required, by the rules of a guard. */
export function signInMissing(
  requirement: Requirement,
  token: Pick<AccessToken, 'claims'>,
  { signIn }: Pick<GuardOptions, 'signIn'>,
): MissingSignIn | undefined {
  if (!signIn) return undefined;
  const { rules, tolerance, clock } = signIn;
  return missingSignIn(requirement, token, { rules, tolerance, now: clock() / 1_000 });
}

/** The answer to a token whose sign-in was too long ago or too weak, or undefined where it will do (RFC 9470 §3). */
export function insufficientSignIn(
  requirement: Requirement,
  token: Pick<AccessToken, 'claims'>,
  { baseUrl, resource, signIn }: Pick<GuardOptions, 'baseUrl' | 'resource' | 'signIn'>,
): Response | undefined {
  const missing = signInMissing(requirement, token, { signIn });
  if (!missing) return undefined;
  const { maxAge, acrValues, because, silent } = missing;
  const error = 'insufficient_user_authentication';
  const details = { error, description: because, maxAge, acrValues, resource } as const;
  return problem(error, {
    detail: `${because.charAt(0).toUpperCase()}${because.slice(1)}.`,
    members: { max_age: maxAge, acr_values: acrValues?.join(' '), silent },
    headers: { 'www-authenticate': bearerChallenge(baseUrl, details) },
  });
}
