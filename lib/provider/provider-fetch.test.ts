import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { privateCertificate } from '../../test/certificate';
import { testSettings } from '../../test/provider/settings';
import type { ProxySettings } from '../config/proxy';
import { fetchJson } from '../remote';
import { discover } from './discovery';
import { leadsBy, providerFetch, userAgent, version } from './provider-fetch';
import { clientCredentials, exchangeCode, revoke } from './token-endpoint';

/** What an HTTP proxy was asked for (RFC 9110 §9.3.6), and what it does. */
interface TestProxy {
  readonly settings: ProxySettings;
  readonly asked: { target: string | undefined; authorization: string | undefined }[];
  status: number;
}

const open: Server[] = [];
afterEach(() => {
  for (const server of open.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

async function listen(server: Server): Promise<number> {
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** Leads every host to one port of this machine, as the provider's network would. */
async function startProxy(port: number, changes: Partial<ProxySettings> = {}): Promise<TestProxy> {
  const server = createServer((_request, response) => response.writeHead(405).end());
  const own = await listen(server);
  const settings = { url: `http://127.0.0.1:${own}`, authorization: undefined, except: [], ...changes };
  const proxy: TestProxy = { settings, asked: [], status: 200 };
  server.on('connect', ({ url, headers }, socket) => {
    proxy.asked.push({ target: url, authorization: headers['proxy-authorization'] });
    if (proxy.status !== 200) return void socket.end(`HTTP/1.1 ${proxy.status} No\r\n\r\n`);
    const way = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      way.pipe(socket).pipe(way);
    });
    for (const end of [way, socket]) end.on('error', () => [way, socket].map((other) => other.destroy()));
  });
  return proxy;
}

const seen: {
  path: string | undefined;
  host: string | undefined;
  agent: string | undefined;
  body: string;
}[] = [];
let port: number;
beforeEach(async () => {
  seen.length = 0;
  port = await listen(
    createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      const { host, 'user-agent': agent } = request.headers;
      seen.push({ path: request.url, host, agent, body });
      const issuer = `http://${host}`;
      const document = {
        issuer,
        ...{ authorization_endpoint: 'https://id.example/a', token_endpoint: 'https://id.example/t' },
        ...{ jwks_uri: 'https://id.example/j', access_token: 'a.b.c', token_type: 'Bearer' },
      };
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(document));
    }),
  );
});

