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
