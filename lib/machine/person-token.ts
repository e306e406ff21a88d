import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { allActions, scopeFor } from '../access/actions';
import type { Config, ProviderSettings } from '../config';
import { embeddedCli } from '../config/personality';
import { escapeHtml } from '../http/escape-html';
import { smallPage } from '../http/small-page';
import { examineIdToken } from '../openid';
import {
  baseScopes,
  clientCredentials,
  discover,
  exchangeCode,
  type ProviderMetadata,
  type ProviderProfile,
  profileOf,
  resourceParameters,
  type TokenGrant,
  verifierOptions,
} from '../provider';
import { explainError } from '../provider/symptoms';
import type { Fetch } from '../remote';
import { createVerifier } from '../token';
import { missingFrom, asked as nameOf } from './scopes';

export interface PersonTokenRequest {
  readonly config: Pick<Config, 'provider' | 'baseUrl'>;
  /** Actions of the access table, or scope values; empty for all actions. */
  readonly scopes: readonly string[];
  readonly fetch: Fetch;
  /** Of 127.0.0.1, where the browser comes back to; 0 for any that is free. */
  readonly port: number;
  /** Milliseconds until nobody waits any longer. */
  readonly patience: number;
  /** Gets the address at which the person signs in. */
  readonly onAddress: (url: string) => void;
}

/**
 * Gets an access token for the person at this machine: by the browser, with PKCE, and back to a port of this machine
 * (RFC 8252 §7.3). It is judged as the API judges before anybody gets it, and the refresh token is forgotten.
 * @returns the token, and scopes that were asked for and are not in it
 * @throws Error with a sentence for people; it never holds a token, a code or a secret
 */
export async function requestPersonToken(
  request: PersonTokenRequest,
): Promise<{ readonly token: string; readonly missing: readonly string[] }> {
  const { config, fetch, scopes } = request;
  const client = clientSettings(config.provider);
  const profile = profileOf(config.provider);
  const metadata = (await discover(fetch, config.provider)).value;
  const secrets = { state: random(), nonce: random(), codeVerifier: random() };
  const { code, redirectUri } = await codeByBrowser(
    request,
    (to) => authorizationUrl({ metadata, profile, client, scopes, redirectUri: to, ...secrets }),
    { state: secrets.state, issuer: config.provider.issuer },
  );
  const endpoint = { fetch, url: metadata.token_endpoint, client: clientCredentials(client, metadata) };
  const exchange = { code, codeVerifier: secrets.codeVerifier, redirectUri };
  const answer = await exchangeCode(endpoint, exchange, resourceParameters(profile));
  if (answer.outcome === 'unavailable') throw new Error(answer.reason);
  if (answer.outcome !== 'granted') throw refused(answer.error, answer.description);
  await judge(answer.grant, { ...request, client, nonce: secrets.nonce });
  const token = answer.grant.access_token;
  return { token, missing: missingFrom(token, scopes, profile) };
}

/** The embedded provider has a client for this; elsewhere it is the app's own, with this redirect URI registered. */
function clientSettings(provider: ProviderSettings): ProviderSettings {
  if (!provider.embedded) return provider;
  return { ...provider, clientId: embeddedCli.id, clientSecret: undefined, clientKey: undefined };
}

const random = () => randomBytes(32).toString('base64url');

interface AuthorizationParts {
  readonly metadata: ProviderMetadata;
  readonly profile: ProviderProfile;
  readonly client: ProviderSettings;
  readonly scopes: readonly string[];
  readonly redirectUri: string;
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
}

function authorizationUrl(parts: AuthorizationParts): string {
  const { metadata, profile, client, redirectUri, state, nonce, codeVerifier } = parts;
  const named =
    parts.scopes.length > 0
      ? parts.scopes
      : allActions.map((action) => scopeFor(action, profile.requestPrefix));
  // No refresh token is kept, so none is asked for.
  const base = baseScopes(profile, metadata).filter((scope) => scope !== 'offline_access');
  const scope = [...new Set([...base, ...named.map((name) => nameOf(name, profile.requestPrefix))])].join(
    ' ',
  );
  const url = new URL(metadata.authorization_endpoint);
  const parameters = {
    ...profile.authorizeParams,
    response_type: 'code',
    client_id: client.clientId,
    redirect_uri: redirectUri,
    scope,
    state,
    nonce,
    code_challenge: createHash('sha256').update(codeVerifier).digest('base64url'),
    code_challenge_method: 'S256',
  };
  for (const [name, values] of Object.entries(parameters)) {
    url.searchParams.delete(name);
    for (const value of [values].flat()) url.searchParams.append(name, value);
  }
  return url.href;
}

