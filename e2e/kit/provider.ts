import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { type Fault, newControlToken, type Order } from '../../idp/control';
import { startIdentityProvider } from '../../idp/index';
import { exampleConfig, ownOptions, readOwnConfig } from '../../idp/own-config';
import { freePort } from '../../test/free-port';

/** What the file of `npm run idp -- --config` may say; what is left out is as in the file that `--init` writes. */
export type ProviderConfig = Partial<typeof exampleConfig>;

/** A running provider, for tests. */
export interface TestProvider {
  readonly issuer: string;
  /** See `docs/development-provider.md`. */
  mint(order?: Order): Promise<string>;
  /** Signs with new keys from now on. @returns their ids */
  rotate(): Promise<string[]>;
  fail(fault: Fault): Promise<void>;
  recover(): Promise<void>;
  /** The last 50 requests. */
  requests(): Promise<{ method: string; path: string; status: number }[]>;
  /** Ends it, and removes what it has kept. */
  close(): Promise<void>;
}

/**
 * Runs a provider for as long as something is done with it: a test of Vitest, or a fixture of Playwright
 * (`provider: ({}, use) => withProvider(config, use)`).
 */
export async function withProvider<T>(
  config: ProviderConfig,
  act: (provider: TestProvider) => Promise<T>,
): Promise<T> {
  const provider = await startProvider(config);
  try {
    return await act(provider);
  } finally {
    await provider.close();
  }
}

/** Starts a provider on a free port, with a folder of its own. @throws Error that says what is wrong with the config */
export async function startProvider(config: ProviderConfig = {}): Promise<TestProvider> {
  const read = readOwnConfig(JSON.stringify({ ...exampleConfig, ...config }));
  if ('complaints' in read) throw new Error(read.complaints.join('\n'));
  const dataDirectory = await mkdtemp(path.join(os.tmpdir(), 'idp-'));
  const controlToken = newControlToken();
  const options = ownOptions(read.config, { port: config.port ?? (await freePort()), dataDirectory });
  const provider = await startIdentityProvider({ ...options, controlToken });
  const tell = async (command: string, body: object = {}) => {
    const response = await fetch(new URL(`/control/${command}`, provider.issuer), {
      method: 'POST',
      headers: { authorization: `Bearer ${controlToken}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const answer = await response.json();
    if (!response.ok) throw new Error(`${command}: ${answer.error}`);
    return answer;
  };
  return {
    issuer: provider.issuer,
    mint: async (order = {}) => (await tell('mint', order)).token,
    rotate: async () => (await tell('rotate')).kids,
    fail: (fault) => tell('fail', fault),
    recover: () => tell('recover'),
    requests: async () => (await tell('requests')).requests,
    async close() {
      await provider.close();
      await rm(dataDirectory, { recursive: true, force: true });
    },
  };
}
