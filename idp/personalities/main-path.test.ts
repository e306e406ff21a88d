import { createRemoteJWKSet, decodeJwt, type JWTPayload, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Personality, personalities } from '../../lib/config/personality';
import {
  discover,
  type Endpoints,
  exchangeCode,
  machineToken,
  refresh,
  type SignInOptions,
  signInOverHttp,
  tokenRequest,
} from '../../test/idp/client';
import { askedAs, startTestProvider, type TestProvider } from '../../test/idp/provider';
import { appClientId, machineClient } from '../clients';

const audience = 'https://api.claimcheck.local';

/** What an app has to know about a provider beforehand. */
interface Known {
  /** Scopes beside the API's. */
  scopes: string[];
  /** Parameters beside the usual ones. */
  parameters?: Record<string, string>;
  machineScope: string;
  /** What a refresh names, where it must. */
  refreshScope?: string;
  /** How a sign-out is asked for. */
  signOut(idToken: string): Record<string, string>;
  scopesIn(token: JWTPayload): unknown;
}

const app = 'http://localhost:3000/';
const words = (text: unknown) => (typeof text === 'string' ? text.split(' ') : []);

const known: Record<Personality, Known> = {
  standard: {
    scopes: ['openid', 'profile'],
    machineScope: 'example:note:read',
    signOut: (id_token_hint) => ({ id_token_hint, post_logout_redirect_uri: app }),
    scopesIn: ({ scope }) => words(scope),
  },
  cognito: {
    scopes: ['openid', 'profile'],
    machineScope: 'example/note:read',
    signOut: () => ({ client_id: 'claimcheck', logout_uri: app }),
    scopesIn: ({ scope }) => words(scope).filter((value) => value.includes('/')),
  },
  auth0: {
    scopes: ['openid', 'profile', 'offline_access'],
    parameters: { audience },
    machineScope: 'example:note:read',
    signOut: (id_token_hint) => ({ id_token_hint, post_logout_redirect_uri: app }),
    scopesIn: ({ scope }) => words(scope).filter((value) => value.includes(':')),
  },
  entra: {
    scopes: ['openid', 'profile', 'offline_access'],
    machineScope: 'api://claimcheck/.default',
    refreshScope: 'openid profile offline_access api://claimcheck/note:read api://claimcheck/note:create',
    signOut: () => ({ post_logout_redirect_uri: app }),
    scopesIn: ({ scp }) => words(scp).map((name) => `api://claimcheck/${name}`),
  },
  keycloak: {
    scopes: ['openid', 'profile'],
    machineScope: 'example:note:read',
    signOut: (id_token_hint) => ({ id_token_hint, post_logout_redirect_uri: app }),
    scopesIn: ({ scope }) => words(scope).filter((value) => value.includes(':')),
  },
};

