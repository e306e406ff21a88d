import * as crypto from 'node:crypto';
import type Provider from 'oidc-provider';

/** The module `oidc-provider`, which is loaded only once an embedded provider is really started. */
export type ProviderLibrary = typeof import('oidc-provider');

/** A Koa middleware as `oidc-provider` takes them. */
export type Middleware = Parameters<Provider['use']>[0];

/** What a Koa middleware is given. */
export type Context = Parameters<Middleware>[0];

/**
 * Loads `oidc-provider`. It warns on import that Node 20 is unsupported; it works there and is tested there, so that one
 * sentence is kept from people's terminals and every other warning passes.
 */
export async function loadProviderLibrary(): Promise<ProviderLibrary> {
  fillGaps();
  const { console } = globalThis;
  const { warn } = console;
  const withoutRuntimeWarning = (...words: unknown[]) => {
    if (!String(words[0]).includes('oidc-provider WARNING: Unsupported runtime')) warn.apply(console, words);
  };
  Object.assign(console, { warn: withoutRuntimeWarning });
  try {
    return await import('oidc-provider');
  } finally {
    if (console.warn === withoutRuntimeWarning) Object.assign(console, { warn });
  }
}

/**
 * `oidc-provider` is written for newer Nodes than this app. What is missing is filled in or named.
 * @throws Error where Node is older than 20.12
 */
function fillGaps(): void {
  if (typeof crypto.hash !== 'function') {
    throw new Error(
      `the embedded provider needs Node 20.12 or later, and this is ${process.version}.\n      Fix: update Node, or set OIDC_ISSUER and OIDC_CLIENT_ID to use a provider of your own.`,
    );
  }
  URL.parse ??= (url, base) => (URL.canParse(url, base) ? new URL(url, base) : null);
}
