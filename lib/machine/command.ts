import { ConfigError, type Environment, lookAtConfig } from '../config';

import { embeddedMachine } from '../config/personality';

import { readUnverified } from '../openid';
import { providerFetch } from '../provider';
import type { Fetch } from '../remote';
import { isRemoteError } from '../remote';
import { keepToken, readKeptToken } from './kept-token';
import { requestMachineToken } from './machine-token';
import { type PersonTokenRequest, requestPersonToken } from './person-token';

export interface TokenCommandOptions {
  /** As the app sees it: `.env.local` and the like already read in. */
  readonly env: Environment;
  /** Folder against which relative paths count. */
  readonly directory: string;
  readonly machineName: string;
  /** As typed: actions or scope values, several separated by spaces or commas. */
  readonly scopes: readonly string[];
  /** For a person, who signs in by their browser; absent: for a program. */
  readonly signIn?: Pick<PersonTokenRequest, 'port' | 'patience' | 'onAddress'> | undefined;
  /** Header and claims in place of the token. */
  readonly decode?: boolean;
  readonly fetch: Fetch;
  readonly clock: () => number;
}

export type TokenCommandResult =
  /** With a remark where it lacks something that was asked for. */
  { readonly output: string; readonly remark?: string } | { readonly complaint: string };

/** `npm run token`: an access token for a shell; a program's is the same one until shortly before it expires. */
export async function tokenCommand(options: TokenCommandOptions): Promise<TokenCommandResult> {
  try {
    const { token, missing = [] } = await tokenFor(options);
    const remark =
      missing.length > 0 ? `The provider did not grant ${missing.join(' ')}: the token lacks it.` : undefined;
    return { output: options.decode ? decoded(token) : token, ...(remark !== undefined && { remark }) };
  } catch (error) {
    if (error instanceof ConfigError) return { complaint: error.message };
    const own = options.env.OIDC_ISSUER?.trim();
    const fix =
      isRemoteError(error) && (own ? error.hint : 'the embedded provider runs with the app: npm start');
    const hint = fix ? `\n      Fix: ${fix}` : '';
    return { complaint: `No token: ${(error as Error).message}${hint}` };
  }
}

/** Header and claims, as they are written in the token. @throws Error where it is none that can be read */
function decoded(token: string): string {
  const { header, claims } = readUnverified(token);
  if (!header || !claims) throw new Error('it is opaque, there is nothing in it to read.');
  return JSON.stringify({ header, claims }, null, 2);
}

interface Got {
  readonly token: string;
  readonly missing?: readonly string[];
}

async function tokenFor(options: TokenCommandOptions): Promise<Got> {
  const { env, directory, machineName, fetch, clock, signIn, ...typed } = options;
  const config = lookAtConfig(env, { directory, machineName });
  const scopes = typed.scopes.flatMap((text) => text.split(/[\s,]+/)).filter(Boolean);
  const asking = providerFetch(config.proxy, fetch);
  if (signIn) return requestPersonToken({ config, scopes, fetch: asking, ...signIn });
  const { id, secret } = credentials(env, config.embedded !== undefined);
  const settings = config.provider;
  const request = [settings.issuer, id, ...settings.audiences, '', ...scopes];
  const kept = { directory: config.dataDirectory, request, clock };
  const known = readKeptToken(kept);
  if (known !== undefined) return { token: known };
  const { token, expiresIn, missing } = await requestMachineToken({
    settings,
    id,
    secret,
    scopes,
    fetch: asking,
  });
  if (missing.length === 0 && expiresIn !== undefined) keepToken(kept, token, expiresIn);
  return { token, missing };
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
