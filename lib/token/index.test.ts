import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { discoveryPath, jwksPath, type KeyServer, startKeyServer } from '../../test/token/key-server';
import { accessToken, newTokenContext, type TokenContext } from '../../test/token/tokens';
import { createVerifier, registeredClaims, type VerifierOptions } from './index';

let server: KeyServer;
let context: TokenContext;
beforeAll(async () => {
  server = await startKeyServer();
  context = await newTokenContext({ issuer: server.origin });
  server.keys = context.published;
});
beforeEach(() => {
  server.behaviour = 'normal';
  server.metadata = {};
});
afterAll(() => server.close());

const made = (options: Partial<VerifierOptions> = {}) =>
  createVerifier({
    issuer: context.issuer,
    audience: context.audience,
    clock: () => context.now * 1_000,
    ...options,
  });

describe('options', () => {
  test('that are left out, or undefined, have their defaults', () => {
    const left = { clientId: undefined, provider: undefined, keys: undefined, jwksUri: undefined };
    for (const options of [{}, left]) {
      expect(made(options).peek().expectations).toMatchObject({
        ...{ issuers: [context.issuer], audiences: [context.audience], clientId: undefined },
        ...{ algorithms: ['RS256', 'PS256', 'ES256', 'EdDSA'], clockTolerance: 30 },
      });
    }
  });

  test('may name several audiences, resources beside them, or decline the audience', () => {
    const audiences = (options: Partial<VerifierOptions>) => made(options).peek().expectations.audiences;
    expect(audiences({ audience: ['a', 'b'], resource: 'c' })).toEqual(['a', 'b', 'c']);
    expect(audiences({ audience: [], clientId: 'client-1' })).toContain('client-1');
    expect(audiences({ audience: null })).toBeUndefined();
  });

  test.each<[string, object, RegExp]>([
    ['a name that is misspelt', { audiance: 'a' }, /audiance/],
    ['no audience', { audience: undefined }, /audience: name it, or decline it with null$/],
    ['an empty audience', { audience: '' }, /audience/],
    ['an empty list of them, and no client', { audience: [] }, /audience: is empty/],
    ['the same beside a resource', { audience: [], resource: 'r' }, /audience: is empty/],
    ['an issuer that is no URL', { issuer: 'id.example' }, /issuer: must be an https URL/],
    ['an issuer on http elsewhere', { issuer: 'http://id.example' }, /issuer: must be an https URL/],
    ['keys on http elsewhere', { jwksUri: 'http://id.example/keys' }, /jwksUri: must be an https URL/],
    ['a provider that is not known', { provider: 'google' }, /provider/],
    ['a symmetric algorithm', { algorithms: ['HS256'] }, /algorithms/],
    ['no algorithm at all', { algorithms: [] }, /algorithms/],
    ['a negative tolerance', { clockTolerance: -1 }, /clockTolerance/],
    ['keys that are no key set', { keys: [] }, /keys/],
    ['claims that are no schema', { claims: {} }, /claims: must be a zod schema/],
    ['a clock that is no function', { clock: 7 }, /clock: must be a function/],
    ['metadata that cannot be asked', { metadata: { get: () => undefined } }, /metadata.peek: must be/],
  ])('with %s are refused by name', (_name, options, message) => {
    expect(() => made(options)).toThrow(TypeError);
    expect(() => made(options)).toThrow(message);
  });

  test('that are wrong are all named at once', () => {
    expect(() => made({ issuer: '', clockTolerance: -1 })).toThrow(/issuer.*clockTolerance/);
  });
});

