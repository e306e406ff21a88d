import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type IdentityProvider, type IdentityProviderOptions, startIdentityProvider } from '../../idp/index';
import { type Action, actions, allActions, scopeFor } from '../../lib/access/actions';
import { embeddedIssuer, type Personality } from '../../lib/config/personality';
import { freePort } from '../free-port';

/** How scopes are asked for at each provider. */
const prefixes: Readonly<Record<Personality, string>> = {
  standard: 'example:',
  auth0: 'example:',
  cognito: 'example/',
  entra: 'api://claimcheck/',
  keycloak: 'example:',
};

/** What access tokens name their API by; Cognito's have no `aud`. */
const audiences: Readonly<Record<Personality, string>> = {
  standard: 'https://api.claimcheck.local',
  auth0: 'https://api.claimcheck.local',
  cognito: '',
  entra: 'claimcheck',
  keycloak: 'https://api.claimcheck.local',
};

/** What an action's scope is asked for as. */
export function askedAs(personality: Personality, action: Action): string {
  return scopeFor(action, prefixes[personality]);
}

/** The scopes of the access table as a personality wants them asked for. */
export function scopesOf(personality: Personality) {
  return allActions.map((action) => ({
    action,
    value: askedAs(personality, action),
    ...actions[action],
  }));
}

/** The scopes of the access table with the default prefix. */
export const testScopes = scopesOf('standard');

/** A provider on a free port with a folder of its own, and a way to start it anew. */
export interface TestProvider {
  options: IdentityProviderOptions;
  issuer: string;
  appBaseUrl: string;
  /** Closes it and starts it on the same port and folder. */
  restart(): Promise<void>;
  /** Closes it and removes its folder. */
  remove(): Promise<void>;
}

/** Starts a provider for tests. */
export async function startTestProvider(
  overrides: Partial<IdentityProviderOptions> = {},
): Promise<TestProvider> {
  const port = await freePort();
  const dataDirectory = await mkdtemp(join(tmpdir(), 'claimcheck-idp-'));
  const personality = overrides.personality ?? 'standard';
  const failures: unknown[] = [];
  const options: IdentityProviderOptions = {
    issuer: embeddedIssuer(personality, port),
    host: '127.0.0.1',
    port,
    appBaseUrl: 'http://localhost:3000',
    audience: audiences[personality],
    accessTokenTtl: 300,
    dataDirectory,
    scopes: scopesOf(personality),
    onServerError: (error) => failures.push(error),
    ...overrides,
    personality,
  };
  let running: IdentityProvider = await startIdentityProvider(options);
  return {
    options,
    issuer: options.issuer,
    appBaseUrl: options.appBaseUrl,
    async restart() {
      await running.close();
      running = await startIdentityProvider(options);
    },
    async remove() {
      await running.close();
      // Another folder than this one is somebody else's to remove.
      await rm(dataDirectory, { recursive: true, force: true });
      // No test wants the provider to fail.
      if (failures.length > 0) throw failures[0];
    },
  };
}
