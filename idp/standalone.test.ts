import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { decodeJwt } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freePort } from '../test/free-port';
import { signInOverHttp } from '../test/idp/client';
import { exampleConfig, type OwnConfig, readOwnConfig } from './own-config';
import { exampleText, type Standalone, startStandalone } from './standalone';

let folder: string;
let file: string;
const said: string[] = [];
const running: Standalone[] = [];
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'claimcheck-own-'));
  file = path.join(folder, 'idp.json');
  said.length = 0;
});
afterEach(async () => {
  for (const one of running.splice(0)) await one.close();
  await rm(folder, { recursive: true });
});

const write = (changes: object = {}) => writeFile(file, JSON.stringify({ ...exampleConfig, ...changes }));

async function started(changes: object = {}): Promise<Standalone> {
  await write(changes);
  const provider = await startStandalone({ file, port: await freePort(), say: (line) => said.push(line) });
  if ('complaints' in provider) throw new Error(provider.complaints.join('\n'));
  running.push(provider);
  return provider;
}

const redirectUri = 'http://localhost:3000/auth/callback';

/** By code and PKCE, as the person's browser and the app do it together. */
async function tokensFor(issuer: string, person: { username: string; password: string; scopes: string[] }) {
  const signedIn = await signInOverHttp({
    ...{ issuer, appBaseUrl: 'http://localhost:3000', ...person, parameters: { client_id: 'my-app' } },
  });
  const answer = await fetch(`${issuer}/token`, {
    method: 'POST',
    body: new URLSearchParams({
      ...{ grant_type: 'authorization_code', client_id: 'my-app', redirect_uri: redirectUri },
      ...{ code: signedIn.code ?? '', code_verifier: signedIn.codeVerifier },
    }),
  });
  return answer.json() as Promise<{ access_token: string; id_token: string; refresh_token?: string }>;
}

