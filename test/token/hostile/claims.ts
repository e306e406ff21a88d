import { accessToken, type TokenContext } from '../tokens';
import { forEach, type HostileToken, refusedBy } from './hostile-token';

const withClaims = (context: TokenContext, claims: Record<string, unknown>) => accessToken(context, claims);

/** As most providers send ID tokens: nothing in the header says what kind it is. */
const untyped = (context: TokenContext, claims: Record<string, unknown>, typ: string | undefined = 'JWT') =>
  accessToken(context, claims, { header: { typ } });

const nameOf = (value: unknown) => JSON.stringify(value) ?? 'missing';

const otherTypes = [null, true, 0, [], {}, [[]]];

const issuers: Record<string, (issuer: string) => unknown> = {
  'another issuer': () => 'https://attacker.example',
  'the issuer with something after it': (issuer) => `${issuer}.attacker.example`,
  'the issuer with a path after it': (issuer) => `${issuer}/other`,
  'the issuer with a slash after it': (issuer) => `${issuer}/`,
  'the issuer without its last character': (issuer) => issuer.slice(0, -1),
  'the issuer with something before it': (issuer) => `x${issuer}`,
  'the issuer as user information': (issuer) => `https://${new URL(issuer).host}@attacker.example`,
  'the issuer in capitals': (issuer) => issuer.toUpperCase(),
  'the issuer over another scheme': (issuer) =>
    issuer.replace(/^https?/, (scheme) => (scheme === 'https' ? 'http' : 'https')),
  'the issuer with a space after it': (issuer) => `${issuer} `,
  'the issuer with a NUL after it': (issuer) => `${issuer}\0`,
  'the issuer with a query': (issuer) => `${issuer}?`,
  'the issuer with a fragment': (issuer) => `${issuer}#`,
  'the issuer percent-encoded': (issuer) =>
    issuer.replace(/.$/, (last) => `%${last.charCodeAt(0).toString(16)}`),
  'the issuer with a letter of another alphabet': (issuer) => issuer.replace('t', 'т'),
  'a list with the issuer': (issuer) => [issuer],
  'an object with the issuer': (issuer) => ({ [issuer]: true }),
  'an empty issuer': () => '',
  'no issuer': () => undefined,
};

const issuer = refusedBy('issuer', {
  ...forEach(
    Object.entries(issuers),
    ([name]) => name,
    (context, [, make]) => withClaims(context, { iss: make(context.issuer) }),
  ),
  ...forEach(
    otherTypes,
    (value) => `iss ${nameOf(value)}`,
    (context, value) => withClaims(context, { iss: value }),
  ),
});

const logoutEvent = { 'http://schemas.openid.net/event/backchannel-logout': {} };

const kind = refusedBy('kind', {
  'an ID token with a nonce': (context) =>
    untyped(context, { aud: context.clientId, nonce: 'n-1', scope: undefined, client_id: undefined }),
  'an ID token with a nonce and the audience of the API': (context) => untyped(context, { nonce: 'n-1' }),
  'an ID token with a nonce and no typ': (context) => untyped(context, { nonce: 'n-1' }, undefined),
  'an ID token with at_hash': (context) => untyped(context, { at_hash: 'x' }),
  'an ID token with c_hash': (context) => untyped(context, { c_hash: 'x' }),
  'an ID token with s_hash': (context) => untyped(context, { s_hash: 'x' }),
  'an ID token with a nonce of null': (context) => untyped(context, { nonce: null }),
  'an ID token by its audience alone': (context) =>
    untyped(context, { aud: context.clientId, scope: undefined, client_id: undefined }),
  'an ID token by its audience in a list alone': (context) =>
    untyped(context, {
      aud: [context.clientId],
      scope: undefined,
      client_id: undefined,
      email: 'a@b.example',
    }),
  'an ID token by its audience listed twice': (context) =>
    untyped(context, { aud: [context.clientId, context.clientId], scope: undefined, client_id: undefined }),
  ...forEach(
    ['id', 'refresh', 'ID', 'Access', ''],
    (use) => `token_use ${nameOf(use)}`,
    (context, use) => withClaims(context, { token_use: use }),
  ),
  ...forEach(
    ['ID', 'Refresh', 'Offline', 'Logout', 'id_token', 'refresh_token', 'dpop+jwt', ''],
    (typ) => `the claim typ ${nameOf(typ)}`,
    (context, typ) => withClaims(context, { typ }),
  ),
  'token_use id although the header says at+jwt': (context) =>
    accessToken(context, { token_use: 'id' }, { header: { typ: 'at+jwt' } }),
  'a logout token': (context) =>
    untyped(context, { aud: context.clientId, events: logoutEvent, sid: 's-1', scope: undefined }),
  'a logout token that calls itself at+jwt': (context) => withClaims(context, { events: logoutEvent }),
  ...forEach(
    [{}, [], null, 'x'],
    (events) => `events ${nameOf(events)}`,
    (context, events) => withClaims(context, { events }),
  ),
});

