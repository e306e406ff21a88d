import { ConfigError, type Environment, lookAtConfig } from '../config';

import { embeddedMachine } from '../config/personality';

import { providerFetch } from '../provider';
import type { Fetch } from '../remote';
import { isRemoteError } from '../remote';
import { keepToken, readKeptToken } from './kept-token';
import { requestMachineToken } from './machine-token';

export interface TokenCommandOptions {
  /** As the app sees it: `.env.local` and the like already read in. */
  readonly env: Environment;
  /** Folder against which relative paths count. */
  readonly directory: string;
  readonly machineName: string;
  /** As typed: actions or scope values, several separated by spaces or commas. */
  readonly scopes: readonly string[];
  readonly fetch: Fetch;
  readonly clock: () => number;
}

export type TokenCommandResult =
  /** With a remark where it lacks something that was asked for. */
  { readonly token: string; readonly remark?: string } | { readonly complaint: string };

/** `npm run token`: an access token for a shell, the same one until shortly before it expires. */
export async function tokenCommand(options: TokenCommandOptions): Promise<TokenCommandResult> {
  try {
    return await token(options);
  } catch (error) {
    if (error instanceof ConfigError) return { complaint: error.message };
    const own = options.env.OIDC_ISSUER?.trim();
    const fix =
      isRemoteError(error) && (own ? error.hint : 'the embedded provider runs with the app: npm start');
    const hint = fix ? `\n      Fix: ${fix}` : '';
    return { complaint: `No token: ${(error as Error).message}${hint}` };
  }
}

async function token(options: TokenCommandOptions): Promise<{ token: string; remark?: string }> {
  const { env, directory, machineName, fetch, clock, ...typed } = options;
  const config = lookAtConfig(env, { directory, machineName });
  const scopes = typed.scopes.flatMap((text) => text.split(/[\s,]+/)).filter(Boolean);
  const { id, secret } = credentials(env, config.embedded !== undefined);
  const settings = config.provider;
  const request = [settings.issuer, id, ...settings.audiences, '', ...scopes];
  const kept = { directory: config.dataDirectory, request, clock };
  const known = readKeptToken(kept);
  if (known !== undefined) return { token: known };
  const asking = providerFetch(config.proxy, fetch);
  const { token, expiresIn, missing } = await requestMachineToken({
    settings,
    id,
    secret,
    scopes,
    fetch: asking,
  });
  if (missing.length > 0) {
    return { token, remark: `The provider did not grant ${missing.join(' ')}: the token lacks it.` };
  }
  if (expiresIn !== undefined) keepToken(kept, token, expiresIn);
  return { token };
}

function credentials(env: Environment, embedded: boolean): { id: string; secret: string } {
  const id = env.MACHINE_CLIENT_ID?.trim();
  const secret = env.MACHINE_CLIENT_SECRET?.trim();
  if (id && secret) return { id, secret };
  if (embedded) return embeddedMachine;
  throw new Error(
    'MACHINE_CLIENT_ID and MACHINE_CLIENT_SECRET are not both set.\n      Fix: set them to a client of your provider that may use the client credentials grant.',
  );
}
