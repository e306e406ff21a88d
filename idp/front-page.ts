import type { Middleware } from './library';
import type { IdentityProviderOptions } from './options';
import { aboutPage } from './pages/about';
import { renderError } from './pages/error';
import { nonceOf, show } from './pages/layout';
import type { PersonalityTraits } from './personalities/traits';

/** `GET /`, and a page for addresses at which there is nothing. */
export function frontPage(options: IdentityProviderOptions, traits: PersonalityTraits): Middleware {
  const { paths, has } = traits;
  const at = (path: string, base = traits.origin) => new URL(path, base).href;
  const endpoints = {
    issuer: options.issuer,
    discovery: at(paths.discovery, options.issuer),
    jwks_uri: at(paths.jwks, options.issuer),
    authorization_endpoint: at(paths.authorization),
    token_endpoint: at(paths.token),
    ...(has.revocation ? { revocation_endpoint: at(paths.revocation) } : {}),
    end_session_endpoint: at(paths.end_session),
  };
  return async (ctx, next) => {
    if (ctx.path === '/' && ['GET', 'HEAD'].includes(ctx.method)) {
      show(ctx, aboutPage({ nonce: nonceOf(ctx), options, endpoints, about: traits.about }));
      return;
    }
    await next();
    const isPage = ctx.accepts('json', 'html') === 'html';
    if (ctx.status === 404 && ctx.body == null && isPage)
      renderError({ ctx, options, code: 'not_found', status: 404 });
  };
}
