import { createServer, type Server } from 'node:http';
import type Provider from 'oidc-provider';
import { rememberSignedValues, type SignedValues } from './at-hash';
import { standardConfiguration } from './configuration';
import { frontPage } from './front-page';
import { corsForAppOnly, failurePage, pinHost, refuseCrossSiteForms, securityHeaders } from './guard';
import { interactionPages } from './interaction';
import { loadOrCreateKeys } from './keys';
import { loadProviderLibrary, type ProviderLibrary } from './library';
import { assertLoopbackOnly, type IdentityProviderOptions } from './options';
import { type ArtifactStore, openArtifactStore } from './store';

export type { IdentityProviderOptions, OfferedScope } from './options';

/** A running identity provider. */
export interface IdentityProvider {
  issuer: string;
  /** Stops listening, ends open connections and closes the database. Safe to call twice. */
  close(): Promise<void>;
}

/**
 * Starts the embedded identity provider: a real OpenID provider for development, in this process.
 * @throws TypeError when the app or the issuer is not on loopback; Node's own error (`EADDRINUSE`) for a taken port.
 */
export async function startIdentityProvider(options: IdentityProviderOptions): Promise<IdentityProvider> {
  assertLoopbackOnly(options);
  const library = await loadProviderLibrary();
  const keys = await loadOrCreateKeys(options.dataDirectory);
  const store = await openArtifactStore(options.dataDirectory, () => new library.errors.InvalidGrant());
  try {
    const provider = createProvider(options, library, { keys, store });
    const server = await listen(createServer(provider.callback()), options);
    return { issuer: options.issuer, close: closeOnce(server, store) };
  } catch (error) {
    await store.close();
    throw error;
  }
}

interface Kept {
  keys: Awaited<ReturnType<typeof loadOrCreateKeys>>;
  store: ArtifactStore;
}

function createProvider(options: IdentityProviderOptions, library: ProviderLibrary, kept: Kept): Provider {
  let signedValues: SignedValues = new WeakMap();
  const configuration = standardConfiguration({
    options,
    library,
    ...kept,
    signedValues: () => signedValues,
  });
  const provider = new library.Provider(options.issuer, configuration);
  signedValues = rememberSignedValues(provider);
  const report = options.onServerError ?? warnWithoutRequest;
  provider.on('server_error', (_ctx, error) => report(error));
  // Koa would print whole errors; what is worth telling is reported below.
  provider.silent = true;
  provider.use(securityHeaders(options));
  provider.use(failurePage(options, report));
  provider.use(pinHost(options));
  provider.use(corsForAppOnly(options));
  provider.use(frontPage(options));
  provider.use(refuseCrossSiteForms(options));
  provider.use(interactionPages(provider, library, options));
  return provider;
}

/** The stack says where; the request, with its cookies, codes and passwords, is kept out of logs. */
function warnWithoutRequest(error: unknown): void {
  const detail = error instanceof Error ? error.stack : undefined;
  process.emitWarning('The embedded identity provider failed to answer a request', { detail });
}

function listen(server: Server, { host, port }: IdentityProviderOptions): Promise<Server> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, () => {
      server.off('error', reject);
      resolve(server);
    });
  });
}

/** Idle keep-alive connections would hold the process up for seconds, so they are cut. */
function closeOnce(server: Server, store: ArtifactStore): () => Promise<void> {
  let closed: Promise<void> | undefined;
  return () => {
    closed ??= new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    }).then(() => store.close());
    return closed;
  };
}
