import { routes } from './configuration';
import type { Middleware } from './library';
import type { IdentityProviderOptions } from './options';
import { aboutPage } from './pages/about';
import { renderError } from './pages/error';
import { nonceOf, show } from './pages/layout';

/** `GET /`, and a page for addresses at which there is nothing. */
export function frontPage(options: IdentityProviderOptions): Middleware {
  const at = (path: string) => new URL(path, options.issuer).href;
  const endpoints = {
    issuer: options.issuer,
    discovery: at('/.well-known/openid-configuration'),
    jwks_uri: at(routes.jwks),
    authorization_endpoint: at(routes.authorization),
    token_endpoint: at(routes.token),
    revocation_endpoint: at(routes.revocation),
    end_session_endpoint: at(routes.end_session),
  };
  return async (ctx, next) => {
    if (ctx.path === '/' && ['GET', 'HEAD'].includes(ctx.method)) {
      show(ctx, aboutPage({ nonce: nonceOf(ctx), options, endpoints }));
      return;
    }
    await next();
    const isPage = ctx.accepts('json', 'html') === 'html';
    if (ctx.status === 404 && ctx.body == null && isPage)
      renderError({ ctx, options, code: 'not_found', status: 404 });
  };
}