async function machineToken(issuer: string, secret: string): Promise<Response> {
  return fetch(`${issuer}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`my-machine:${secret}`).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'orders:read' }),
  });
}

describe('the development provider with a file of one’s own', () => {
  it('signs in its own people at its own client, with their claims', async () => {
    const { issuer } = await started();
    const scopes = ['openid', 'profile', 'orders:read', 'orders:write'];
    const tokens = await tokensFor(issuer, { username: 'ada', password: 'lovelace', scopes });
    expect(decodeJwt(tokens.access_token)).toMatchObject({
      ...{ iss: issuer, aud: 'https://api.example', client_id: 'my-app', groups: ['engineers'] },
      scope: 'orders:read orders:write',
    });
    expect(decodeJwt(tokens.id_token)).toMatchObject({ name: 'Ada Lovelace', groups: ['engineers'] });
  });

  it('grants nobody more than the file allows them', async () => {
    const { issuer } = await started();
    const scopes = ['openid', 'orders:read', 'orders:write'];
    const { access_token: token } = await tokensFor(issuer, { username: 'max', password: 'newman', scopes });
    expect(decodeJwt(token).scope).toBe('orders:read');
  });

  it('knows neither our people nor our client', async () => {
    const { issuer } = await started();
    const person = { username: 'alice', password: 'wonderland', scopes: ['openid'] };
    await expect(tokensFor(issuer, person)).rejects.toThrow();
    const asked = new URLSearchParams({
      ...{ client_id: 'claimcheck', redirect_uri: redirectUri, response_type: 'code', scope: 'openid' },
    });
    expect((await fetch(`${issuer}/authorize?${asked}`, { redirect: 'manual' })).status).toBe(400);
  });

  it('sends nobody to an address that is not in the file', async () => {
    const { issuer } = await started();
    const asked = new URLSearchParams({
      ...{
        client_id: 'my-app',
        redirect_uri: 'http://localhost:3001/',
        response_type: 'code',
        scope: 'openid',
      },
    });
    expect((await fetch(`${issuer}/authorize?${asked}`, { redirect: 'manual' })).status).toBe(400);
  });

  it('gives a machine with the right secret a token, and none with another', async () => {
    const { issuer } = await started();
    const { access_token: token } = await (await machineToken(issuer, 'not-a-secret')).json();
    expect(decodeJwt(token)).toMatchObject({ sub: 'my-machine', scope: 'orders:read' });
    expect((await machineToken(issuer, 'another')).status).toBe(401);
  });

  it('takes what changes in the file without a restart, and tokens stay good', async () => {
    const provider = await started();
    const keys = async () => (await (await fetch(`${provider.issuer}/.well-known/jwks.json`)).json()).keys;
    const before = await keys();
    await write({ people: [{ username: 'new', password: 'comer' }] });
    provider.reload();
    expect(said.at(-1)).toMatch(/has changed, and is in use/);
    const person = { username: 'new', password: 'comer', scopes: ['openid'] };
    expect((await tokensFor(provider.issuer, person)).id_token).toBeDefined();
    expect(await keys()).toEqual(before);
  });

  it('goes on as before where the new file is wrong, and says what is', async () => {
    const provider = await started();
    await writeFile(file, '{');
    provider.reload();
    expect(said.at(-1)).toMatch(/is no JSON: .* The settings before it stay\.$/);
    expect((await machineToken(provider.issuer, 'not-a-secret')).status).toBe(200);
  });

  it('does not start with a wrong file', async () => {
    await writeFile(file, JSON.stringify({ ...exampleConfig, clients: [] }));
    const result = await startStandalone({ file, port: await freePort(), say: () => undefined });
    expect(result).toMatchObject({ complaints: [expect.stringMatching(/^clients: /)] });
    expect(await startStandalone({ file: `${file}.not`, say: () => undefined })).toEqual({
      complaints: ['cannot be read'],
    });
  });
});

describe('the file', () => {
  const complaintsOn = (changes: object) => {
    const found = readOwnConfig(JSON.stringify({ ...exampleConfig, ...changes }));
    return 'complaints' in found ? found.complaints : [];
  };
  const client = { id: 'a', redirectUris: ['http://localhost:3000/cb'] };

  it('that --init writes is right', () => {
    expect(readOwnConfig(exampleText())).toHaveProperty('config');
  });

  it.each<[string, object, string]>([
    [
      'an address elsewhere',
      { clients: [{ ...client, redirectUris: ['https://example.com/cb'] }] },
      'clients[0].redirectUris[0]: must be on loopback',
    ],
    [
      'an address that is none',
      { clients: [{ ...client, redirectUris: ['app:/cb'] }] },
      'clients[0].redirectUris[0]: must be an http or https URL',
    ],
    [
      'a misspelt member',
      { clients: [{ ...client, redirectUri: 'x' }] },
      'clients[0]: Unrecognized key: "redirectUri"',
    ],
    [
      'a client that can do nothing',
      { clients: [{ id: 'a' }] },
      'clients[0]: needs redirectUris for people, or a secret',
    ],
    ['the same client twice', { clients: [client, client] }, 'clients[1]: "a" is there twice'],
    [
      'the same person twice',
      { people: ['p', 'p'].map((username) => ({ username, password: 'x' })) },
      'people[1]: "p" is there twice',
    ],
    [
      'a scope that the API has not',
      { people: [{ username: 'p', password: 'x', scopes: ['nope'] }] },
      'people[0].scopes[0]: "nope" is no scope',
    ],
    [
      'scopes in one string',
      { api: { audience: 'x', scopes: [{ name: 'a b' }] } },
      'api.scopes[0].name: must be one scope value',
    ],
    ['a port that is none', { port: 0 }, 'port: '],
    ['no API', { api: undefined }, 'api: '],
  ])('with %s is refused, with its place', (_, changes, complaint) => {
    expect(complaintsOn(changes).join('\n')).toContain(complaint);
  });

  it('says everything that is wrong at once', () => {
    expect(
      complaintsOn({ port: 0, accessTokenTtl: 'x' } satisfies Partial<Record<keyof OwnConfig, unknown>>),
    ).toHaveLength(2);
  });
});