describe.each(personalities)('the personality %s', (personality) => {
  const { scopes, parameters, machineScope, refreshScope: scope, signOut, scopesIn } = known[personality];
  const [read, create] = [askedAs(personality, 'note:read'), askedAs(personality, 'note:create')];
  let idp: TestProvider;
  let endpoints: Endpoints;
  beforeAll(async () => {
    idp = await startTestProvider({ personality });
    endpoints = await discover(idp.issuer);
  });
  afterAll(() => idp.remove());

  const signIn = (username: string, more: Partial<SignInOptions> = {}) =>
    signInOverHttp({
      ...idp,
      username,
      password: 'wonderland',
      scopes: [...scopes, read, create],
      ...more,
      parameters: { ...parameters, ...more.parameters },
    });
  const verified = (token: string | undefined, expected?: string) =>
    jwtVerify(token ?? '', createRemoteJWKSet(new URL(endpoints.jwks_uri)), {
      issuer: idp.issuer,
      ...(expected ? { audience: expected } : {}),
    });

  test('names its issuer exactly', () => {
    expect(endpoints.issuer).toBe(idp.issuer);
  });

  test('signs people in, and both tokens verify', async () => {
    const request = await signIn('alice');
    expect(request.callback.get('state')).toBe(request.state);
    expect(request.pages).toEqual([expect.stringMatching(/^Sign in/), expect.stringMatching(/^Allow/)]);
    const tokens = await exchangeCode({ ...request, issuer: idp.issuer });
    const { payload } = await verified(tokens.access_token);
    expect(scopesIn(payload)).toEqual([read, create]);
    const id = await verified(tokens.id_token, 'claimcheck');
    expect(id.payload).toMatchObject({ nonce: request.nonce, name: 'Alice Liddell', sub: payload.sub });
    expect(tokens).toMatchObject({ status: 200, token_type: 'Bearer', refresh_token: expect.any(String) });
  });

  test('grants what was ticked and may be granted', async () => {
    const unticked = await exchangeCode({
      ...(await signIn('alice', { untick: [create] })),
      issuer: idp.issuer,
    });
    expect(scopesIn(decodeJwt(unticked.access_token ?? ''))).toEqual([read]);
    const bob = await exchangeCode({ ...(await signIn('bob', { forge: [create] })), issuer: idp.issuer });
    expect(scopesIn(decodeJwt(bob.access_token ?? ''))).toEqual([read]);
  });

  test('signs in somebody who may be granted nothing', async () => {
    const carol = await exchangeCode({ ...(await signIn('carol')), issuer: idp.issuer });
    expect(scopesIn(decodeJwt(carol.access_token ?? ''))).toEqual([]);
    expect(decodeJwt(carol.id_token ?? '').name).toBe('Carol Duchess');
  });

  test('refreshes', async () => {
    const { issuer } = idp;
    const first = await exchangeCode({ ...(await signIn('alice')), issuer });
    const second = await refresh({ issuer, refreshToken: first.refresh_token, scope });
    expect(second.status).toBe(200);
    const { payload } = await verified(second.access_token);
    expect(scopesIn(payload)).toEqual([read, create]);
    expect(payload.sub).toBe(decodeJwt(first.access_token ?? '').sub);
    await expect(verified(second.id_token, 'claimcheck')).resolves.toBeDefined();
  });

  test('signs people out and leads them back to the app', async () => {
    const { jar, ...request } = await signIn('alice');
    const tokens = await exchangeCode({ ...request, issuer: idp.issuer });
    const url = new URL(endpoints.end_session_endpoint);
    for (const [name, value] of Object.entries(signOut(tokens.id_token ?? '')))
      url.searchParams.set(name, value);
    const silently = () => signIn('alice', { jar, parameters: { prompt: 'none' } });
    expect((await silently()).code).toBeDefined();
    expect((await jar.fetch(url)).location?.href).toBe(app);
    expect((await silently()).error).toBe('login_required');
  });

  test('gives programs tokens of their own', async () => {
    const answer = await machineToken({ issuer: idp.issuer, scope: machineScope });
    const { payload } = await verified(answer.access_token);
    expect(payload.sub).not.toBe('claimcheck');
    expect(answer).not.toHaveProperty('refresh_token');
    expect(answer).not.toHaveProperty('id_token');
  });

  test('lets another person sign in where somebody is signed in', async () => {
    const { jar } = await signIn('alice');
    const other = await signIn('bob', { jar, parameters: { prompt: 'login' } });
    const tokens = await exchangeCode({ ...other, issuer: idp.issuer });
    expect(decodeJwt(tokens.id_token ?? '').name).toBe('Bob Carpenter');
  });

  test('tells the app that a person has cancelled, with the state', async () => {
    const cancelled = await signIn('alice', { cancel: true });
    expect(cancelled.error).toBe('access_denied');
    expect(cancelled.callback.get('state')).toBe(cancelled.state);
  });

  test('keeps everyone signed in over a restart', async () => {
    const { issuer } = idp;
    const tokens = await exchangeCode({ ...(await signIn('alice')), issuer });
    await idp.restart();
    await expect(verified(tokens.access_token)).resolves.toBeDefined();
    expect((await refresh({ issuer, refreshToken: tokens.refresh_token, scope })).status).toBe(200);
  });

  test('publishes keys without anything private', async () => {
    const { keys } = (await (await fetch(endpoints.jwks_uri)).json()) as { keys: object[] };
    expect(keys).toHaveLength(2);
    for (const key of keys) expect(Object.keys(key)).not.toEqual(expect.arrayContaining(['d']));
  });
});