describe('a verifier', () => {
  test('asks nobody until the first token comes, then once for all', async () => {
    const before = server.requests();
    const verifier = made();
    expect(server.requests()).toBe(before);
    const verdicts = await Promise.all([1, 2, 3].map(() => verifier.verify(accessToken(context))));
    expect(verdicts.map(({ outcome }) => outcome)).toEqual(Array(3).fill('accepted'));
    expect(server.requests()).toBe(before + 2);
  });

  test('asks where it is told to, by what it is given', async () => {
    const asked = vi.fn((url: string, init: RequestInit) => fetch(url, init));
    expect(await made({ jwksUri: server.jwksUri, fetch: asked }).ready()).toBeUndefined();
    expect(asked.mock.calls.map(([url]) => url)).toEqual([server.jwksUri]);
  });

  test('holds tokens to a model of the claims', async () => {
    const claims = z.looseObject({ ...registeredClaims, department: z.string() });
    const refusal = { check: 'model', found: expect.stringContaining('department') };
    expect(await made({ claims }).verify(accessToken(context))).toMatchObject({ refusal });
    const token = accessToken(context, { department: 'tea' });
    expect(await made({ claims }).verify(token)).toMatchObject({ outcome: 'accepted' });
  });

  test.each([
    [
      'calls itself by another name',
      { issuer: 'https://other.example' },
      'calls itself https://other.example',
    ],
    ['names no keys', { jwks_uri: undefined }, 'jwks_uri'],
    ['has keys on http elsewhere', { jwks_uri: 'http://id.example/keys' }, 'jwks_uri'],
  ])('believes no provider that %s, and tells', async (_name, metadata, reason) => {
    server.metadata = metadata;
    const onEvent = vi.fn();
    const before = server.requests(jwksPath);
    const verdict = await made({ onEvent }).verify(accessToken(context));
    expect(verdict).toMatchObject({ outcome: 'unavailable', reason: expect.stringContaining(reason) });
    expect(onEvent.mock.calls.map(([{ event }]) => event)).toEqual([
      'discovery_failed',
      'key_set_fetch_failed',
    ]);
    expect(server.requests(jwksPath)).toBe(before);
  });

  test('with keys of its own waits for nobody, and asks for newer ones meanwhile', async () => {
    server.behaviour = 'hung';
    const verifier = made({ keys: { keys: context.published } });
    expect(await verifier.verify(accessToken(context))).toMatchObject({ outcome: 'accepted' });
    await expect.poll(() => server.requests(discoveryPath)).toBeGreaterThan(0);
    server.behaviour = 'normal';
    server.release();
    await expect.poll(() => verifier.state().lastSuccess).toBeDefined();
  });

  test('with keys of its own judges by them while the provider is down', async () => {
    server.behaviour = 'down';
    const onEvent = vi.fn();
    const verifier = made({ keys: { keys: context.published }, onEvent });
    expect(await verifier.verify(accessToken(context))).toMatchObject({ outcome: 'accepted' });
    await expect.poll(() => onEvent.mock.calls.length).toBeGreaterThan(0);
    expect(await verifier.verify(accessToken(context))).toMatchObject({ outcome: 'accepted' });
  });

  test('passes over keys of its own of which none can be used', async () => {
    const verifier = made({ keys: { keys: [context.encryption.publicJwk, null] } });
    expect(await verifier.verify(accessToken(context))).toMatchObject({ outcome: 'accepted' });
    expect(verifier.state().lastSuccess).toBeDefined();
  });

  test('takes a token for anybody where the audience was declined, and says so', async () => {
    const verifier = made({ audience: null });
    const token = accessToken(context, { aud: 'https://other.example' });
    expect(await verifier.verify(token)).toMatchObject({ outcome: 'accepted' });
    const lines = await verifier.explain(token);
    expect(lines.find(({ name }) => name === 'audience')).toMatchObject({
      ...{ result: 'not applicable', expected: 'any: the audience was declined' },
    });
  });

  test('that knows no client takes no token that does not say what it is', async () => {
    const token = accessToken(context, { scope: undefined }, { header: { typ: 'JWT' } });
    const found = 'an audience that may be the client, and no scope, scp: an ID token';
    expect(await made().verify(token)).toMatchObject({ refusal: { check: 'kind', found } });
    expect(await made({ clientId: 'client-1' }).verify(token)).toMatchObject({ outcome: 'accepted' });
  });

  test('explains why there is no key while there are none', async () => {
    server.behaviour = 'down';
    const lines = await made().explain(accessToken(context));
    const found = expect.stringMatching(/^no keys: .* cannot be reached/);
    expect(lines.find(({ name }) => name === 'key')).toMatchObject({ result: 'blocked', found });
    expect(lines.filter(({ result }) => result === 'fail')).toEqual([]);
  });

  test('is of no use after it was closed', async () => {
    const verifier = made();
    await verifier.verify(accessToken(context));
    expect(verifier.state().remembered).toBe(1);
    verifier.close();
    expect(verifier.state().remembered).toBe(0);
    await expect(verifier.verify(accessToken(context))).rejects.toThrow(TypeError);
    await expect(verifier.explain(accessToken(context))).rejects.toThrow(/after close/);
  });
});
