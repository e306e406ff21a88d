import { createRemoteJWKSet, jwtVerify } from 'jose';
import type { IdentityProviderOptions } from '../../idp/options';
import type { Personality } from '../../lib/config/personality';
import {
  type AuthorizationRequestOptions,
  authorizationRequest,
  CookieJar,
  discover,
  type Endpoints,
  exchangeCode,
  type SignInOptions,
  signInOverHttp,
} from './client';
import { scopesOf, startTestProvider, type TestProvider } from './provider';

/** A running provider of one personality, and what its tests do with it. */
export class TestPersonality {
  private constructor(
    readonly idp: TestProvider,
    readonly endpoints: Endpoints,
    readonly usual: Pick<AuthorizationRequestOptions, 'scopes' | 'parameters'>,
  ) {}

  /** @param usual what every authorization request has unless a test says otherwise. */
  static async start(
    personality: Personality,
    usual: Partial<TestPersonality['usual']> = {},
    overrides: Partial<IdentityProviderOptions> = {},
  ): Promise<TestPersonality> {
    const idp = await startTestProvider({ ...overrides, personality });
    const scopes = ['openid', 'profile', 'email', ...scopesOf(personality).map(({ value }) => value)];
    return new TestPersonality(idp, await discover(idp.issuer), { scopes, ...usual });
  }

  /** Alice signs in, unless somebody else is named. */
  signIn(more: Partial<SignInOptions> = {}) {
    const parameters = { ...this.usual.parameters, ...more.parameters };
    return signInOverHttp({
      ...this.idp,
      ...this.usual,
      username: 'alice',
      password: 'wonderland',
      ...more,
      parameters,
    });
  }

  /** Signs in and redeems the code. */
  async tokens(more: Partial<SignInOptions> = {}) {
    return exchangeCode({ ...(await this.signIn(more)), issuer: this.idp.issuer });
  }

  /** The answer to an authorization request, redirects not followed. */
  async authorize(parameters: AuthorizationRequestOptions['parameters']) {
    const { url } = await authorizationRequest({
      ...this.idp,
      ...this.usual,
      parameters: { ...this.usual.parameters, ...parameters },
    });
    return new CookieJar().fetch(url);
  }

  /** Checks a token's signature and issuer. */
  verify(token: string | undefined, issuer = this.idp.issuer) {
    return jwtVerify(token ?? '', createRemoteJWKSet(new URL(this.endpoints.jwks_uri)), { issuer });
  }

  /** The key set. */
  async keys(): Promise<Record<string, string>[]> {
    const response = await fetch(this.endpoints.jwks_uri);
    return ((await response.json()) as { keys: Record<string, string>[] }).keys;
  }

  /** What the userinfo endpoint says about the bearer of a token. */
  async userinfo(token: string | undefined): Promise<{ status: number; body: unknown }> {
    const { userinfo_endpoint: endpoint = '' } = this.endpoints;
    const response = await fetch(endpoint, { headers: { Authorization: `Bearer ${token}` } });
    return { status: response.status, body: await response.json() };
  }

  /** A form sent to an endpoint: status, type and body of the answer. */
  async post(
    endpoint: string | undefined,
    fields: Record<string, string>,
    headers: Record<string, string> = {},
  ) {
    const response = await fetch(endpoint ?? '', {
      method: 'POST',
      body: new URLSearchParams(fields),
      headers,
    });
    const text = await response.text();
    return { status: response.status, type: response.headers.get('content-type'), text };
  }
}
