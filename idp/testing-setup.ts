import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { actions, allActions, scopeFor } from '@/lib/access/actions';
import { type IdentityProvider, type IdentityProviderOptions, startIdentityProvider } from './index';
import { freePort } from './testing';

/** The scopes of the access table with the default prefix. */
export const testScopes = allActions.map((action) => ({
  action,
  value: scopeFor(action, 'example:'),
  ...actions[action],
}));

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
  const options: IdentityProviderOptions = {
    issuer: `http://localhost:${port}`,
    host: '127.0.0.1',
    port,
    appBaseUrl: 'http://localhost:3000',
    audience: 'https://api.claimcheck.local',
    accessTokenTtl: 300,
    dataDirectory,
    scopes: testScopes,
    onServerError: (error) => {
      throw error;
    },
    ...overrides,
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
      await rm(dataDirectory, { recursive: true, force: true });
    },
  };
}
