import { randomBytes } from 'node:crypto';
import { type KeyServer, startKeyServer } from '../../test/token/key-server';
import { newTokenContext, type TokenContext } from '../../test/token/tokens';
import { type RunningApp, startApp } from './app';

/** The app in front of a provider that is nothing but a key set, whose tokens a test signs as it likes. */
export interface AppWithOwnProvider {
  readonly app: RunningApp;
  readonly keyServer: KeyServer;
  readonly context: TokenContext;
  /** Settings that the app was started with. */
  readonly env: Record<string, string>;
  /** Its SESSION_SECRET. */
  readonly secret: string;
  stop(): Promise<void>;
}

export interface OwnProviderOptions {
  /** An existing folder to run in, for an app that comes back. */
  readonly directory?: string;
  /** It starts without asking for the provider's keys, as it does for people. */
  readonly cold?: boolean;
  /** Further settings. */
  readonly env?: Record<string, string>;
}

/**
 * @param behaviour how the provider is doing when the app starts
 */
export async function startWithOwnProvider(
  behaviour: KeyServer['behaviour'] = 'normal',
  { directory, cold = false, env: more }: OwnProviderOptions = {},
): Promise<AppWithOwnProvider> {
  const keyServer = await startKeyServer();
  keyServer.behaviour = behaviour;
  const context = await newTokenContext({ issuer: keyServer.origin, now: Math.floor(Date.now() / 1_000) });
  keyServer.keys = context.published;
  const secret = randomBytes(32).toString('hex');
  const env = {
    OIDC_ISSUER: keyServer.origin,
    OIDC_CLIENT_ID: context.clientId,
    OIDC_AUDIENCE: context.audience,
    SESSION_SECRET: secret,
    ...more,
  };
  const app = await startApp({ env, directory, ...(cold && { probe: '/icon.svg' }) });
  return {
    app,
    keyServer,
    context,
    env,
    secret,
    async stop() {
      keyServer.release();
      await app.stop();
      await keyServer.close();
    },
  };
}

export const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
