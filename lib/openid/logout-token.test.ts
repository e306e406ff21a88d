import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { hostileCorpus } from '../../test/token/hostile/corpus';
import {
  acceptedAlgorithms,
  accessToken,
  encodePart,
  expectationsOf,
  forge,
  headerOf,
  hmac,
  logoutToken,
  newTokenContext,
  partsOf,
  signerOf,
  type TokenContext,
} from '../../test/token/tokens';
import { type KeySet, toKeySet } from '../token';
import { examine } from '../token/examine';
import { examineIdToken } from './id-token';
import { examineLogoutToken, logoutTokenMaxAge } from './logout-token';

let context: TokenContext;
let keys: KeySet;

beforeAll(async () => {
  context = await newTokenContext();
  keys = await toKeySet(context.published);
});

const now = 1_800_000_000;
const tolerance = 30;
const event = 'http://schemas.openid.net/event/backchannel-logout';

const input = (token: string) => ({ token, keys, expectations: expectationsOf(context), now });

/** `accepted`, or the name of the check that refused. */
function outcome(token: string): string {
  const verdict = examineLogoutToken(input(token));
  return verdict.accepted ? 'accepted' : verdict.refusal.check;
}

const withClaims = (claims: Record<string, unknown>) => outcome(logoutToken(context, claims));

describe('a logout token is accepted', () => {
  test('and says who has signed out, from which session, and until when it could be used again', () => {
    expect(examineLogoutToken(input(logoutToken(context)))).toEqual({
      accepted: true,
      token: {
        issuer: context.issuer,
        subject: 'user-1',
        sid: 'sid-1',
        id: 'jti-1',
        refusedFrom: now + logoutTokenMaxAge + tolerance,
      },
    });
  });

  test.each([
    ['of a person without a session', { sid: undefined }],
    ['of a session without a person', { sub: undefined }],
    ['of a person with the longest name', { sub: 'x'.repeat(255) }],
    ['of a session with the longest name', { sid: 'x'.repeat(255) }],
    ['with the longest jti', { jti: 'x'.repeat(255) }],
    ['with the client in a list of audiences', { aud: ['client-2', 'client-1'] }],
    ['without an expiry time, as older providers send it', { exp: undefined }],
    ['within the leeway after its expiry', { exp: now - tolerance + 1 }],
    ['within the leeway before it was issued', { iat: now + tolerance }],
    ['of the greatest age', { iat: now - logoutTokenMaxAge - tolerance + 1 }],
    ['with an event that says more', { events: { [event]: { reason: 'x' } } }],
    ['with another event beside', { events: { [event]: {}, 'https://other.example/event': {} } }],
    ['as Keycloak sends it', { typ: 'Logout', events: { [event]: {}, revoke_offline_access: true } }],
    ['with claims of a provider’s own', { trace_id: '1', azp: 'client-2' }],
  ])('%s', (_name, claims) => {
    expect(withClaims(claims)).toBe('accepted');
  });

  test.each([
    [undefined],
    ['JWT'],
    ['jwt'],
    ['logout+jwt'],
    ['LOGOUT+JWT'],
    ['application/logout+jwt'],
    ['Application/JWT'],
  ])('with the type %s', (typ) => {
    expect(outcome(logoutToken(context, {}, { header: { typ } }))).toBe('accepted');
  });

  test.each(acceptedAlgorithms)('signed with %s', (algorithm) => {
    expect(outcome(logoutToken(context, {}, { signer: signerOf(context, algorithm) }))).toBe('accepted');
  });
});

