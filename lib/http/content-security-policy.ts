import { randomBytes } from 'node:crypto';

/**
 * The Content-Security-Policy of a page.
 * @param nonce fresh for every response, base64
 * @param development adds what the dev server needs: eval for source maps, its web socket
 */
export function contentSecurityPolicy(options: {
  nonce: string;
  secure: boolean;
  development: boolean;
}): string {
  const { nonce, secure, development } = options;
  return [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${development ? " 'unsafe-eval'" : ''}`,
    `style-src 'self' ${development ? "'unsafe-inline'" : `'nonce-${nonce}'`}`,
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src 'self'${development ? ' ws:' : ''}`,
    // Signing out ends at the provider, and wherever that leads, but not as a form: see onward-page.ts.
    "form-action 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    // The default policy of trusted-types.ts lets through our own built scripts and nothing else.
    ...(development ? [] : ["require-trusted-types-for 'script'", 'trusted-types default']),
    ...(secure ? ['upgrade-insecure-requests'] : []),
  ].join('; ');
}

export interface PageSecurity {
  readonly nonce: string;
  readonly policy: string;
}

/** A fresh nonce and the policy that names it, for one page. */
export function pageSecurity(options: { secure: boolean }): PageSecurity {
  const nonce = randomBytes(16).toString('base64');
  const development = process.env.NODE_ENV === 'development';
  return { nonce, policy: contentSecurityPolicy({ ...options, nonce, development }) };
}
