import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a provider's server may do to those who ask for its documents. */
export type Behaviour =
  | 'normal'
  | 'down'
  | 'error'
  | 'html'
  | 'empty'
  | 'truncated'
  | 'hung'
  | 'stalled'
  | 'slow'
  | 'redirect_same_origin'
  | 'redirect_other_origin'
  | 'redirect_loop'
  | 'huge';

/** A real HTTP server on a free port of 127.0.0.1 with a discovery document and a key set. */
export interface KeyServer {
  readonly origin: string;
  readonly jwksUri: string;
  behaviour: Behaviour;
  /** The published keys; replace them to rotate. */
  keys: readonly unknown[];
  /** Further members of the discovery document. */
  metadata: Readonly<Record<string, unknown>>;
  /** Sent as `Cache-Control` where set. */
  cacheControl: string | undefined;
  /** Requests so far for a path, or for all. */
  requests(path?: string): number;
  /** Answers, normally, all who hang. */
  release(): void;
  close(): Promise<void>;
}

export const discoveryPath = '/.well-known/openid-configuration';
export const jwksPath = '/jwks';

export async function startKeyServer(keys: readonly unknown[] = []): Promise<KeyServer> {
  const seen: string[] = [];
  const hanging: (() => void)[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? '/';
    seen.push(path);
    misbehaviours[keyServer.behaviour]({
      response,
      keyServer,
      path,
      answer: () => answer(keyServer, path, response),
      hang: (finish) => hanging.push(finish),
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const keyServer: KeyServer = {
    origin,
    jwksUri: `${origin}${jwksPath}`,
    behaviour: 'normal',
    keys,
    metadata: {},
    cacheControl: undefined,
    requests: (path) => seen.filter((one) => path === undefined || one === path).length,
    release: () => {
      for (const finish of hanging.splice(0)) finish();
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return keyServer;
}

interface Exchange {
  readonly response: ServerResponse;
  readonly keyServer: KeyServer;
  readonly path: string;
  readonly answer: () => void;
  readonly hang: (finish: () => void) => void;
}

const redirect = (response: ServerResponse, location: string) =>
  void response.writeHead(302, { location }).end();

const misbehaviours: Record<Behaviour, (exchange: Exchange) => void> = {
  normal: ({ answer }) => answer(),
  down: ({ response }) => void response.socket?.destroy(),
  error: ({ response }) => void response.writeHead(500).end('{"error":"server_error"}'),
  html: ({ response }) => void response.setHeader('content-type', 'text/html').end('<!doctype html><p>Hi'),
  empty: ({ response }) => void response.end(),
  truncated({ response }) {
    response.setHeader('content-length', 1_000);
    response.write('{"keys":[', () => response.socket?.destroy());
  },
  hung: ({ answer, hang }) => hang(answer),
  stalled({ response, hang }) {
    response.write('{"keys":');
    hang(() => response.end('[]}'));
  },
  slow: ({ answer }) => void setTimeout(answer, 60),
  redirect_same_origin: ({ response, answer, path }) =>
    path.endsWith('?moved') ? answer() : redirect(response, `${path}?moved`),
  redirect_other_origin: ({ response, keyServer, path }) =>
    redirect(response, `${keyServer.origin.replace('127.0.0.1', 'localhost')}${path}`),
  redirect_loop: ({ response, path }) => redirect(response, path),
  huge: ({ response }) => void response.end(`{"keys":[],"padding":"${'x'.repeat(600 * 1024)}"}`),
};

function answer(keyServer: KeyServer, path: string, response: ServerResponse) {
  const { origin, jwksUri, keys, metadata, cacheControl } = keyServer;
  const documents: Record<string, unknown> = {
    [discoveryPath]: {
      issuer: origin,
      authorization_endpoint: `${origin}/authorize`,
      token_endpoint: `${origin}/token`,
      jwks_uri: jwksUri,
      ...metadata,
    },
    [jwksPath]: { keys },
  };
  const document = documents[path.replace(/\?.*/, '')];
  if (cacheControl) response.setHeader('cache-control', cacheControl);
  response.setHeader('content-type', 'application/json');
  response.writeHead(document ? 200 : 404).end(JSON.stringify(document ?? {}));
}