describe('by a proxy', () => {
  it('everything is asked that the provider is asked for: documents, tokens, revocation', async () => {
    const proxy = await startProxy(port);
    const fetch = providerFetch(proxy.settings);
    const settings = testSettings({ issuer: 'http://id.example' });
    expect((await discover(fetch, settings)).value.issuer).toBe('http://id.example');
    expect((await fetchJson(fetch, 'http://id.example/jwks?appid=1')).json).toHaveProperty('issuer');
    const endpoint = { fetch, url: 'http://id.example/token', client: clientCredentials(settings) };
    const code = { code: 'c', codeVerifier: 'v', redirectUri: 'https://app.example/auth/callback' };
    expect(await exchangeCode(endpoint, code)).toMatchObject({ outcome: 'granted' });
    expect(await revoke(endpoint, 'refresh-1')).toBe(true);
    expect(seen.map(({ path }) => path)).toEqual([
      '/.well-known/openid-configuration',
      '/jwks?appid=1',
      '/token',
      '/token',
    ]);
    expect(seen[2]?.body).toContain('code_verifier=v');
    for (const { host, agent } of seen)
      expect({ host, agent }).toEqual({ host: 'id.example', agent: userAgent });
    expect(new Set(proxy.asked.map(({ target }) => target))).toEqual(new Set(['id.example:80']));
  });

  it('TLS is spoken with the provider, not with the proxy, and its certificate is checked', async () => {
    const certificate = privateCertificate();
    const secure = await listen(createTlsServer(certificate, (_request, response) => response.end('{}')));
    const proxy = await startProxy(secure);
    const asked = fetchJson(providerFetch(proxy.settings), 'https://id.example/jwks');
    await expect(asked).rejects.toMatchObject({
      name: 'RemoteError',
      message: expect.stringMatching(/CERT|SIGNED/),
    });
    expect(proxy.asked.map(({ target }) => target)).toEqual(['id.example:443']);
  });

  it('TLS that is trusted brings the answer', async () => {
    // In place of NODE_EXTRA_CA_CERTS, which Node reads at its start.
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
    const secure = await listen(
      createTlsServer(privateCertificate(), (request, response) =>
        response.end(JSON.stringify({ host: request.headers.host })),
      ),
    );
    const proxy = await startProxy(secure);
    const { json } = await fetchJson(providerFetch(proxy.settings), 'https://id.example:8443/jwks');
    expect(json).toEqual({ host: 'id.example:8443' });
    expect(proxy.asked.map(({ target }) => target)).toEqual(['id.example:8443']);
    vi.unstubAllEnvs();
  });

  it('its credentials go to it, and nowhere else', async () => {
    const proxy = await startProxy(port, { authorization: 'Basic dXNlcjpwYXNz' });
    await fetchJson(providerFetch(proxy.settings), 'http://id.example/x');
    expect(proxy.asked[0]?.authorization).toBe('Basic dXNlcjpwYXNz');
    expect(JSON.stringify(seen)).not.toContain('dXNlcjpwYXNz');
  });

  it.each([403, 407, 502])(
    'that answers %i is named, with the setting and without its credentials',
    async (status) => {
      const proxy = await startProxy(port, { authorization: 'Basic dXNlcjpwYXNz' });
      proxy.status = status;
      const error = await fetchJson(providerFetch(proxy.settings), 'http://id.example/x').catch(
        (e: unknown) => e,
      );
      expect(error).toMatchObject({
        code: 'unreachable',
        message: expect.stringContaining(`by the proxy ${proxy.settings.url} (the proxy answered ${status})`),
        hint: expect.stringContaining('HTTPS_PROXY'),
      });
      expect(JSON.stringify(error) + String(error)).not.toContain('dXNlcjpwYXNz');
      expect(seen).toEqual([]);
    },
  );

  it('that does not listen is named', async () => {
    const settings = { url: 'http://127.0.0.1:1', authorization: undefined, except: [] };
    await expect(fetchJson(providerFetch(settings), 'http://id.example/x')).rejects.toMatchObject({
      message: expect.stringContaining('by the proxy http://127.0.0.1:1 (ECONNREFUSED)'),
    });
  });

  it('time runs out as it does without one', async () => {
    const hung = await startProxy(await listen(createServer(() => undefined)));
    const signal = AbortSignal.timeout(30);
    const asked = providerFetch(hung.settings)('http://id.example/x', { signal });
    await expect(asked).rejects.toMatchObject({ name: 'TimeoutError' });
  });
});

describe('without a proxy', () => {
  it('Node’s own fetch asks, under a name of our own', async () => {
    await fetchJson(providerFetch(undefined), `http://127.0.0.1:${port}/x`);
    expect(seen).toMatchObject([{ path: '/x', agent: `Claimcheck/${version}` }]);
  });

  it('this machine is asked although one is configured', async () => {
    const proxy = await startProxy(port);
    await fetchJson(providerFetch(proxy.settings), `http://127.0.0.1:${port}/x`);
    await fetchJson(providerFetch(proxy.settings), `http://localhost:${port}/x`);
    expect(proxy.asked).toEqual([]);
    expect(seen).toHaveLength(2);
  });

  it('what NO_PROXY lists is asked directly', async () => {
    const straight = vi.fn(async () => new Response('{}'));
    const settings = { url: 'http://127.0.0.1:1', authorization: undefined, except: ['id.example'] };
    await fetchJson(providerFetch(settings, straight), 'https://id.example/x');
    expect(straight).toHaveBeenCalledTimes(1);
  });
});

it.each([
  ['https://id.example/', ['id.example'], false],
  ['https://eu.id.example/', ['id.example'], false],
  ['https://eu.id.example/', ['.id.example'], false],
  ['https://eu.id.example/', ['*.id.example'], false],
  ['https://evil-id.example/', ['id.example'], true],
  ['https://id.example.evil/', ['id.example'], true],
  ['https://id.example/', ['id.example:443'], false],
  ['https://id.example/', ['id.example:8443'], true],
  ['https://id.example:8443/', ['id.example:8443'], false],
  ['https://id.example/', ['*'], false],
  ['https://id.example/', ['other', '10.0.0.0/8'], true],
  ['https://[::1]:4000/', [], false],
  ['https://127.1.2.3/', [], false],
  ['https://x.localhost/', [], false],
  ['https://10.0.0.1/', ['10.0.0.1'], false],
])('%s with NO_PROXY %j: by the proxy %s', (url, except, expected) => {
  expect(leadsBy({ url: 'http://p', authorization: undefined, except }, new URL(url))).toBe(expected);
});

it('the version in the name is that of the package', () => {
  const { version: ours } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  expect(version).toBe(ours);
});
