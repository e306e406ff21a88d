import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import {
  accessClaims,
  forge,
  headerOf,
  newTokenContext,
  type Signer,
  type TokenContext,
} from '../../test/token/tokens';
import { type RunningApp, startApp } from './app';
import { cookieOf, sameOrigin } from './session';

/** An answer as it goes over the wire: text as it is, anything else as JSON. */
export interface QuirkyAnswer {
  readonly status?: number;
  readonly body: unknown;
}

/** What a token endpoint was asked, and what an ordinary one would answer. */
export interface TokenRequest {
  readonly form: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly usual: Record<string, unknown>;
}

type Json = Readonly<Record<string, unknown>>;

/** What a provider does its own way. Nothing said: what the specifications say. */
export interface Quirks {
  readonly discovery?: (usual: Json) => unknown;
  readonly keySet?: (usual: { keys: readonly object[] }) => unknown;
  readonly signIn?: (request: TokenRequest) => QuirkyAnswer;
  readonly refresh?: (request: TokenRequest) => QuirkyAnswer;
  /** Claims of access tokens beyond the usual ones; `undefined` leaves one out. */
  readonly access?: Json;
  readonly accessHeader?: Json;
  /** The key that signs; it is published in any case. */
  readonly signer?: Signer;
  readonly idToken?: Json;
  readonly userinfo?: (headers: IncomingMessage['headers']) => QuirkyAnswer;
  /** Seconds that an access token of a sign-in has left; below 0 it has to be renewed at once. */
  readonly lifetime?: number;
}

/** A request that the provider got. */
export interface SeenRequest {
  readonly method: string;
  /** With its query. */
  readonly url: string;
  readonly form: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
}

/** An OpenID provider on a free port that can be told to misbehave. It rotates refresh tokens, and ends a family at reuse. */
export interface QuirkyProvider {
  readonly issuer: string;
  readonly context: TokenContext;
  quirks: Quirks;
  readonly seen: SeenRequest[];
  /** The refresh calls so far. */
  refreshes(): SeenRequest[];
  close(): Promise<void>;
}

export async function startQuirkyProvider(quirks: Quirks = {}): Promise<QuirkyProvider> {
  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const context = await newTokenContext({ issuer, now: 0 });
  const provider: QuirkyProvider = {
    issuer,
    context,
    quirks,
    seen: [],
    refreshes: () => provider.seen.filter(({ form }) => form.get('grant_type') === 'refresh_token'),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  const valid = new Set<string>();

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', url = '/', headers } = request;
    const form = new URLSearchParams(await text(request));
    provider.seen.push({ method, url, form, headers });
    const answer = answerTo(new URL(url, issuer).pathname, form, headers);
    const { body, status = 200 } = answer ?? { status: 404, body: {} };
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  }

  function answerTo(
    path: string,
    form: URLSearchParams,
    headers: IncomingMessage['headers'],
  ): QuirkyAnswer | undefined {
    const { discovery, keySet, userinfo } = provider.quirks;
    if (path === '/.well-known/openid-configuration') {
      return { body: discovery?.(metadataOf(issuer)) ?? metadataOf(issuer) };
    }
    if (path === '/jwks') {
      const usual = { keys: context.published };
      return { body: keySet?.(usual) ?? usual };
    }
    if (path === '/userinfo') return userinfo?.(headers);
    return path === '/token' ? tokenAnswer(form, headers) : undefined;
  }

  function tokenAnswer(form: URLSearchParams, headers: IncomingMessage['headers']): QuirkyAnswer {
    const { signIn, refresh, lifetime = 300 } = provider.quirks;
    const spent = form.get('refresh_token');
    if (spent === null) {
      const usual = grant(lifetime, form.get('code')?.replace(/^code-/, ''));
      return signIn?.({ form, headers, usual }) ?? { body: usual };
    }
    if (!valid.delete(spent)) {
      valid.clear();
      return { status: 400, body: { error: 'invalid_grant', error_description: 'it was used before' } };
    }
    const usual = grant(300);
    const answer = refresh?.({ form, headers, usual });
    // What was refused was not spent.
    if (answer && (answer.status ?? 200) >= 400) valid.add(spent);
    return answer ?? { body: usual };
  }

  function grant(lifetime: number, nonce?: string): Record<string, unknown> {
    const { access, accessHeader, idToken, signer = context.rsa } = provider.quirks;
    const now = Math.floor(Date.now() / 1_000);
    const refreshToken = `refresh-${now}-${provider.seen.length}`;
    valid.add(refreshToken);
    const timed = { ...context, now };
    const claims = accessClaims(timed, { exp: now + lifetime, jti: refreshToken, ...access });
    const identity = { iss: issuer, sub: 'user-1', aud: context.clientId, iat: now, exp: now + 3_600 };
    const person = { name: 'Alice Liddell', nonce, ...idToken };
    return {
      access_token: forge(headerOf(signer, accessHeader), claims, signer),
      token_type: 'Bearer',
      expires_in: Math.max(1, lifetime),
      refresh_token: refreshToken,
      id_token: forge(headerOf(context.rsa, { typ: 'JWT' }), { ...identity, ...person }, context.rsa),
    };
  }

  return provider;
}

const metadataOf = (issuer: string): Json => ({
  issuer,
  authorization_endpoint: `${issuer}/authorize`,
  token_endpoint: `${issuer}/token`,
  userinfo_endpoint: `${issuer}/userinfo`,
  end_session_endpoint: `${issuer}/logout`,
  jwks_uri: `${issuer}/jwks`,
});

/** The app in front of such a provider. */
export interface AppAtQuirkyProvider {
  readonly app: RunningApp;
  readonly provider: QuirkyProvider;
  /** Redeems a code at the app, as its own page would. */
  redeem(): Promise<Response>;
  /** The same to its good end. @returns the header that carries the session */
  signIn(): Promise<{ cookie: string }>;
  stop(): Promise<void>;
}

export async function startAtQuirkyProvider(
  quirks: Quirks = {},
  env: Record<string, string> = {},
): Promise<AppAtQuirkyProvider> {
  const provider = await startQuirkyProvider(quirks);
  const { issuer, context } = provider;
  const settings = {
    OIDC_ISSUER: issuer,
    OIDC_CLIENT_ID: context.clientId,
    OIDC_CLIENT_SECRET: 'wonderland-secret',
    OIDC_AUDIENCE: context.audience,
    SESSION_SECRET: 's'.repeat(40),
    ...env,
  };
  const app = await startApp({ env: settings });
  const redeem = () => {
    const nonce = crypto.randomUUID();
    const body = new URLSearchParams({
      grant_type: 'authorization_code',
      code: `code-${nonce}`,
      code_verifier: 'v'.repeat(43),
      nonce,
      redirect_uri: `${app.baseUrl}/auth/callback`,
    });
    return fetch(`${app.baseUrl}/auth/token`, { method: 'POST', body, headers: sameOrigin });
  };
  return {
    app,
    provider,
    redeem,
    async signIn() {
      const answer = await redeem();
      if (answer.status !== 200) throw new Error(`${answer.status}: ${await answer.text()}`);
      return { cookie: cookieOf(answer) };
    },
    async stop() {
      await app.stop();
      await provider.close();
    },
  };
}
