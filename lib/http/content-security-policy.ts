/**
 * The Content-Security-Policy of a page.
 * @param nonce fresh for every response, base64
 * @param formTargets origins beside our own that a form may lead to: signing out is a form that ends at the provider
 * @param development adds what the dev server needs: eval for source maps, its web socket
 */
export function contentSecurityPolicy(options: {
  nonce: string;
  formTargets: readonly string[];
  secure: boolean;
  development: boolean;
}): string {
  const { nonce, formTargets, secure, development } = options;
  return [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${development ? " 'unsafe-eval'" : ''}`,
    `style-src 'self' ${development ? "'unsafe-inline'" : `'nonce-${nonce}'`}`,
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src 'self'${development ? ' ws:' : ''}`,
    `form-action ${["'self'", ...formTargets].join(' ')}`,
    "object-src 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    // The default policy of trusted-types.ts lets through our own built scripts and nothing else.
    ...(development ? [] : ["require-trusted-types-for 'script'", 'trusted-types default']),
    ...(secure ? ['upgrade-insecure-requests'] : []),
  ].join('; ');
}
