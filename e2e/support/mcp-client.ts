import type { OAuthClientProvider } from '@modelcontextprotocol/sdk/client/auth.js';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { OAuthClientInformationMixed, OAuthTokens } from '@modelcontextprotocol/sdk/shared/auth.js';
import { goThrough } from '../../test/idp/client';
import type { RunningApp } from './app';

/** An assistant on somebody's machine that knows the address of the endpoint and nothing else. */
export class Assistant implements OAuthClientProvider {
  readonly redirectUrl = 'http://127.0.0.1:33418/callback';
  readonly clientMetadata;
  /** The authorization requests that a person was sent away with. */
  readonly requests: URL[] = [];
  #information: OAuthClientInformationMixed | undefined;
  #tokens: OAuthTokens | undefined;
  #verifier = '';

  /** @param renews whether it wants a refresh token; with one, the SDK renews where it ought to ask for more scopes */
  constructor({ renews = true } = {}) {
    this.clientMetadata = {
      client_name: 'An assistant',
      redirect_uris: ['https://editor.example/redirect', this.redirectUrl],
      grant_types: ['authorization_code', ...(renews ? ['refresh_token'] : [])],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
    };
  }

  clientInformation = () => this.#information;
  saveClientInformation = (information: OAuthClientInformationMixed) => {
    this.#information = information;
  };
  tokens = () => this.#tokens;
  saveTokens = (tokens: OAuthTokens) => {
    this.#tokens = tokens;
  };
  codeVerifier = () => this.#verifier;
  saveCodeVerifier = (verifier: string) => {
    this.#verifier = verifier;
  };
  redirectToAuthorization = (url: URL) => {
    this.requests.push(url);
  };

  transport(app: RunningApp): StreamableHTTPClientTransport {
    return new StreamableHTTPClientTransport(new URL(`${app.baseUrl}/api/mcp`), { authProvider: this });
  }

  /** Finds out from a 401 where to sign in, has a person do so, and connects with the token. */
  async connect(
    app: RunningApp,
    person: { username?: string; untick?: readonly string[] } = {},
  ): Promise<Client> {
    const first = this.transport(app);
    await new Client({ name: 'assistant', version: '1' }).connect(first).then(
      () => Promise.reject(new Error('connected without a sign-in')),
      () => undefined,
    );
    await this.signIn(first, person);
    return this.reconnect(app);
  }

  /** Connects with the token it has. */
  async reconnect(app: RunningApp): Promise<Client> {
    const client = new Client({ name: 'assistant', version: '1' });
    await client.connect(this.transport(app));
    return client;
  }

  /** Follows the last authorization request and redeems its code. */
  async signIn(
    transport: StreamableHTTPClientTransport,
    { username = 'alice', untick }: { username?: string; untick?: readonly string[] } = {},
  ): Promise<void> {
    const url = this.requests.at(-1);
    if (!url) throw new Error('nobody was asked to sign in');
    const { code, callback } = await goThrough(
      { url, redirectUri: this.redirectUrl },
      { username, password: 'wonderland', untick },
    );
    if (code === undefined) throw new Error(`no code: ${callback}`);
    await transport.finishAuth(code);
  }
}