/** Waits at a port of this machine for the browser to come back. */
async function codeByBrowser(
  { port, patience, onAddress }: PersonTokenRequest,
  addressFor: (redirectUri: string) => string,
  expected: { readonly state: string; readonly issuer: string },
): Promise<{ readonly code: string; readonly redirectUri: string }> {
  const server = createServer();
  const redirectUri = `http://127.0.0.1:${await listen(server, port)}/callback`;
  const timer = new AbortController();
  try {
    const code = new Promise<string>((resolve, reject) => {
      server.on('request', (request, response) => {
        const outcome = answerOf(request, expected);
        void send(response, outcome.page);
        if ('code' in outcome) resolve(outcome.code);
        if ('error' in outcome) reject(outcome.error);
      });
      const minutes = Math.round(patience / 60_000);
      const late = setTimeout(
        () => reject(new Error(`Nobody has signed in for ${minutes} minutes.`)),
        patience,
      );
      timer.signal.addEventListener('abort', () => clearTimeout(late));
    });
    onAddress(addressFor(redirectUri));
    return { code: await code, redirectUri };
  } finally {
    timer.abort();
    server.close();
    server.closeIdleConnections();
  }
}

async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        new Error(
          error.code === 'EADDRINUSE'
            ? `Port ${port} of 127.0.0.1 is in use: take another by --port.`
            : error.message,
        ),
      ),
    );
    server.listen(port, '127.0.0.1', resolve);
  });
  return (server.address() as AddressInfo).port;
}

type Outcome = { readonly page: Response } & ({ readonly code: string } | { readonly error: Error } | object);

/** What a request to the port means. One without the right state is somebody else's, and changes nothing. */
function answerOf(
  { method, url = '/' }: IncomingMessage,
  expected: { state: string; issuer: string },
): Outcome {
  const { pathname, searchParams } = new URL(url, 'http://127.0.0.1');
  if (method !== 'GET' || pathname !== '/callback') return { page: page('There is nothing here', '', 404) };
  const issuer = searchParams.get('iss') ?? expected.issuer;
  if (!isSame(searchParams.get('state') ?? '', expected.state) || issuer !== expected.issuer) {
    return { page: page('This is not the sign-in that was begun', 'Go back to the terminal.', 400) };
  }
  const code = searchParams.get('code');
  if (code)
    return {
      code,
      page: page('You are signed in', 'The token is in the terminal. You can close this page.'),
    };
  const error = refused(
    searchParams.get('error') ?? 'no code',
    searchParams.get('error_description') ?? undefined,
  );
  return { error, page: page('There is no token', error.message, 400) };
}

/** Constant in time (both are of one length, or they differ). */
function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

const page = (title: string, sentence: string, status = 200) =>
  smallPage({ title, main: `<p>${escapeHtml(sentence)}</p>`, status });

async function send(response: ServerResponse, answer: Response): Promise<void> {
  const headers = {
    ...Object.fromEntries(answer.headers),
    connection: 'close',
    'referrer-policy': 'no-referrer',
  };
  response.writeHead(answer.status, headers).end(await answer.text());
}

function refused(error: string, description: string | undefined): Error {
  const known = explainError(error, description) ?? `The provider refused (${error}).`;
  return new Error(description ? `${known} It says: ${description}` : known);
}

/** Both tokens, by the rules of the app. */
async function judge(
  { access_token: accessToken, id_token: idToken }: TokenGrant,
  { config, client, fetch, nonce }: PersonTokenRequest & { client: ProviderSettings; nonce: string },
): Promise<void> {
  if (idToken === undefined)
    throw new Error('The provider sent no ID token, so nobody can tell whose token this is.');
  const asClient = createVerifier({ ...verifierOptions({ ...config, provider: client }), fetch });
  const who = await asClient.verdictBy((by) => examineIdToken({ ...by, token: idToken, nonce, accessToken }));
  if (who.outcome !== 'accepted') throw new Error(`The ID token cannot be used: ${whyNot(who)}.`);
  const verdict = await createVerifier({ ...verifierOptions(config), fetch }).verify(accessToken);
  if (verdict.outcome !== 'accepted')
    throw new Error(`This API would not take the token: ${whyNot(verdict)}.`);
}

const whyNot = (
  verdict: { outcome: 'refused'; refusal: { check: string; because: string } } | { outcome: 'unavailable' },
) =>
  verdict.outcome === 'refused'
    ? `the check "${verdict.refusal.check}" failed, ${verdict.refusal.because}`
    : 'the provider’s keys cannot be had';
