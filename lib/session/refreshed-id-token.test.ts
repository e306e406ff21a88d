import { beforeAll, describe, expect, test } from 'vitest';
import { TestClock, testTokens } from '../../test/session/sessions';
import { expectationsOf, forge, headerOf, newTokenContext, type TokenContext } from '../../test/token/tokens';
import { toKeySet } from '../token/key-set';
import type { KeySet } from '../token/keys';
import { isOfSession } from './refreshed-id-token';
import type { Session } from './session';

let context: TokenContext;
let keys: KeySet;
beforeAll(async () => {
  context = await newTokenContext();
  keys = await toKeySet(context.published);
});

function session(identity: Session['identity']): Session {
  return {
    ...{ idHash: 'hash', issuer: 'of-access-tokens', subject: 'of-access-tokens' },
    tokens: testTokens(new TestClock()),
    ...{ createdAt: 0, lastUsedAt: 0, endsAt: 1, version: 1 },
    identity,
    renewal: { leasedFor: 0, pausedFor: 0, failures: 0 },
  };
}

/** Whether an ID token with these claims is kept. */
function isKept(claims: Record<string, unknown> = {}, { signer = context.rsa, by = {} } = {}): boolean {
  const { issuer, clientId, now } = context;
  const usual = { iss: issuer, sub: 'user-1', aud: clientId, exp: now + 300, iat: now };
  const token = forge(headerOf(signer, { typ: 'JWT' }), { ...usual, ...claims }, signer);
  const identity = { issuer, subject: 'user-1', ...by };
  const expectations = expectationsOf(context);
  return isOfSession(session(identity), { token, accessToken: 'an.access.token', keys, expectations, now });
}

describe('an ID token that a refresh brings', () => {
  test('is kept where it verifies and names who signed in, with a nonce or without', () => {
    expect(isKept()).toBe(true);
    expect(isKept({ nonce: 'of-the-sign-in' })).toBe(true);
  });

  test.each([
    ['names somebody else', { sub: 'mallory' }],
    ['names nobody', { sub: undefined }],
    ['is for another client', { aud: 'another-client' }],
    ['is for several clients, and issued to another', { aud: ['client-1', 'b'], azp: 'b' }],
    ['comes from another issuer', { iss: 'https://another.example' }],
    ['has expired', { exp: 1 }],
    ['belongs to another access token', { at_hash: 'AAAAAAAAAAAAAAAAAAAAAA' }],
    ['is a logout token', { events: {} }],
  ])('is not where it %s', (_name, claims) => {
    expect(isKept(claims)).toBe(false);
  });

  test('is not where somebody else signed it, or no key is at hand', () => {
    expect(isKept({}, { signer: context.attacker })).toBe(false);
  });

  test('is compared with the sign-in’s ID token, which another issuer or person may have been named by', () => {
    expect(isKept({}, { by: { subject: 'user-2' } })).toBe(false);
    expect(isKept({}, { by: { issuer: 'https://another.example' } })).toBe(false);
  });

  test('is not where a session of an old release does not say who signed in', () => {
    const input = { token: 'a.b.c', accessToken: 'a', keys, expectations: expectationsOf(context), now: 0 };
    expect(isOfSession(session(undefined), input)).toBe(false);
  });
});
