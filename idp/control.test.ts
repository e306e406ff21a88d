import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startTestProvider, type TestProvider } from '../test/idp/provider';

const controlToken = 'the-token-that-was-printed';
let idp: TestProvider;
beforeAll(async () => {
  idp = await startTestProvider({ controlToken });
});
beforeEach(() => tell('recover'));
afterAll(() => idp.remove());

async function tell(command: string, body: object = {}, token = controlToken) {
  const response = await fetch(`${idp.issuer}/control/${command}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, answer: await response.json() };
}
const minted = async (order: object): Promise<string> => (await tell('mint', order)).answer.token;
const verified = (token: string) =>
  jwtVerify(token, createRemoteJWKSet(new URL(`${idp.issuer}/.well-known/jwks.json`)), {
    issuer: idp.issuer,
  });
const keySet = () => fetch(`${idp.issuer}/.well-known/jwks.json`);

describe('a token that is ordered', () => {
  it('is like one of a sign-in', async () => {
    const scopes = ['example:note:read'];
    const { payload, protectedHeader } = await verified(
      await minted({ person: 'alice', client: 'app', scopes }),
    );
    expect(protectedHeader.typ).toBe('at+jwt');
    expect(payload).toMatchObject({
      client_id: 'app',
      scope: 'example:note:read',
      aud: idp.options.audience,
    });
  });

  it('has any claim, or lacks it', async () => {
    const token = await minted({ person: 'alice', claims: { sub: 'else', roles: ['x'], client_id: null } });
    const { payload } = await verified(token);
    expect(payload).toMatchObject({ sub: 'else', roles: ['x'] });
    expect(payload).not.toHaveProperty('client_id');
  });

  it('has expired, if that is wanted', async () => {
    const token = await minted({ expiresIn: -60 });
    expect(Number(decodeJwt(token).exp)).toBeLessThan(Date.now() / 1_000);
    await expect(verified(token)).rejects.toMatchObject({ code: 'ERR_JWT_EXPIRED' });
  });

  it('is signed by a key that nobody publishes, if that is wanted', async () => {
    await expect(verified(await minted({ key: 'other' }))).rejects.toMatchObject({
      code: 'ERR_JWKS_NO_MATCHING_KEY',
    });
  });

  it('is an ID token, if that is wanted', async () => {
    const { payload } = await verified(await minted({ kind: 'id_token', person: 'alice', client: 'app' }));
    expect(payload).toMatchObject({ aud: 'app', nonce: expect.any(String) });
  });

  it.each([
    ['for nobody', { person: 'nobody' }, /there is no nobody/],
    ['about nobody', { kind: 'id_token' }, /about somebody/],
    ['of another kind', { kind: 'refresh_token' }, /kind/],
    ['by a misspelt word', { expires: 1 }, /expires/],
  ])('%s is refused with the reason', async (_, order, reason) => {
    const { status, answer } = await tell('mint', order);
    expect([status, answer.error]).toEqual([400, expect.stringMatching(reason)]);
  });
});

describe('a provider that is told to fail', () => {
  it('does so for as many requests, and is well again', async () => {
    await tell('fail', { with: 503, requests: 2 });
    const answers = [await keySet(), await keySet(), await keySet()];
    expect(answers.map(({ status }) => status)).toEqual([503, 503, 200]);
  });

  it('at one endpoint, leaves the others alone', async () => {
    await tell('fail', { with: 500, requests: 5, endpoint: 'token' });
    expect((await keySet()).status).toBe(200);
    expect((await fetch(`${idp.issuer}/token`, { method: 'POST' })).status).toBe(500);
    await tell('recover');
    expect((await fetch(`${idp.issuer}/token`, { method: 'POST' })).status).toBe(400);
  });

  it('answers what is no JSON', async () => {
    await tell('fail', { with: 'malformed' });
    await expect((await keySet()).json()).rejects.toThrow();
  });

  it('takes its time', async () => {
    await tell('fail', { with: 'slow', delay: 60_000 });
    await expect(
      fetch(`${idp.issuer}/.well-known/jwks.json`, { signal: AbortSignal.timeout(50) }),
    ).rejects.toThrow();
    expect((await keySet()).status).toBe(200);
  });

  it('tells what it was asked, without a secret', async () => {
    await keySet();
    const { requests } = (await tell('requests')).answer;
    expect(requests.at(-1)).toEqual({ method: 'GET', path: '/.well-known/jwks.json', status: 200 });
    expect(requests.length).toBeLessThanOrEqual(50);
  });
});

it('keys are changed, and tokens of the old one stay good', async () => {
  const before = await minted({ person: 'alice' });
  const { kids } = (await tell('rotate')).answer;
  await verified(before);
  expect((await verified(await minted({ person: 'alice' }))).protectedHeader.kid).toBe(kids[0]);
});

describe('whoever does not have the control token', () => {
  it.each(['', 'another', `${controlToken}x`])('%j learns nothing', async (token) => {
    expect((await tell('mint', {}, token)).status).toBe(401);
  });

  it('finds nothing where none was given', async () => {
    const plain = await startTestProvider();
    const answer = await fetch(`${plain.issuer}/control/mint`, {
      method: 'POST',
      headers: { authorization: `Bearer ${controlToken}` },
    });
    expect(answer.status).toBe(404);
    await plain.remove();
  });

  it('with the wrong method or command is told what there is', async () => {
    expect((await fetch(`${idp.issuer}/control/mint`)).status).toBe(405);
    expect((await tell('explode')).answer.error).toContain('mint, rotate, fail');
    expect((await tell('constructor')).status).toBe(404);
  });
});