describe('a logout token is refused', () => {
  const nul = 'a\0b';
  const half = 'a\ud800';
  test.each([
    ['without events', { events: undefined }, 'events'],
    ['with events of null', { events: null }, 'events'],
    ['with a list of events', { events: [event] }, 'events'],
    ['with the event as text', { events: event }, 'events'],
    ['with no event', { events: {} }, 'events'],
    ['with another event', { events: { 'http://schemas.openid.net/event/other': {} } }, 'events'],
    ['with the event in other letters', { events: { [event.toUpperCase()]: {} } }, 'events'],
    ['with the event and a slash', { events: { [`${event}/`]: {} } }, 'events'],
    ['with the event by https', { events: { [event.replace('http:', 'https:')]: {} } }, 'events'],
    ['with an event of null', { events: { [event]: null } }, 'events'],
    ['with an event that is a list', { events: { [event]: [] } }, 'events'],
    ['with an event that is text', { events: { [event]: '' } }, 'events'],
    ['with a nonce', { nonce: 'n-1' }, 'nonce'],
    ['with an empty nonce', { nonce: '' }, 'nonce'],
    ['with a nonce of null', { nonce: null }, 'nonce'],
    ['of another issuer', { iss: 'https://other.example' }, 'issuer'],
    ['of the issuer with a slash', { iss: 'https://issuer.example/tenant/' }, 'issuer'],
    ['of no issuer', { iss: undefined }, 'issuer'],
    ['for another client', { aud: 'client-2' }, 'audience'],
    ['for the API', { aud: 'https://api.example' }, 'audience'],
    ['for other clients', { aud: ['client-2', 'client-3'] }, 'audience'],
    ['for a client that only begins like this one', { aud: 'client-10' }, 'audience'],
    ['for nobody', { aud: undefined }, 'audience'],
    ['for a list with more than strings in it', { aud: ['client-1', 7] }, 'audience'],
    ['without the time of its issue', { iat: undefined }, 'issued_at'],
    ['with the time of its issue as text', { iat: String(now) }, 'issued_at'],
    ['from the future', { iat: now + tolerance + 1 }, 'issued_at'],
    ['that is too old', { iat: now - logoutTokenMaxAge - tolerance }, 'issued_at'],
    ['with milliseconds for seconds', { iat: now * 1_000 }, 'issued_at'],
    ['that is too old, however late it expires', { iat: now - 3_600, exp: now + 3_600 }, 'issued_at'],
    ['that is not valid yet', { nbf: now + tolerance + 1 }, 'not_before'],
    ['that has expired', { exp: now - tolerance }, 'expiry'],
    ['with an expiry time of null', { exp: null }, 'expiry'],
    ['with an expiry time as text', { exp: String(now + 60) }, 'expiry'],
    ['without a jti', { jti: undefined }, 'id'],
    ['with an empty jti', { jti: '' }, 'id'],
    ['with a jti that is a number', { jti: 7 }, 'id'],
    ['with a jti of null', { jti: null }, 'id'],
    ['with a jti that is too long', { jti: 'x'.repeat(256) }, 'id'],
    ['with a NUL in its jti', { jti: nul }, 'id'],
    ['of nobody and nothing', { sub: undefined, sid: undefined }, 'subject'],
    ['of an empty person', { sub: '', sid: undefined }, 'subject'],
    ['of a person of null, although the session is named', { sub: null }, 'subject'],
    ['of a list of persons', { sub: ['user-1'] }, 'subject'],
    ['of a person with a NUL', { sub: nul }, 'subject'],
    ['of a person with half a character', { sub: half }, 'subject'],
    ['of a person with too long a name', { sub: 'x'.repeat(256) }, 'subject'],
    ['of an empty session', { sid: '' }, 'sid'],
    ['of a session of null, although the person is named', { sid: null }, 'sid'],
    ['of a list of sessions', { sid: ['sid-1'] }, 'sid'],
    ['of a session with a NUL', { sid: nul }, 'sid'],
    ['of a session with a space', { sid: 'a b' }, 'sid'],
    ['of a session with too long a name', { sid: 'x'.repeat(256) }, 'sid'],
  ])('%s', (_name, claims, check) => {
    expect(withClaims(claims)).toBe(check);
  });

  test.each([
    ['at+jwt'],
    ['application/at+jwt'],
    ['id_token+jwt'],
    ['secevent+jwt'],
    ['dpop+jwt'],
    ['logout+jwt '],
    ['text/logout+jwt'],
    [''],
    [null],
    [['logout+jwt']],
  ])('with the type %j', (typ) => {
    expect(outcome(logoutToken(context, {}, { header: { typ } }))).toBe('type');
  });

  test('with events only in the prototype', () => {
    const [, payload] = partsOf(logoutToken(context, { events: undefined }));
    const claims = Buffer.from(payload, 'base64url').toString();
    const polluted = claims.replace('{', `{"__proto__":{"events":{"${event}":{}}},`);
    expect(outcome(forge(headerOf(context.rsa, { typ: 'logout+jwt' }), polluted, context.rsa))).toBe(
      'events',
    );
  });

  test('in words for people, and for an error description', () => {
    expect(examineLogoutToken(input(logoutToken(context, { events: {} })))).toMatchObject({
      accepted: false,
      refusal: {
        check: 'events',
        because: 'it is not a logout token',
        expected: expect.stringContaining(event),
        found: '{}',
      },
    });
  });
});

