import { randomBytes } from 'node:crypto';
import { isLoopback } from '../lib/remote';
import { appOrigins } from './clients';
import type { Middleware } from './library';
import type { IdentityProviderOptions } from './options';
import { renderError } from './pages/error';
import type { PersonalityTraits } from './personalities/traits';

/** Security headers of every answer, with a fresh nonce for the page's own style. */
export function securityHeaders(
  options: IdentityProviderOptions,
  { registration }: PersonalityTraits,
): Middleware {
  // Chromium applies form-action to the redirects after a form too, and those lead back to the app, or to a program of this
  // machine that has registered itself.
  const programs = registration ? ' http://localhost:* http://127.0.0.1:*' : '';
  const formAction = `form-action 'self' ${appOrigins(options).join(' ')}${programs}`;
  return async (ctx, next) => {
    const nonce = randomBytes(16).toString('base64');
    ctx.state.nonce = nonce;
    ctx.set({
      'Content-Security-Policy':
        `default-src 'none'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'; img-src data:; ` +
        `${formAction}; base-uri 'none'; frame-ancestors 'none'`,
      'X-Content-Type-Options': 'nosniff',
      'X-Frame-Options': 'DENY',
      // Not `no-referrer`: browsers would then send `Origin: null` with our own forms.
      'Referrer-Policy': 'same-origin',
    });
    await next();
  };
}

/** Reports what nobody else has caught, and shows a page instead of a stack. */
export function failurePage(options: IdentityProviderOptions, report: (error: unknown) => void): Middleware {
  return async (ctx, next) => {
    try {
      await next();
    } catch (error) {
      report(error);
      renderError({ ctx, options, code: 'server_error', status: 500 });
    }
  };
}

/**
 * Every URL the provider makes begins with the request's `Host`, so that has to be the right one: the issuer's for
 * discovery and key set, the personality's for everything else. Another loopback name is led there, whose cookies are
 * elsewhere; any other name is somebody's attempt to reach a local server through DNS.
 */
export function pinHost(
  { issuer }: IdentityProviderOptions,
  { origin, paths }: PersonalityTraits,
): Middleware {
  const isMetadata = (path: string) => path === paths.discovery || path === paths.jwks;
  return async (ctx, next) => {
    const asked = ctx.req.headers.host ?? '';
    const hostname = URL.canParse(`http://${asked}`) ? new URL(`http://${asked}`).hostname : '';
    if (!isLoopback(hostname)) {
      ctx.status = 421;
      ctx.body = 'Misdirected request\n';
      return;
    }
    const home = new URL(isMetadata(ctx.path) ? issuer : origin);
    if (asked !== home.host && ctx.method === 'GET' && ctx.accepts('json', 'html') === 'html') {
      ctx.status = 307;
      ctx.redirect(new URL(ctx.url, home.origin).href);
      return;
    }
    ctx.req.headers.host = home.host;
    await next();
  };
}

/** Only the app may read answers across origins; `oidc-provider` would let everyone read discovery and keys. */
export function corsForAppOnly(options: IdentityProviderOptions): Middleware {
  const allowed = appOrigins(options);
  return async (ctx, next) => {
    await next();
    if (allowed.includes(ctx.get('Origin'))) return;
    for (const name of Object.keys(ctx.response.headers)) {
      if (name.startsWith('access-control-')) ctx.remove(name);
    }
  };
}

/**
 * Refuses forms that another site makes a browser send. Cookies alone do not: `SameSite=Lax` counts every port of
 * `localhost` as the same site. A client that is no browser sends neither header and holds no one's cookies.
 */
export function refuseCrossSiteForms(
  options: IdentityProviderOptions,
  { origin: own, paths }: PersonalityTraits,
): Middleware {
  return async (ctx, next) => {
    const isForm = ctx.method === 'POST' && ['/interaction', paths.end_session].some(isAtOrBelow(ctx.path));
    const site = ctx.get('Sec-Fetch-Site');
    const origin = ctx.get('Origin');
    const foreign = site ? site !== 'same-origin' : origin !== '' && origin !== own;
    if (isForm && foreign) return renderError({ ctx, options, code: 'cross_site', status: 403 });
    await next();
  };
}

function isAtOrBelow(path: string): (place: string) => boolean {
  return (place) => path === place || path.startsWith(`${place}/`);
}
