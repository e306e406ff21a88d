import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a fake endpoint answers. */
export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A real HTTP server that behaves like somebody's authorization server, as far as a doctor can see. */
export interface AuthorizationServer {
  readonly origin: string;
  /** Members that are added to the metadata; `undefined` takes one away. */
  metadata: Record<string, unknown>;
  /** The whole key set document. */
  keySet: unknown;
  /** Headers of discovery and key set. */
  headers: Record<string, string>;
  /** Answers, by path; the default is a healthy provider that nobody is signed in at. */
  authorize: (query: URLSearchParams) => Answer;
  token: (form: URLSearchParams, request: IncomingMessage) => Answer;
  /** Paths that never answer. */
  readonly hung: Set<string>;
  /** Requests so far, as `GET /path`. */
  readonly requests: string[];
  close(): Promise<void>;
}

export const json = (body: unknown, status = 200): Answer => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

export const page = (body: string, status = 200): Answer => ({
  status,
  headers: { 'content-type': 'text/html' },
  body,
});

export const redirectTo = (location: string): Answer => ({ status: 302, headers: { location } });

/** An answer at the redirect URI of the request. */
export function callback(query: URLSearchParams, parameters: Record<string, string>): Answer {
  const url = new URL(query.get('redirect_uri') ?? '');
  const state = query.get('state') ?? '';
  for (const [name, value] of Object.entries({ ...parameters, state })) url.searchParams.set(name, value);
  return redirectTo(url.href);
}

const endpoints = (origin: string) => ({
  issuer: origin,
  authorization_endpoint: `${origin}/authorize`,
  token_endpoint: `${origin}/token`,
  jwks_uri: `${origin}/jwks`,
  end_session_endpoint: `${origin}/logout`,
  code_challenge_methods_supported: ['S256'],
  scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
});

export async function startAuthorizationServer(keys: readonly unknown[]): Promise<AuthorizationServer> {
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const fake: AuthorizationServer = {
    origin,
    metadata: {},
    keySet: { keys },
    headers: {},
    authorize: (query) => callback(query, { error: 'login_required' }),
    token: () => json({ error: 'invalid_grant' }, 400),
    hung: new Set(),
    requests: [],
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', origin);
    fake.requests.push(`${request.method} ${pathname}`);
    if (fake.hung.has(pathname)) return;
    if (pathname === '/authorize') return send(response, fake.authorize(searchParams));
    if (pathname === '/token') return send(response, fake.token(await formOf(request), request));
    const documents: Record<string, unknown> = {
      '/.well-known/openid-configuration': { ...endpoints(origin), ...fake.metadata },
      '/jwks': fake.keySet,
    };
    const document = documents[pathname];
    const found = document === undefined ? json({}, 404) : json(document);
    send(response, { ...found, headers: { ...found.headers, ...fake.headers } });
  }
  return fake;
}

async function formOf(request: IncomingMessage): Promise<URLSearchParams> {
  let text = '';
  for await (const chunk of request) text += chunk;
  return new URLSearchParams(text);
}

function send(response: ServerResponse, { status = 200, headers = {}, body = '' }: Answer): void {
  response.writeHead(status, { ...headers }).end(body);
}
