import 'server-only';
import { subscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type IdentityProvider, startIdentityProvider } from '../../idp';
import { protectedPaths } from '../access';
import { actions, allActions, scopeFor } from '../access/actions';
import { beforeStop, type Config, type EmbeddedSettings } from '../config';

import { whenReachable } from '../db';
import { clientAddressHeader, createClientAddress } from '../http/client-address';
import { joinRepeatedAuthorization } from '../http/repeated-authorization';
import { metadataByHand } from '../provider';
import { lightSleep } from '../session';
import { currentConfig } from './config';
import { database } from './database';
import { signInGuard } from './guard-options';
import { perProcess } from './per-process';
import { providerMetadata, providerProfile, workUnderWay } from './provider';
import { startSweeping } from './session';

/**
 * Where people reach the app over https, they do so from their first visit on (RFC 6797 §6.1): set here it is on every
 * answer, of files and of programs' routes too. Other names below this one are not ours to decide about.
 */
const strictTransportSecurity = 'max-age=31536000';

/** Brings up what the app stands on, or ends the process with a list of what to fix. */
export async function start(): Promise<void> {
  try {
    const config = currentConfig();
    // A wrong rule stops the start, too.
    signInGuard();
    const addressOf = createClientAddress(config.trustedProxy);
    subscribe('http.server.request.start', (message) => {
      const { request, response } = message as { request: IncomingMessage; response: ServerResponse };
      joinRepeatedAuthorization(request);
      const forwardedFor = request.headers['x-forwarded-for'];
      const address = addressOf(request.socket.remoteAddress, [forwardedFor].flat().join(', ') || undefined);
      request.headers[clientAddressHeader] = address;
      if (config.secure) response.setHeader('strict-transport-security', strictTransportSecurity);
    });
    await whenReachable(config.database, database, { say });
    startSweeping();
    const embedded = config.embedded && (await startEmbedded(config, config.embedded));
    // Once per process, as below. Server and database are left to Next, which lets requests under way finish.
    perProcess('stop', () => beforeStop(process, () => finish(embedded)));
    // Nobody waits for discovery where endpoints are set by hand, so that it is asked before somebody signs in.
    if (metadataByHand(config.provider))
      void providerMetadata()
        .get()
        .catch(() => undefined);
    process.stdout.write(welcome(config));
  } catch (error) {
    process.stderr.write(`\n${sentence(error)}\n\n`);
    process.exit(1);
  }
}

const say = (line: string) => void process.stdout.write(`\n  ${line}…\n`);

/** Longer than a call to the provider and the write of what it brings; `scripts/start.mjs` waits longer still. */
const patience = 15_000;

/** Lets renewals end that are under way, the embedded provider last: it may be the one that is asked. */
async function finish(embedded: IdentityProvider | undefined): Promise<void> {
  await workUnderWay().stop(lightSleep(patience));
  await embedded?.close();
}

async function startEmbedded(
  config: Config,
  { port, personality, accessTokenTtl, keys }: EmbeddedSettings,
): Promise<IdentityProvider> {
  const { provider } = config;
  const { audiences, requestPrefix } = providerProfile();
  // Once per process: the dev server calls `register` again after a change.
  const starting = perProcess('identity-provider', () =>
    startIdentityProvider({
      personality,
      // As a registration for machines has them, beside the one for people: docs/providers/entra.md.
      quirks: { machineRoles: allActions },
      issuer: provider.issuer,
      host: '127.0.0.1',
      port,
      appBaseUrl: config.baseUrl,
      apiPaths: protectedPaths,
      clientSecret: provider.clientSecret,
      audience: audiences?.[0] ?? '',
      accessTokenTtl,
      keys,
      dataDirectory: config.dataDirectory,
      scopes: allActions.map((action) => ({
        action,
        value: scopeFor(action, requestPrefix),
        ...actions[action],
      })),
    }),
  );
  return starting;
}

function sentence(error: unknown): string {
  const { name, message, code } = error as NodeJS.ErrnoException;
  if (name === 'ConfigError') return message;
  if (code === 'EADDRINUSE') {
    return `Claimcheck cannot start: IDP_PORT ${currentConfig().embedded?.port} is already in use.\n      Fix: set IDP_PORT to a free port, or stop what listens there.`;
  }
  return `Claimcheck cannot start: ${message}`;
}

function welcome({ baseUrl, provider, embedded }: Config): string {
  const who = embedded
    ? `the embedded provider at ${provider.issuer} (alice, bob or carol; password wonderland)`
    : provider.issuer;
  return `\n  Claimcheck is at ${baseUrl}\n  Sign-in by ${who}\n\n`;
}
