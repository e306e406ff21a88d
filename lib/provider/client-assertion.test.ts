import { generateKeyPairSync } from 'node:crypto';
import { decodeJwt, decodeProtectedHeader, type JWK, jwtVerify } from 'jose';
import { describe, expect, test, vi } from 'vitest';
import { testIssuers, testSettings } from '../../test/provider/settings';
import { type ClientKey, parseClientKey } from '../config/client-key';
import type { Fetch } from '../remote';
import { clientCredentials, exchangeCode, refreshGrant, revoke } from './token-endpoint';

const pairs = {
  rsa: generateKeyPairSync('rsa', { modulusLength: 2048 }),
  p256: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  p384: generateKeyPairSync('ec', { namedCurve: 'P-384' }),
  p521: generateKeyPairSync('ec', { namedCurve: 'P-521' }),
  ed25519: generateKeyPairSync('ed25519'),
};
type Kind = keyof typeof pairs;
const keyOf = (kind: Kind, more: Partial<ClientKey> = {}): ClientKey => ({
  file: '/srv/app/client.pem',
  ...parseClientKey(String(pairs[kind].privateKey.export({ type: 'pkcs8', format: 'pem' }))),
  ...more,
});
const publicKeyOf = (kind: Kind) => pairs[kind].publicKey.export({ format: 'jwk' }) as JWK;

const endpoint = 'https://issuer.example/tenant/token';
const now = Date.parse('2026-03-01T12:00:00.900Z');

interface Circumstances {
  issuer?: string;
  algs?: string[] | undefined;
  preset?: 'entra' | undefined;
}

function assertionBy(key: ClientKey, { issuer, algs, preset }: Circumstances = {}): string {
  const settings = testSettings({ clientKey: key, preset, ...(issuer && { issuer }) });
  const metadata = { token_endpoint: endpoint, token_endpoint_auth_signing_alg_values_supported: algs };
  return clientCredentials(settings, metadata, () => now).assertion?.() ?? '';
}

const algOf = (assertion: string) => decodeProtectedHeader(assertion).alg;

describe('an assertion', () => {
  test.each(Object.keys(pairs) as Kind[])('of %s verifies with the public key', async (kind) => {
    for (const algorithm of keyOf(kind).algorithms) {
      const assertion = assertionBy(keyOf(kind, { algorithms: [algorithm] }));
      const { protectedHeader } = await jwtVerify(assertion, publicKeyOf(kind), {
        currentDate: new Date(now),
        algorithms: [algorithm],
      });
      expect(protectedHeader).toEqual({ alg: algorithm, typ: 'JWT' });
    }
  });

  test('says who, to whom and for how long: a minute', () => {
    expect(decodeJwt(assertionBy(keyOf('p256')))).toEqual({
      iss: 'client-1',
      sub: 'client-1',
      aud: 'https://issuer.example/tenant',
      jti: expect.stringMatching(/^[\da-f-]{36}$/),
      iat: Math.floor(now / 1000),
      nbf: Math.floor(now / 1000),
      exp: Math.floor(now / 1000) + 60,
    });
  });

  test('is another one each time', () => {
    const { assertion } = clientCredentials(testSettings({ clientKey: keyOf('p256') }));
    const ids = [1, 2, 3].map(() => decodeJwt(assertion?.() ?? '').jti);
    expect(new Set(ids).size).toBe(3);
  });

  test('names its key and certificate where there are any', () => {
    const header = decodeProtectedHeader(assertionBy(keyOf('rsa', { kid: 'k', certificate: 't' })));
    expect(header).toEqual({ alg: 'RS256', typ: 'JWT', kid: 'k', 'x5t#S256': 't' });
  });

  test.each([
    ['the issuer at Auth0', { issuer: testIssuers.auth0 }, testIssuers.auth0],
    ['the issuer at a provider that nobody knows', { issuer: testIssuers.generic }, testIssuers.generic],
    ['the token endpoint at Entra', { issuer: testIssuers.entra }, endpoint],
    ['the token endpoint at Entra under another name', { preset: 'entra' as const }, endpoint],
  ])('is for %s', (_name, circumstances, audience) => {
    expect(decodeJwt(assertionBy(keyOf('rsa'), circumstances)).aud).toBe(audience);
  });

  test.each<[string, Kind, Circumstances, string]>([
    ['RS256 for RSA', 'rsa', {}, 'RS256'],
    ['PS256 for RSA at Entra', 'rsa', { issuer: testIssuers.entra }, 'PS256'],
    ['what is listed', 'rsa', { algs: ['ES256', 'PS384'] }, 'PS384'],
    ['the usual one where it is among those', 'rsa', { algs: ['PS256', 'RS256'] }, 'RS256'],
    ['what the key can where nothing fits', 'p256', { algs: ['RS256'] }, 'ES256'],
    ['never a symmetric one, nor none', 'rsa', { algs: ['HS256', 'none'] }, 'RS256'],
    ['the newer name of EdDSA where that alone is listed', 'ed25519', { algs: ['Ed25519'] }, 'Ed25519'],
  ])('is signed by %s', (_name, kind, circumstances, algorithm) => {
    expect(algOf(assertionBy(keyOf(kind), circumstances))).toBe(algorithm);
  });
});

describe('a client with a key', () => {
  const fetch = vi.fn<Fetch>(() => Promise.resolve(new Response('{}', { status: 400 })));
  const client = clientCredentials(
    testSettings({ clientKey: keyOf('p256'), clientSecret: 'hunter2' }),
    {},
    () => now,
  );
  const options = { fetch, url: endpoint, client };
  const code = { code: 'c', codeVerifier: 'v', redirectUri: 'http://localhost:3000/auth/callback' };

  test.each([
    ['a code', () => exchangeCode(options, code)],
    ['a refresh', () => refreshGrant(options, { refreshToken: 'r' })],
    ['a revocation', () => revoke(options, 'r')],
  ])('sends an assertion and no secret with %s', async (_name, ask) => {
    fetch.mockClear();
    await ask();
    const [, init] = fetch.mock.calls[0] ?? [];
    const body = new URLSearchParams(String(init?.body));
    expect(body.get('client_id')).toBe('client-1');
    expect(body.get('client_assertion_type')).toBe('urn:ietf:params:oauth:client-assertion-type:jwt-bearer');
    expect(decodeJwt(body.get('client_assertion') ?? '').sub).toBe('client-1');
    expect(new Headers(init?.headers).has('authorization')).toBe(false);
    expect(String(init?.body)).not.toContain('hunter2');
  });
});
