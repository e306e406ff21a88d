import type { KoaContextWithOIDC } from 'oidc-provider';
import type { Context, Middleware } from './library';
import type { IdentityProviderOptions } from './options';
import { renderError } from './pages/error';
import type { PersonalityTraits, Refusal } from './personalities/traits';

/** An error that `oidc-provider` has nowhere to send. */
export interface RefusedRequest {
  ctx: KoaContextWithOIDC;
  options: IdentityProviderOptions;
  traits: PersonalityTraits;
  out: { error: string; error_description?: string };
  error: Error;
}

/** Shows the personality's own page about an authorization request, and ours about everything else. */
export function showRefusal({ ctx, options, traits, out, error }: RefusedRequest): void {
  const isAuthorization = ctx.oidc.route === 'authorization';
  const refusal = isAuthorization
    ? traits.refusal?.({ error: out.error }, new URLSearchParams(ctx.querystring))
    : undefined;
  if (refusal) showPage({ ctx, options, refusal, code: out.error });
  else renderError({ ctx, options, code: out.error, out, error });
}

/** Pages at addresses of the personality's own, such as Cognito's `/error`. */
export function ownPages(options: IdentityProviderOptions, { pages }: PersonalityTraits): Middleware {
  return async (ctx, next) => {
    const refusal = Object.hasOwn(pages, ctx.path) ? pages[ctx.path] : undefined;
    if (!refusal) return next();
    showPage({ ctx, options, refusal, code: String(ctx.query.error) });
  };
}

/** Answers with a personality's refusal. */
export function showPage({
  ctx,
  options,
  refusal,
  code,
}: {
  ctx: Pick<Context, 'state' | 'status' | 'type' | 'body' | 'redirect'>;
  options: IdentityProviderOptions;
  refusal: Refusal;
  code: string;
}): void {
  if ('redirect' in refusal) {
    ctx.status = 302;
    ctx.redirect(refusal.redirect);
    return;
  }
  renderError({ ctx, options, code, status: refusal.status, sentence: refusal.sentence });
}