describe.each(personalities)('a confidential app at the personality %s', (personality) => {
  const { scopes, parameters } = known[personality];
  const id = appClientId;
  const clientSecret = 'a-secret-that-the-app-alone-knows';
  let idp: TestProvider;
  beforeAll(async () => {
    idp = await startTestProvider({ personality, clientSecret });
  });
  afterAll(() => idp.remove());

  /** A code with everything that the browser knows of it: whoever steals one has this. */
  const stolen = async () => {
    const person = { username: 'alice', password: 'wonderland' };
    const asked = [...scopes, askedAs(personality, 'note:read')];
    const request = await signInOverHttp({
      ...idp,
      ...person,
      scopes: asked,
      ...(parameters && { parameters }),
    });
    return {
      grant_type: 'authorization_code',
      code: request.code,
      code_verifier: request.codeVerifier,
      redirect_uri: request.redirectUri,
    };
  };
  const basic = (secret: string) => ({
    Authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
  });

  test('redeems its codes and renews its tokens with its secret, by Basic or in the body', async () => {
    const byBasic = await tokenRequest(idp.issuer, await stolen(), basic(clientSecret));
    expect(byBasic).toMatchObject({ status: 200, access_token: expect.any(String) });
    const credentials = { client_id: id, client_secret: clientSecret };
    const inBody = await tokenRequest(idp.issuer, { ...(await stolen()), ...credentials });
    expect(inBody).toMatchObject({ status: 200, access_token: expect.any(String) });
    // Entra ID wants to be told the scope once more.
    const renewal = { grant_type: 'refresh_token', refresh_token: inBody.refresh_token, scope: inBody.scope };
    expect(await tokenRequest(idp.issuer, { ...renewal, ...credentials })).toMatchObject({ status: 200 });
  });

  test('is the only one that can redeem its codes: without the secret verifier and all are of no use', async () => {
    const fields = await stolen();
    const attempts = [
      tokenRequest(idp.issuer, { ...fields, client_id: id }),
      tokenRequest(idp.issuer, { ...fields, client_id: id, client_secret: 'guessed' }),
      tokenRequest(idp.issuer, { ...fields, client_id: id, client_secret: '' }),
      tokenRequest(idp.issuer, fields, basic('guessed')),
      tokenRequest(idp.issuer, fields, basic('')),
      tokenRequest(idp.issuer, {
        ...fields,
        client_id: machineClient.id,
        client_secret: machineClient.secret,
      }),
    ];
    for (const answer of await Promise.all(attempts)) {
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer).not.toHaveProperty('access_token');
      expect(JSON.stringify(answer)).not.toContain(clientSecret);
    }
  });

  test('is the only one that can use its refresh tokens', async () => {
    const { refresh_token: refreshToken } = await tokenRequest(
      idp.issuer,
      await stolen(),
      basic(clientSecret),
    );
    expect(refreshToken).toBeDefined();
    const answer = await refresh({ issuer: idp.issuer, refreshToken });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer).not.toHaveProperty('access_token');
  });

  test('has its secret shown nowhere', async () => {
    const page = await (await fetch(new URL('/', idp.issuer))).text();
    expect(page).toContain('known to the app alone');
    expect(page).not.toContain(clientSecret);
  });
});
