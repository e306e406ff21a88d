import { randomBytes } from 'node:crypto';
import { type KeyServer, newTokenContext, startKeyServer, type TokenContext } from '../../lib/token/testing';
import { type RunningApp, startApp } from './app';

/** The app in front of a provider that is nothing but a key set, whose tokens a test signs as it likes. */
export interface AppWithOwnProvider {
  readonly app: RunningApp;
  readonly keyServer: KeyServer;
  readonly context: TokenContext;
  stop(): Promise<void>;
}

/**
 * @param behaviour how the provider is doing when the app starts
 * @param options whether the app starts without asking for the provider's keys, as it does for people
 */
export async function startWithOwnProvider(
  behaviour: KeyServer['behaviour'] = 'normal',
  { cold = false }: { cold?: boolean } = {},
): Promise<AppWithOwnProvider> {
  const keyServer = await startKeyServer();
  keyServer.behaviour = behaviour;
  const context = await newTokenContext({ issuer: keyServer.origin, now: Math.floor(Date.now() / 1_000) });
  keyServer.keys = context.published;
  const app = await startApp({
    ...(cold && { probe: '/icon.svg' }),
    env: {
      OIDC_ISSUER: keyServer.origin,
      OIDC_CLIENT_ID: context.clientId,
      OIDC_AUDIENCE: context.audience,
      SESSION_SECRET: randomBytes(32).toString('hex'),
    },
  });
  return {
    app,
    keyServer,
    context,
    async stop() {
      keyServer.release();
      await app.stop();
      await keyServer.close();
    },
  };
}

export const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