const binding = refusedBy(
  'binding',
  forEach(
    [{ jkt: 'x' }, { 'x5t#S256': 'x' }, { jwk: { kty: 'EC' } }, { kid: 'x' }, {}, [], null, false, 'x', 0],
    (cnf) => `cnf ${nameOf(cnf)}`,
    (context, cnf) => withClaims(context, { cnf }),
  ),
);

const audiences: Record<string, (audience: string) => unknown> = {
  'no audience': () => undefined,
  'another audience': () => 'https://other.example',
  'a list of other audiences': () => ['https://other.example', 'https://third.example'],
  'the audience with something after it': (audience) => `${audience}.attacker.example`,
  'the audience with a slash after it': (audience) => `${audience}/`,
  'the audience without its last character': (audience) => audience.slice(0, -1),
  'the audience in capitals': (audience) => audience.toUpperCase(),
  'two audiences in one string': (audience) => `${audience} https://other.example`,
  'two audiences with a comma between': (audience) => `${audience},https://other.example`,
  'the audience in a list in a list': (audience) => [[audience]],
  'the audience beside a number': (audience) => [audience, 1],
  'the audience beside null': (audience) => [null, audience],
  'the audience in an object': (audience) => ({ [audience]: true }),
  'the audience in an object like a list': (audience) => ({ 0: audience, length: 1 }),
  'an empty audience': () => '',
  'a list with an empty audience': () => [''],
};

const audience = refusedBy('audience', {
  ...forEach(
    Object.entries(audiences),
    ([name]) => name,
    (context, [, make]) => withClaims(context, { aud: make(context.audience) }),
  ),
  ...forEach(
    otherTypes,
    (value) => `aud ${nameOf(value)}`,
    (context, value) => withClaims(context, { aud: value }),
  ),
  'the issuer as the audience': (context) => withClaims(context, { aud: context.issuer }),
  'the audience of the client alone': (context) => withClaims(context, { aud: context.clientId }),
});

const notTimes = [null, true, '', 'soon', '1800000300', '2030-01-01T00:00:00Z', [], [1_800_000_300], {}];

const times = (claim: string) =>
  forEach(
    notTimes,
    (value) => `${claim} ${nameOf(value)}`,
    (context, value) => withClaims(context, { [claim]: value }),
  );

const expiry = refusedBy('expiry', {
  ...times('exp'),
  'no expiry time': (context) => withClaims(context, { exp: undefined }),
  'an expiry time an hour ago': (context) => withClaims(context, { exp: context.now - 3_600 }),
  'an expiry time just beyond the leeway': (context) =>
    withClaims(context, { exp: context.now - context.clockTolerance }),
  'an expiry time of zero': (context) => withClaims(context, { exp: 0 }),
  'a negative expiry time': (context) => withClaims(context, { exp: -1 }),
});

const notBefore = refusedBy('not_before', {
  ...times('nbf'),
  'a token for tomorrow': (context) => withClaims(context, { nbf: context.now + 86_400 }),
  'a token for a minute beyond the leeway': (context) =>
    withClaims(context, { nbf: context.now + context.clockTolerance + 60 }),
  'a token whose nbf is in milliseconds': (context) => withClaims(context, { nbf: context.now * 1_000 }),
});

const issuedAt = refusedBy('issued_at', {
  ...times('iat'),
  'a token issued tomorrow': (context) => withClaims(context, { iat: context.now + 86_400 }),
  'a token issued a minute beyond the leeway': (context) =>
    withClaims(context, { iat: context.now + context.clockTolerance + 60 }),
  'a token whose iat is in milliseconds': (context) => withClaims(context, { iat: context.now * 1_000 }),
});

const subject = refusedBy('subject', {
  ...forEach(
    otherTypes,
    (value) => `sub ${nameOf(value)}`,
    (context, value) => withClaims(context, { sub: value }),
  ),
  'no subject': (context) => withClaims(context, { sub: undefined }),
  'an empty subject': (context) => withClaims(context, { sub: '' }),
  'a subject of 256 characters': (context) => withClaims(context, { sub: 'x'.repeat(256) }),
  'a subject that is a list': (context) => withClaims(context, { sub: ['user-1'] }),
});

/** Tokens that the provider signed, but not for this API, not for now, or not as an access token. */
export const claimsCorpus: readonly HostileToken[] = [
  ...issuer,
  ...kind,
  ...binding,
  ...audience,
  ...expiry,
  ...notBefore,
  ...issuedAt,
  ...subject,
];
