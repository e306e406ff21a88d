import { createServer, type RequestListener, type Server } from 'node:http';
import { join } from 'node:path';
import type Provider from 'oidc-provider';
import { callbacks, rememberProblems, tokenErrors } from './answers';
import { tellBackchannel } from './backchannel';
import { idTokenLifetime, providerConfiguration } from './configuration';
import { Control, controlEndpoint, controlledRequests } from './control';
import { frontPage } from './front-page';
import { corsForAppOnly, failurePage, pinHost, refuseCrossSiteForms, securityHeaders } from './guard';
import { interactionPages } from './interaction';
import { type KeyRing, openKeys, type ProviderKeys } from './keys';
import { loadProviderLibrary, type ProviderLibrary } from './library';
import { metadata } from './metadata';
import { assertLoopbackOnly, type IdentityProviderOptions } from './options';
import { traitsOf } from './personalities';
import type { PersonalityTraits } from './personalities/traits';
import { ownPages } from './refusal';
import { clientRegistration } from './registration';
import { amendedRequests, checkedOrigins } from './requests';
import { signOutPaths } from './sign-out';
import { type ArtifactStore, openArtifactStore } from './store';
import { tokenAnswers } from './tokens';
import { userinfoEndpoint } from './userinfo';

export type { IdentityProviderOptions, OfferedScope, Quirks } from './options';

/** What may change while it runs: whoever is signed in stays so, and the keys stay. */
export type ChangeableOptions = Omit<
  IdentityProviderOptions,
  'personality' | 'issuer' | 'host' | 'port' | 'dataDirectory' | 'keys' | 'controlToken'
>;

/** A running identity provider. */
export interface IdentityProvider {
  issuer: string;
  /** Takes other clients, people and API from the next request on. @throws TypeError as the start does */
  change(next: ChangeableOptions): void;
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
  const traits = traitsOf(options);
  const { dataDirectory, keys: given, accessTokenTtl } = options;
  const keyRing = await openKeys(
    { dataDirectory, ...traits },
    { given, keepFor: Math.max(accessTokenTtl, idTokenLifetime) },
  );
  const store = await openArtifactStore(
    join(options.dataDirectory, traits.database),
    () => new library.errors.InvalidGrant(),
  );
  try {
    let current = options;
    const control = options.controlToken === undefined ? undefined : new Control(options.controlToken);
    const make = (keys: ProviderKeys, now: IdentityProviderOptions) =>
      createProvider(now, library, { keys, store, control, traits: traitsOf(now) }).callback();
    const server = await listen(createServer(renewed({ keyRing, options: () => current }, make)), options);
    return {
      issuer: options.issuer,
      change(next) {
        assertLoopbackOnly({ ...current, ...next });
        current = { ...current, ...next };
      },
      close: closeOnce(server, store),
    };
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** Answers by a provider that is made anew when its keys or options change: all that it knows is in the store. */
function renewed(
  { keyRing, options }: { keyRing: KeyRing; options: () => IdentityProviderOptions },
  make: (keys: ProviderKeys, options: IdentityProviderOptions) => RequestListener,
): RequestListener {
  let known = { keys: keyRing.current(), options: options() };
  let answer = make(known.keys, known.options);
  return (request, response) => {
    const now = { keys: keyRing.current(), options: options() };
    if (now.keys !== known.keys || now.options !== known.options) {
      answer = make(now.keys, now.options);
      known = now;
    }
    answer(request, response);
  };
}

interface Parts {
  control: Control | undefined;
  traits: PersonalityTraits;
  keys: ProviderKeys;
  store: ArtifactStore;
}

function createProvider(options: IdentityProviderOptions, library: ProviderLibrary, parts: Parts): Provider {
  const { traits, keys, store, control } = parts;
  const provider = new library.Provider(
    options.issuer,
    providerConfiguration({ options, library, ...parts }),
  );
  const report = options.onServerError ?? warnWithoutRequest;
  provider.on('server_error', (_ctx, error) => report(error));
  // Koa would print whole errors; what is worth telling is reported below.
  provider.silent = true;
  rememberProblems(provider);
  tellBackchannel({ provider, options, traits, keys });
  const inOrder = [
    securityHeaders(options, traits),
    failurePage(options, report),
    pinHost(options, traits),
    controlEndpoint(control, { options, traits, keys }),
    controlledRequests(control, { traits }),
    corsForAppOnly(options),
    frontPage(options, traits),
    refuseCrossSiteForms(options, traits),
    interactionPages({ provider, library, options, traits }),
    ownPages(options, traits),
    signOutPaths({ provider, options, store, traits }),
    clientRegistration(traits, store),
    userinfoEndpoint(traits, keys),
    metadata(traits),
    amendedRequests(traits),
    checkedOrigins(traits),
    callbacks(traits),
    tokenErrors(traits),
    tokenAnswers({ traits, options, keys }),
  ];
  for (const middleware of inOrder) provider.use(middleware);
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
