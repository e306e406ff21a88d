import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { freePort } from '../../test/free-port';
import { startTestProvider, type TestProvider } from '../../test/idp/provider';
import { type RunningApp, startApp } from './app';
import { signedIn } from './session';
import { startTokenProxy, type TokenFamily, type TokenProxy } from './token-proxy';

/** Somebody's session, as the browser has it and as the provider sees it. */
export interface SignedIn {
  readonly headers: { readonly cookie: string };
  readonly family: TokenFamily;
}

/** The app in one or several processes on one store, beside a provider that rotates refresh tokens. */
export interface RefreshingApp {
  /** The public origin of all its processes, as behind a load balancer. */
  readonly baseUrl: string;
  readonly processes: readonly RunningApp[];
  readonly proxy: TokenProxy;
  /** Lifetime of access tokens in seconds. */
  readonly lifetime: number;
  signIn(): Promise<SignedIn>;
  /** Brings a process back that was killed. */
  restart(index: number): Promise<void>;
  stop(): Promise<void>;
}

export interface RefreshingAppOptions {
  /** Lifetime of access tokens in seconds. */
  readonly lifetime: number;
  readonly processes?: number;
  readonly env?: Record<string, string>;
}

/**
 * The provider is the embedded one outside the app: public client, a new refresh token for every one that is used, and
 * one that is used again ends its whole family. The app reaches its token endpoint through a proxy.
 */
export async function startRefreshingApp({
  lifetime,
  processes: count = 1,
  env: more,
}: RefreshingAppOptions): Promise<RefreshingApp> {
  const ports = await Promise.all(Array.from({ length: count }, freePort));
  const appBaseUrl = `http://localhost:${ports[0]}`;
  const provider = await startTestProvider({ appBaseUrl, accessTokenTtl: lifetime });
  const proxy = await startTokenProxy(provider.issuer);
  const directory = await mkdtemp(path.join(os.tmpdir(), 'claimcheck-'));
  const common = { ...settingsFor(provider), APP_BASE_URL: appBaseUrl, ...more };
  const start = (index: number) => {
    const env = { ...common, OIDC_TOKEN_ENDPOINT: proxy.endpointFor(String(index)) };
    return startApp({ directory, port: ports[index], env });
  };
  const processes: RunningApp[] = [];
  for (const index of ports.keys()) processes.push(await start(index));
  return {
    baseUrl: appBaseUrl,
    processes,
    proxy,
    lifetime,
    async signIn() {
      const [app] = processes as [RunningApp];
      const headers = await signedIn(app, { issuer: provider.issuer, appBaseUrl });
      return { headers, family: proxy.families.at(-1) as TokenFamily };
    },
    async restart(index) {
      processes[index] = await start(index);
    },
    async stop() {
      await Promise.all(processes.map((app) => app.stop()));
      await proxy.close();
      await provider.remove();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

const settingsFor = ({ issuer, options }: TestProvider) => ({
  OIDC_ISSUER: issuer,
  OIDC_CLIENT_ID: 'claimcheck',
  OIDC_AUDIENCE: options.audience,
  SESSION_SECRET: randomBytes(32).toString('hex'),
});
