import { createHash, randomBytes } from 'node:crypto';
import { appClientId, machineClient, redirectUri } from '../../idp/clients';
import { CookieJar, type Form, parseForm } from './browser';

export { CookieJar } from './browser';

/** The endpoints that discovery names. */
export interface Endpoints {
  issuer: string;
  jwks_uri: string;
  authorization_endpoint: string;
  token_endpoint: string;
  /** Entra has none. */
  revocation_endpoint?: string;
  end_session_endpoint: string;
  userinfo_endpoint?: string;
}

/** Reads the discovery document of an issuer; one slash between the two, whether or not the issuer ends in one. */
export async function discover(issuer: string): Promise<Endpoints> {
  const response = await fetch(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
  return (await response.json()) as Endpoints;
}

/** An authorization request with PKCE S256 (RFC 7636 §4), and what its sender keeps to itself. */
export interface AuthorizationRequest {
  url: URL;
  codeVerifier: string;
  nonce: string;
  state: string;
  redirectUri: string;
}

/** What an authorization request is made from. */
export interface AuthorizationRequestOptions {
  issuer: string;
  appBaseUrl: string;
  /** Scope values, `openid` included if it is wanted. */
  scopes: readonly string[];
  /** Parameters to add or replace; `undefined` leaves one out. */
  parameters?: Readonly<Record<string, string | undefined>>;
}

/** Makes the request that the app's sign-in would make. */
export async function authorizationRequest(
  options: AuthorizationRequestOptions,
): Promise<AuthorizationRequest> {
  const codeVerifier = randomBytes(32).toString('base64url');
  const [nonce, state] = [randomBytes(16).toString('base64url'), randomBytes(16).toString('base64url')];
  const url = new URL((await discover(options.issuer)).authorization_endpoint);
  const parameters = {
    response_type: 'code',
    client_id: appClientId,
    redirect_uri: redirectUri(options.appBaseUrl),
    scope: options.scopes.join(' '),
    code_challenge: createHash('sha256').update(codeVerifier).digest('base64url'),
    code_challenge_method: 'S256',
    nonce,
    state,
    ...options.parameters,
  };
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined) url.searchParams.set(name, value);
  }
  return { url, codeVerifier, nonce, state, redirectUri: redirectUri(options.appBaseUrl) };
}

/** Who signs in, and what they do on the consent page. */
export interface SignInOptions extends AuthorizationRequestOptions {
  username: string;
  password: string;
  /** Scope values whose boxes are unticked. */
  untick?: readonly string[];
  /** Scope values that a forged form sends although it offers no such box. */
  forge?: readonly string[];
  /** Presses "Deny" on the consent page. */
  deny?: boolean;
  /** Presses "Cancel" on the sign-in page. */
  cancel?: boolean;
  /** Cookies of a browser that has been here before. */
  jar?: CookieJar;
}

/** What arrives at the app's callback, and what is needed to go on. */
export interface SignInResult extends AuthorizationRequest {
  code: string | undefined;
  error: string | undefined;
  iss: string | undefined;
  /** Every parameter of the callback. */
  callback: URLSearchParams;
  jar: CookieJar;
  /** Titles of the pages that were shown on the way. */
  pages: string[];
}

/**
 * Signs a person in as a browser without JavaScript would: follows redirects, keeps cookies, fills in the forms it is
 * given and presses their buttons, until it is sent to the app's callback, which it does not open.
 * @throws Error with the page's text when the provider shows a page without a form, such as an error.
 */
export async function signInOverHttp(options: SignInOptions): Promise<SignInResult> {
  const request = await authorizationRequest(options);
  return { ...request, ...(await goThrough(request, options)) };
}

/** The same for an authorization request that somebody else has made. @param redirectUri where the way ends */
export async function goThrough(
  { url, redirectUri }: Pick<AuthorizationRequest, 'url' | 'redirectUri'>,
  options: Omit<SignInOptions, keyof AuthorizationRequestOptions>,
): Promise<Omit<SignInResult, keyof AuthorizationRequest>> {
  const jar = options.jar ?? new CookieJar();
  const pages: string[] = [];
  let answer = await jar.fetch(url);
  for (let step = 0; step < 20; step += 1) {
    const { location } = answer;
    if (location?.href.startsWith(`${redirectUri}?`)) {
      return { ...callbackOf(location.searchParams), jar, pages };
    }
    if (location) {
      answer = await jar.fetch(location);
      continue;
    }
    const form = parseForm(answer.text, answer.url);
    if (!form || answer.status >= 400)
      throw new Error(`${answer.status} ${answer.url.pathname}: ${plain(answer.text)}`);
    pages.push(/<title>([^<]*)/.exec(answer.text)?.[1] ?? '');
    answer = await jar.fetch(form.action, fillIn(form, options));
  }
  throw new Error('the sign-in does not come to an end');
}

