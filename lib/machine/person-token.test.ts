import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { goThrough } from '../../test/idp/client';
import { startTestProvider, type TestProvider } from '../../test/idp/provider';
import { personalities } from '../config/personality';
import { type TokenCommandOptions, tokenCommand } from './command';

const alice = { username: 'alice', password: 'wonderland' };

/** What a browser does at the address; it gets the redirect URI, too. */
type Browser = (url: URL, redirectUri: string) => Promise<void>;

const signsIn =
  (how: Partial<Parameters<typeof goThrough>[1]> = {}): Browser =>
  async (url, redirectUri) => {
    const { callback } = await goThrough({ url, redirectUri }, { ...alice, ...how });
    await fetch(`${redirectUri}?${callback}`);
  };

describe.each(personalities)(
  'npm run token -- --sign-in, with the embedded provider as %s',
  (personality) => {
    let idp: TestProvider;
    beforeAll(async () => {
      idp = await startTestProvider({ personality });
    });
    afterAll(() => idp.remove());

    async function signIn(browser: Browser, more: Partial<TokenCommandOptions> = {}) {
      let browsing: Promise<void> | undefined;
      const result = await tokenCommand({
        env: { IDP_PORT: String(idp.options.port), IDP_PERSONALITY: personality },
        directory: idp.options.dataDirectory,
        machineName: 'here',
        scopes: [],
        fetch,
        clock: Date.now,
        signIn: {
          port: 0,
          patience: 60_000,
          onAddress: (address) => {
            const url = new URL(address);
            browsing = browser(url, String(url.searchParams.get('redirect_uri')));
          },
        },
        ...more,
      });
      await browsing;
      return result;
    }

    test('a person gets a token of their own that the API takes, for what they asked', async () => {
      const result = await signIn(signsIn(), { scopes: ['note:read'] });
      if (!('output' in result)) throw new Error(result.complaint);
      const claims = decodeJwt(result.output);
      expect(result.remark).toBeUndefined();
      expect(claims.sub).not.toContain('claimcheck');
      const scopes = String(claims.scope ?? claims.scp);
      expect(scopes).toContain('note:read');
      expect(scopes).not.toContain('note:create');
    });

    test('what they leave unticked is told', async () => {
      const untick = ['example:note:create', 'example/note:create', 'api://claimcheck/note:create'];
      const result = await signIn(signsIn({ untick }), { scopes: ['note:read', 'note:create'] });
      expect(result).toMatchObject({ remark: 'The provider did not grant note:create: the token lacks it.' });
    });

    test('header and claims can be had in its place', async () => {
      const result = await signIn(signsIn(), { decode: true });
      if (!('output' in result)) throw new Error(result.complaint);
      expect(JSON.parse(result.output)).toMatchObject({
        header: { alg: 'RS256' },
        claims: { iss: idp.issuer },
      });
    });

    test('somebody who presses Cancel gets no token, and a sentence', async () => {
      const result = await signIn(signsIn({ cancel: true }));
      expect(result).toMatchObject({ complaint: expect.stringMatching(/^No token: [A-Z]/) });
    });
  },
);

describe('at the port where the browser comes back', () => {
  let idp: TestProvider;
  beforeAll(async () => {
    idp = await startTestProvider();
  });
  afterAll(() => idp.remove());

  const options = (onAddress: (address: string) => void): TokenCommandOptions => ({
    env: { IDP_PORT: String(idp.options.port) },
    directory: idp.options.dataDirectory,
    machineName: 'here',
    scopes: [],
    fetch,
    clock: Date.now,
    signIn: { port: 0, patience: 60_000, onAddress },
  });

  test('a request without the right state, issuer, path or method changes nothing', async () => {
    const statuses: number[] = [];
    const result = await tokenCommand(
      options(async (address) => {
        const url = new URL(address);
        const redirectUri = String(url.searchParams.get('redirect_uri'));
        const state = url.searchParams.get('state');
        const strays = [
          `${redirectUri}?code=stolen`,
          `${redirectUri}?code=stolen&state=${'x'.repeat(String(state).length)}`,
          `${redirectUri}?error=access_denied&state=x`,
          `${redirectUri}?code=stolen&state=${state}&iss=https://evil.example`,
          redirectUri.replace('/callback', '/'),
        ];
        for (const stray of strays) statuses.push((await fetch(stray)).status);
        statuses.push((await fetch(`${redirectUri}?code=stolen&state=${state}`, { method: 'POST' })).status);
        await signsIn()(url, redirectUri);
      }),
    );
    expect(statuses).toEqual([400, 400, 400, 400, 404, 404]);
    expect(result).toMatchObject({ output: expect.stringMatching(/^eyJ/) });
  });

  test('a code that was made up is refused by the provider, in a sentence without it', async () => {
    const result = await tokenCommand(
      options(async (address) => {
        const { searchParams } = new URL(address);
        const parameters = new URLSearchParams({ code: 'made-up', state: String(searchParams.get('state')) });
        await fetch(`${searchParams.get('redirect_uri')}?${parameters}`);
      }),
    );
    expect(result).toMatchObject({ complaint: expect.stringMatching(/^No token: /) });
    expect(JSON.stringify(result)).not.toContain('made-up');
  });

  test('nobody waits for ever', async () => {
    const result = await tokenCommand({
      ...options(() => undefined),
      signIn: { port: 0, patience: 10, onAddress: () => undefined },
    });
    expect(result).toMatchObject({ complaint: expect.stringContaining('Nobody has signed in') });
  });

  test('a port that is taken is named', async () => {
    const result = await tokenCommand({
      ...options(() => undefined),
      signIn: { port: idp.options.port, patience: 10, onAddress: () => undefined },
    });
    expect(result).toMatchObject({ complaint: expect.stringContaining('--port') });
  });
});
