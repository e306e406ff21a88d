import { generateKeyPairSync } from 'node:crypto';
import { type JWK, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseClientKey } from '../lib/config/client-key';
import { clientCredentials, exchangeCode, refreshGrant, revoke } from '../lib/provider/token-endpoint';
import { discover, type Endpoints, signInOverHttp, tokenRequest } from '../test/idp/client';
import { startTestProvider, type TestProvider } from '../test/idp/provider';
import { testSettings } from '../test/provider/settings';
import { appClientId } from './clients';

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
type Pair = typeof rsa;
const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 });
const publicKey = (pair: Pair) => pair.publicKey.export({ format: 'jwk' }) as JWK;

let idp: TestProvider;
let endpoints: Endpoints;
beforeAll(async () => {
  idp = await startTestProvider({ clientKeys: [publicKey(rsa), publicKey(ec)] });
  endpoints = await discover(idp.issuer);
});
afterAll(() => idp.remove());

async function newCode() {
  const person = { username: 'alice', password: 'wonderland' };
  const scopes = ['openid', 'offline_access', 'example:note:read'];
  const { code = '', codeVerifier, redirectUri } = await signInOverHttp({ ...idp, ...person, scopes });
  return { code, codeVerifier, redirectUri };
}

/** The app's own client, as its settings and the provider's metadata make it. */
function client(pair: Pair, clock: () => number = Date.now) {
  const pem = String(pair.privateKey.export({ type: 'pkcs8', format: 'pem' }));
  const clientKey = { file: '/srv/app/client.pem', ...parseClientKey(pem) };
  const settings = testSettings({ issuer: idp.issuer, clientId: appClientId, clientKey });
  return { fetch, url: endpoints.token_endpoint, client: clientCredentials(settings, endpoints, clock) };
}

describe('an app that proves itself by a key', () => {
  test.each([
    ['RSA', rsa],
    ['EC', ec],
  ])('redeems, renews and revokes with %s', async (_name, pair) => {
    const granted = await exchangeCode(client(pair), await newCode());
    if (granted.outcome !== 'granted') throw new Error(JSON.stringify(granted));
    const renewed = await refreshGrant(client(pair), { refreshToken: granted.grant.refresh_token ?? '' });
    if (renewed.outcome !== 'granted') throw new Error(JSON.stringify(renewed));
    const { refresh_token: last = '' } = renewed.grant;
    const url = endpoints.revocation_endpoint ?? '';
    expect(await revoke({ ...client(pair), url }, last)).toBe(true);
    expect(await refreshGrant(client(pair), { refreshToken: last })).toMatchObject({
      error: 'invalid_grant',
    });
  });

  test('is told that it may, and by which algorithms', () => {
    expect(endpoints).toMatchObject({
      token_endpoint_auth_methods_supported: expect.arrayContaining(['private_key_jwt']),
      token_endpoint_auth_signing_alg_values_supported: expect.not.arrayContaining(['HS256', 'none']),
    });
  });

  const hour = 3_600_000;
  test.each([
    ['the key of somebody else', () => client(stranger)],
    ['an assertion that has expired', () => client(rsa, () => Date.now() - hour)],
    ['an assertion that is not valid yet', () => client(rsa, () => Date.now() + hour)],
  ])('is refused with %s', async (_name, by) => {
    expect(await exchangeCode(by(), await newCode())).toMatchObject({ error: 'invalid_client' });
  });

  test('is refused with an assertion that was seen before', async () => {
    const { client: made, ...rest } = client(rsa);
    const assertion = made.assertion?.() ?? '';
    const replayed = { ...rest, client: { ...made, assertion: () => assertion } };
    expect(await exchangeCode(replayed, await newCode())).toMatchObject({ outcome: 'granted' });
    expect(await exchangeCode(replayed, await newCode())).toMatchObject({ error: 'invalid_client' });
  });

  test.each([
    ['no proof', {}],
    ['a secret', { client_secret: 'guessed' }],
  ])('is refused with %s', async (_name, proof) => {
    const { code, codeVerifier, redirectUri } = await newCode();
    const answer = await tokenRequest(idp.issuer, {
      ...{ grant_type: 'authorization_code', client_id: appClientId, redirect_uri: redirectUri },
      ...{ code, code_verifier: codeVerifier },
      ...proof,
    });
    expect(answer).toMatchObject({ status: 401, error: 'invalid_client' });
  });

  test('is refused with an assertion that is signed by the public key as if it were a secret', async () => {
    const pem = String(rsa.publicKey.export({ type: 'spki', format: 'pem' }));
    const forged = await new SignJWT({ jti: 'one' })
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer(appClientId)
      .setSubject(appClientId)
      .setAudience(idp.issuer)
      .setExpirationTime('1m')
      .sign(Buffer.from(pem));
    const { client: made, ...rest } = client(rsa);
    const by = { ...rest, client: { ...made, assertion: () => forged } };
    expect(await exchangeCode(by, await newCode())).toMatchObject({ error: 'invalid_client' });
  });
});
