import type Provider from 'oidc-provider';
import type { KoaContextWithOIDC } from 'oidc-provider';
import type { Middleware } from './library';
import type { PersonalityTraits, Problem } from './personalities/traits';

/** The problem that this request has met, if any: `oidc-provider` tells of it before it answers. */
const problemKey = 'problem';

/** Keeps every problem for as long as its request lasts. */
export function rememberProblems(provider: Provider): void {
  const remember = (ctx: KoaContextWithOIDC, error: object) => {
    ctx.state[problemKey] = problemOf(error);
  };
  provider.on('authorization.error', remember);
  provider.on('grant.error', remember);
  provider.on('revocation.error', remember);
}

/** `problem` is there where a personality raised it itself; see `raise`. */
function problemOf(error: object): Problem {
  const { message, error_description, error_detail, problem } = error as {
    message: string;
    error_description?: string;
    error_detail?: string;
    problem?: Partial<Problem>;
  };
  return { error: message, description: error_description, detail: error_detail, ...problem } as Problem;
}

/** Gives errors of the token and revocation endpoints their personality's form. */
export function tokenErrors(traits: PersonalityTraits): Middleware {
  return async (ctx, next) => {
    await next();
    const { oidc } = ctx as Partial<KoaContextWithOIDC>;
    const endpoint = oidc?.route;
    const problem: Problem | undefined = ctx.state[problemKey];
    if (!problem || !traits.tokenError || (endpoint !== 'token' && endpoint !== 'revocation')) return;
    const client = oidc?.entities.Client;
    const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
    const { status, body } = traits.tokenError({
      problem,
      endpoint,
      grantType: text(oidc?.params?.grant_type),
      clientId: client?.clientId ?? text(oidc?.params?.client_id),
      confidential: client && client.tokenEndpointAuthMethod !== 'none',
    });
    ctx.status = status;
    ctx.type = 'application/json';
    ctx.body = body;
  };
}

/** Gives what arrives at the app's callback its personality's form. */
export function callbacks(traits: PersonalityTraits): Middleware {
  return async (ctx, next) => {
    await next();
    const { oidc } = ctx as Partial<KoaContextWithOIDC>;
    const registered = oidc?.params?.redirect_uri;
    const target = String(ctx.response.headers.location ?? '');
    if (typeof registered !== 'string' || !target.startsWith(registered)) return;
    // A query, or a fragment where an implicit flow was asked for.
    const separator = target.charAt(registered.length);
    const callback = new URLSearchParams(target.slice(registered.length + 1));
    if (!traits.issInCallback) callback.delete('iss');
    const problem: Problem | undefined = ctx.state[problemKey];
    if (problem) replaceError(callback, traits.callbackError(problem));
    const { status } = ctx;
    ctx.redirect(`${registered}${separator}${callback}`);
    ctx.status = status;
  };
}

function replaceError(
  callback: URLSearchParams,
  { error, error_description }: ReturnType<PersonalityTraits['callbackError']>,
): void {
  callback.set('error', error);
  if (error_description === undefined) callback.delete('error_description');
  else callback.set('error_description', error_description);
}
