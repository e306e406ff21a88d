import { withBasePath } from '../config/base-path';

interface TrustedTypesFactory {
  readonly defaultPolicy: unknown;
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): unknown;
}

/** What of a browser's window is needed here; older ones know no Trusted Types. */
export interface TrustedTypesWindow {
  readonly trustedTypes?: TrustedTypesFactory;
  readonly location: Pick<Location, 'href' | 'origin'>;
}

/**
 * Makes the default Trusted Types policy, without which the Content-Security-Policy lets no script be loaded by its
 * URL: our own built files may be, and nothing else.
 */
export function installTrustedTypes({ trustedTypes, location }: TrustedTypesWindow): void {
  if (!trustedTypes || trustedTypes.defaultPolicy) return;
  const ownScripts = withBasePath('/_next/static/');
  trustedTypes.createPolicy('default', {
    createScriptURL: (url) => {
      const target = new URL(url, location.href);
      if (target.origin === location.origin && target.pathname.startsWith(ownScripts)) return url;
      throw new TypeError(`Blocked script: ${target.origin}`);
    },
  });
}