describe('a forged logout token is refused', () => {
  test('signed with a key of the attacker’s under the provider’s kid', () => {
    expect(outcome(logoutToken(context, {}, { signer: context.attacker }))).toBe('signature');
  });

  test('with a kid that nobody has', () => {
    expect(outcome(logoutToken(context, {}, { header: { kid: 'other' } }))).toBe('key');
  });

  test('changed after it was signed', () => {
    const [header, , signature] = partsOf(logoutToken(context));
    const [, payload] = partsOf(logoutToken(context, { sub: 'user-2' }));
    expect(outcome(`${header}.${payload}.${signature}`)).toBe('signature');
  });

  test.each(['none', 'None', ''])('with the algorithm "%s"', (alg) => {
    const [, payload, signature] = partsOf(logoutToken(context));
    const header = encodePart({ alg, typ: 'logout+jwt' });
    expect(['algorithm', 'form', 'encoding']).toContain(outcome(`${header}.${payload}.`));
    expect(outcome(`${header}.${payload}.${signature}`)).toBe('algorithm');
  });

  test('by HS256 with the public key as the secret', () => {
    const [, payload] = partsOf(logoutToken(context));
    const { n = '' } = context.rsa.publicJwk;
    const signed = `${encodePart({ alg: 'HS256', typ: 'logout+jwt', kid: context.rsa.kid })}.${payload}`;
    const signature = hmac(signed, Buffer.from(n, 'base64url'), 'HS256').toString('base64url');
    expect(outcome(`${signed}.${signature}`)).toBe('algorithm');
  });

  test('whatever else an access token may be made into', () => {
    const accepted = hostileCorpus.filter(({ make }) => outcome(make(context)) === 'accepted');
    expect(accepted.map(({ name }) => name)).toEqual([]);
  });

  test('of any text at all', () => {
    fc.assert(fc.property(fc.string(), (text) => outcome(text) !== 'accepted'));
  });
});

/** Every way in which a provider may type what it signs. */
const types = [undefined, 'JWT', 'at+jwt', 'logout+jwt'];
const typed = (typ: string | undefined) => ({ header: { typ } });

describe('one kind of token never passes for another', () => {
  const asIdToken = () => ({
    ...{ iss: context.issuer, aud: context.clientId, sub: 'user-1', sid: 'sid-1' },
    ...{ iat: now, exp: now + 300, jti: 'jti-1', at_hash: undefined },
  });

  test.each(types)('an access token of type %s is no logout token', (typ) => {
    expect(['type', 'events']).toContain(
      outcome(accessToken(context, { jti: 'jti-1', aud: context.clientId }, typed(typ))),
    );
  });

  test.each(types)('an ID token of type %s is no logout token, with a nonce or without', (typ) => {
    const header = headerOf(context.rsa, { typ });
    for (const nonce of ['n-1', undefined]) {
      const token = forge(header, { ...asIdToken(), nonce }, context.rsa);
      expect(['type', 'events']).toContain(outcome(token));
    }
  });

  test('an ID token with the event of a logout token is still none', () => {
    const claims = { ...asIdToken(), nonce: 'n-1', events: { [event]: {} } };
    expect(outcome(forge(headerOf(context.rsa, { typ: 'JWT' }), claims, context.rsa))).toBe('nonce');
  });

  test.each(types)('a logout token of type %s is no access token, whatever scopes it has', (typ) => {
    const { audience, clientId } = context;
    const claims = { aud: [audience, clientId], scope: 'example:note:read', client_id: clientId };
    const verdict = examine(input(logoutToken(context, claims, typed(typ))));
    expect(verdict).toMatchObject({ accepted: false });
    expect(['type', 'kind']).toContain(verdict.accepted || verdict.refusal.check);
  });

  test.each(types)('a logout token of type %s is no ID token, at a sign-in or a refresh', (typ) => {
    for (const nonce of ['n-1', undefined]) {
      const token = logoutToken(context, { nonce }, typed(typ));
      const verdict = examineIdToken({ ...input(token), nonce, accessToken: 'a' });
      expect(verdict).toMatchObject({ accepted: false });
      expect(['type', 'kind']).toContain(verdict.accepted || verdict.refusal.check);
    }
  });
});
