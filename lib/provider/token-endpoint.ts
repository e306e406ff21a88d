import { z } from 'zod';
import type { ClientAuth, ProviderSettings } from '../config/config';
import { assertionForm, clientAssertion } from './client-assertion';
import type { ProviderMetadata } from './discovery';
import { attempt, discard, type Fetch } from './fetch-json';
import { optional } from './optional';

/** What a token endpoint grants (RFC 6749 §5.1). */
const grantSchema = z.object({
  access_token: z.string().min(1),
  token_type: z.string().refine((type) => type.toLowerCase() === 'bearer', 'must be Bearer'),
  expires_in: optional(z.coerce.number().positive()),
  refresh_token: optional(z.string()),
  id_token: optional(z.string()),
  scope: optional(z.string()),
});

/** An OAuth error (RFC 6749 §5.2). A description in another shape makes it no less of a no. */
const refusalSchema = z.object({
  error: z.string(),
  error_description: z.string().optional().catch(undefined),
});

export type TokenGrant = z.infer<typeof grantSchema>;

/** The scopes of a grant; undefined where it does not say, which means "as requested" (RFC 6749 §5.1). */
export function grantedScopes({ scope }: TokenGrant): string[] | undefined {
  return scope?.split(' ').filter(Boolean);
}

export type TokenAnswer =
  | { readonly outcome: 'granted'; readonly grant: TokenGrant }
  /** The provider said no (RFC 6749 §5.2): asking again will not help. */
  | { readonly outcome: 'refused'; readonly error: string; readonly description: string | undefined }
  /** It could not answer, or not with sense: asking again may help. */
  | { readonly outcome: 'unavailable'; readonly reason: string };

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

/** Exchanges an authorization code (RFC 6749 §4.1.3, RFC 7636 §4.5). */
export function exchangeCode(
  options: TokenEndpointOptions,
  { code, codeVerifier, redirectUri }: { code: string; codeVerifier: string; redirectUri: string },
): Promise<TokenAnswer> {
  return post(options, {
    grant_type: 'authorization_code',
    code,
    code_verifier: codeVerifier,
    redirect_uri: redirectUri,
  });
}

/** Asks for fresh tokens (RFC 6749 §6). The scope is left out: "as before". */
export function refreshGrant(options: TokenEndpointOptions, refreshToken: string): Promise<TokenAnswer> {
  return post(options, { grant_type: 'refresh_token', refresh_token: refreshToken });
}

/**
 * Asks for a token for a program, without a person (RFC 6749 §4.4).
 * @param parameters `scope` and whatever else the provider wants to be told
 */
export function machineGrant(
  options: TokenEndpointOptions,
  parameters: Readonly<Record<string, string>>,
): Promise<TokenAnswer> {
  return post(options, { ...parameters, grant_type: 'client_credentials' });
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
  parameters: Record<string, string>,
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

async function post(options: TokenEndpointOptions, parameters: Record<string, string>): Promise<TokenAnswer> {
  try {
    const exchange = async () => {
      const response = await send(options, parameters);
      return read(response.status, await response.text());
    };
    return await attempt(options.url, exchange, timeout);
  } catch (error) {
    return { outcome: 'unavailable', reason: (error as Error).message };
  }
}

/** Only an OAuth error is a no; a proxy's page or an empty 400 is trouble on the way. */
function read(status: number, text: string): TokenAnswer {
  const json = parse(text);
  if (status === 200) {
    const grant = grantSchema.safeParse(json);
    if (grant.success) return { outcome: 'granted', grant: grant.data };
    const field = grant.error.issues[0]?.path.join('.') || 'the body';
    return {
      outcome: 'unavailable',
      reason: `the token endpoint answered 200, but ${field} is missing or wrong`,
    };
  }
  const refusal = refusalSchema.safeParse(json);
  if (refusal.success && status >= 400 && status < 500 && status !== 429) {
    return { outcome: 'refused', error: refusal.data.error, description: refusal.data.error_description };
  }
  return { outcome: 'unavailable', reason: `the token endpoint answered ${status}` };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