/** A form as it is submitted by the button that the person presses. */
function fillIn(
  form: Form,
  options: Omit<SignInOptions, keyof AuthorizationRequestOptions>,
): URLSearchParams {
  const fields = new URLSearchParams(form.fields);
  if (form.names.includes('password')) {
    fields.set('username', options.username);
    fields.set('password', options.password);
    fields.set('decision', options.cancel ? 'cancel' : 'sign-in');
    return fields;
  }
  const ticked = fields.getAll('scope').filter((scope) => !options.untick?.includes(scope));
  fields.delete('scope');
  for (const scope of [...ticked, ...(options.forge ?? [])]) fields.append('scope', scope);
  if (form.names.includes('decision')) fields.set('decision', options.deny ? 'deny' : 'allow');
  return fields;
}

function callbackOf(callback: URLSearchParams) {
  const value = (name: string) => callback.get(name) ?? undefined;
  return { callback, code: value('code'), error: value('error'), iss: value('iss') };
}

function plain(markup: string): string {
  const body = markup.replace(/<style[\s\S]*?<\/style>/g, '').replace(/<[^>]+>/g, ' ');
  return body.replace(/\s+/g, ' ').trim();
}

/** The token endpoint's answer: status and JSON, whether tokens or an error. */
export interface TokenAnswer {
  status: number;
  access_token?: string;
  refresh_token?: string;
  id_token?: string;
  scope?: string;
  expires_in?: number;
  token_type?: string;
  error?: string;
  error_description?: string;
}

/** Exchanges an authorization code for tokens (RFC 6749 §4.1.3); `parameters` replace or, if `undefined`, leave out. */
export async function exchangeCode(
  signIn: Pick<SignInResult, 'code' | 'codeVerifier' | 'redirectUri'> & { issuer: string },
  parameters: Readonly<Record<string, string | undefined>> = {},
): Promise<TokenAnswer> {
  return tokenRequest(signIn.issuer, {
    grant_type: 'authorization_code',
    client_id: appClientId,
    code: signIn.code,
    code_verifier: signIn.codeVerifier,
    redirect_uri: signIn.redirectUri,
    ...parameters,
  });
}

/** Uses a refresh token (RFC 6749 §6). @param scope what it is to be for; left out, "as before" */
export async function refresh({
  issuer,
  refreshToken,
  scope,
}: {
  issuer: string;
  refreshToken: string | undefined;
  scope?: string | undefined;
}): Promise<TokenAnswer> {
  return tokenRequest(issuer, {
    grant_type: 'refresh_token',
    client_id: appClientId,
    refresh_token: refreshToken,
    scope,
  });
}

/** A token for a program, without a person (RFC 6749 §4.4); Auth0 wants an `audience`, the others do not read it. */
export async function machineToken({
  issuer,
  scope,
  audience = 'https://api.claimcheck.local',
}: {
  issuer: string;
  scope?: string;
  audience?: string;
}): Promise<TokenAnswer> {
  const credentials = Buffer.from(`${machineClient.id}:${machineClient.secret}`).toString('base64');
  const headers = { Authorization: `Basic ${credentials}` };
  return tokenRequest(issuer, { grant_type: 'client_credentials', scope, audience }, headers);
}

/** Any request to the token endpoint. */
export async function tokenRequest(
  issuer: string,
  parameters: Readonly<Record<string, string | undefined>>,
  headers: Readonly<Record<string, string>> = {},
): Promise<TokenAnswer> {
  const body = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) body.set(name, value);
  const { token_endpoint: endpoint } = await discover(issuer);
  const response = await fetch(endpoint, { method: 'POST', body, headers });
  return { status: response.status, ...((await response.json()) as object) };
}
