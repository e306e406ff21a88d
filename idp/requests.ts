import type { Middleware } from './library';
import type { PersonalityTraits, Problem } from './personalities/traits';

/**
 * Changes authorization requests as the personality wants them. Where it grants `offline_access`, consent is named in
 * `prompt`: without it `oidc-provider` drops the scope (OpenID Connect Core §11), and consent is asked for in any case.
 */
export function amendedRequests({ amend, paths, refreshTokens }: PersonalityTraits): Middleware {
  return async (ctx, next) => {
    if (ctx.path === paths.authorization && ctx.method === 'GET') {
      const query = new URLSearchParams(ctx.querystring);
      amend?.(query);
      if (refreshTokens.issued === 'for offline_access') nameConsent(query);
      ctx.querystring = query.toString();
    }
    await next();
  };
}

function nameConsent(query: URLSearchParams): void {
  const prompts = query.get('prompt')?.split(' ') ?? [];
  const offline = query.get('scope')?.split(' ').includes('offline_access');
  if (!offline || prompts.includes('none') || prompts.includes('consent')) return;
  query.set('prompt', [...prompts, 'consent'].join(' '));
}

/** Refuses token requests whose `Origin` header the personality does not like. */
export function checkedOrigins({ checkOrigin, tokenError, paths }: PersonalityTraits): Middleware {
  return async (ctx, next) => {
    const asks = ctx.path === paths.token && ctx.method === 'POST';
    const problem: Problem | undefined = asks ? checkOrigin?.(ctx.get('Origin') || undefined) : undefined;
    const unknown = { grantType: undefined, clientId: undefined, confidential: undefined };
    const refused = problem && tokenError?.({ problem, endpoint: 'token', ...unknown });
    if (!refused) return next();
    ctx.status = refused.status;
    ctx.body = refused.body;
  };
}
