import type { ClientAuth, ProviderSettings } from '../config';
import { attempt, discard, type Fetch, isRemoteError, readCapped } from '../remote';
import { assertionForm, clientAssertion } from './client-assertion';
import type { ProviderMetadata } from './discovery';
import type { TokenParameters } from './refresh-parameters';
import { readTokenAnswer, refusingOtherTypes, type TokenAnswer } from './token-answer';

export { grantedScopes, type TokenAnswer, type TokenGrant } from './token-answer';

export interface TokenEndpointOptions {
  readonly fetch: Fetch;
  readonly url: string;
  readonly client: ClientCredentials;
}

type ClientSettings = Pick<ProviderSettings, 'clientId' | 'clientSecret' | 'clientAuth'> &
  Partial<Pick<ProviderSettings, 'clientKey' | 'issuer' | 'preset'>>;

type ClientMetadata = Pick<ProviderMetadata, 'token_endpoint_auth_methods_supported'> &
  Partial<Pick<ProviderMetadata, 'token_endpoint' | 'token_endpoint_auth_signing_alg_values_supported'>>;

/** Who this app is to the provider, and how it proves that. */
export interface ClientCredentials {
  readonly id: string;
  /** Undefined for a public client, and for one that signs. */
  readonly secret: string | undefined;
  readonly method: ClientAuth;
  /** Signs a proof that serves for one request; undefined where there is no key. */
  readonly assertion?: (() => string) | undefined;
}

/**
 * The credentials to use: the key where there is one; else the secret by the method that is set by hand, else by one that
 * the provider lists; `client_secret_basic` where it lists none (OpenID Connect Discovery §3).
 * @param clock milliseconds since the epoch
 */
export function clientCredentials(
  settings: ClientSettings,
  metadata: ClientMetadata = {},
  clock: () => number = Date.now,
): ClientCredentials {
  const { clientId: id, clientSecret: secret, clientAuth, clientKey: key } = settings;
  if (key) {
    const { audience, algorithm } = assertionForm({ ...settings, clientKey: key }, metadata);
    const assertion = () => clientAssertion({ clientId: id, key, audience, algorithm, now: clock() });
    return { id, secret: undefined, method: 'private_key_jwt', assertion };
  }
  const { token_endpoint_auth_methods_supported: listed = [] } = metadata;
  const onlyPost = listed.includes('client_secret_post') && !listed.includes('client_secret_basic');
  const method = clientAuth === 'private_key_jwt' ? undefined : clientAuth;
  return { id, secret, method: method ?? (onlyPost ? 'client_secret_post' : 'client_secret_basic') };
}

const timeout = 10_000;

export interface CodeExchange {
  readonly code: string;
  readonly codeVerifier: string;
  readonly redirectUri: string;
}

/**
 * Exchanges an authorization code (RFC 6749 §4.1.3, RFC 7636 §4.5).
 * @param more what else the provider wants to be told
 */
export async function exchangeCode(
  options: TokenEndpointOptions,
  { code, codeVerifier, redirectUri }: CodeExchange,
  more: TokenParameters = [],
): Promise<TokenAnswer> {
  const parameters = [
    ['grant_type', 'authorization_code'],
    ['code', code],
    ['code_verifier', codeVerifier],
    ['redirect_uri', redirectUri],
    ...more,
  ] as const;
  return refusingOtherTypes(await post(options, parameters));
}

/**
 * Asks for fresh tokens (RFC 6749 §6).
 * @param more what else the provider wants to be told; without a scope, "as before" is meant
 * @param timeLimit for the whole call, in milliseconds; 10 s at most
 */
export function refreshGrant(
  options: TokenEndpointOptions,
  { refreshToken, more = [], timeLimit = timeout }: RefreshRequest,
): Promise<TokenAnswer> {
  const parameters = [['grant_type', 'refresh_token'], ['refresh_token', refreshToken], ...more] as const;
  return post(within(options, timeLimit), parameters, timeLimit);
}

export interface RefreshRequest {
  readonly refreshToken: string;
  readonly more?: TokenParameters;
  readonly timeLimit?: number;
}

/** The same endpoint, given less time. Counted from now: a client may have to sign something before it asks. */
function within(options: TokenEndpointOptions, timeLimit: number): TokenEndpointOptions {
  if (timeLimit >= timeout) return options;
  const limit = AbortSignal.timeout(timeLimit);
  const fetch: Fetch = (url, init) => {
    const signal = init.signal ? AbortSignal.any([init.signal, limit]) : limit;
    return options.fetch(url, { ...init, signal });
  };
  return { ...options, fetch };
}

/**
 * Asks for a token for a program, without a person (RFC 6749 §4.4).
 * @param parameters `scope` and whatever else the provider wants to be told
 */
export async function machineGrant(
  options: TokenEndpointOptions,
  parameters: Readonly<Record<string, string>>,
): Promise<TokenAnswer> {
  const named = { ...parameters, grant_type: 'client_credentials' };
  return refusingOtherTypes(await post(options, Object.entries(named)));
}

/** Tells the provider that a refresh token is not needed any more (RFC 7009). @returns whether it took note */
export async function revoke(options: TokenEndpointOptions, refreshToken: string): Promise<boolean> {
  try {
    const response = await send(options, { token: refreshToken, token_type_hint: 'refresh_token' });
    discard(response);
    return response.ok;
  } catch {
    return false;
  }
}

function send(
  { fetch, url, client }: TokenEndpointOptions,
  parameters: Record<string, string> | URLSearchParams,
): Promise<Response> {
  const headers = new Headers({ accept: 'application/json' });
  const body = new URLSearchParams(parameters);
  const { id, secret, method, assertion } = client;
  if (assertion) {
    body.set('client_id', id);
    body.set('client_assertion_type', 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer');
    body.set('client_assertion', assertion());
  } else if (secret !== undefined && method === 'client_secret_basic') {
    headers.set('authorization', basicCredentials(id, secret));
  } else {
    body.set('client_id', id);
    if (secret !== undefined) body.set('client_secret', secret);
  }
  return fetch(url, {
    method: 'POST',
    headers,
    body,
    cache: 'no-store',
    redirect: 'error',
    signal: AbortSignal.timeout(timeout),
  });
}

/** Client id and secret are form-encoded before they are joined (RFC 6749 §2.3.1). */
function basicCredentials(id: string, secret: string): string {
  const encode = (text: string) => new URLSearchParams({ '': text }).toString().slice(1);
  return `Basic ${Buffer.from(`${encode(id)}:${encode(secret)}`).toString('base64')}`;
}

async function post(
  options: TokenEndpointOptions,
  parameters: TokenParameters,
  timeLimit = timeout,
): Promise<TokenAnswer> {
  const body = new URLSearchParams(parameters.map(([name, value]) => [name, value]));
  try {
    const exchange = async () => {
      const response = await send(options, body);
      return readTokenAnswer(response.status, await readCapped(response, options.url));
    };
    return await attempt(options.url, exchange, timeLimit);
  } catch (error) {
    const permanent = isRemoteError(error) && !error.passes;
    return { outcome: 'unavailable', reason: (error as Error).message, ...(permanent && { permanent }) };
  }
}
