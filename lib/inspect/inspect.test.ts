import { beforeAll, describe, expect, test } from 'vitest';
import { inspecting } from '../../test/inspect/inspecting';
import { hostileCorpus } from '../../test/token/hostile/corpus';
import {
  accessClaims,
  accessToken,
  encodePart,
  forge,
  headerOf,
  hmac,
  logoutToken,
  newTokenContext,
  partsOf,
  type TokenContext,
} from '../../test/token/tokens';
import type { ProviderKind } from '../token';
import { findToken, type Inspection, inspect } from './index';

let context: TokenContext;
beforeAll(async () => {
  context = await newTokenContext();
});

const look = (text: string, options: Parameters<typeof inspecting>[1] = {}): Promise<Inspection> =>
  inspect(text, inspecting(context, options));

/** A token of five parts, as a JWE has (RFC 7516 §3.1). */
const encrypted = () =>
  `${encodePart({ alg: 'RSA-OAEP', enc: 'A256GCM' })}.${'k'.repeat(342)}.iviviviviviviviv.text.${'t'.repeat(22)}`;

const unsigned = () => `${encodePart({ alg: 'none' })}.${encodePart(accessClaims(context))}.`;

function symmetric(): string {
  const input = `${encodePart({ alg: 'HS256', typ: 'JWT' })}.${encodePart(accessClaims(context))}`;
  return `${input}.${hmac(input, 'secret', 'HS256').toString('base64url')}`;
}

/** Each has an explanation of its own. */
const refused: Record<
  string,
  [make: () => string, kind: string, cause: string, headline: RegExp, remedy: RegExp]
> = {
  'that has expired': [
    () => accessToken(context, { exp: context.now - 3 * 3_600 }),
    ...(['access token', 'expiry', /it expired 3 hours ago$/, /Get a new one/] as const),
  ],
  'without an expiry': [
    () => accessToken(context, { exp: undefined }),
    ...(['access token', 'expiry', /does not say when it expires/, /./] as const),
  ],
  'that is not valid yet': [
    () => accessToken(context, { nbf: context.now + 600 }),
    ...(['access token', 'not_before', /not valid yet, but in 10 minutes$/, /Wait/] as const),
  ],
  'of the future': [
    () => accessToken(context, { iat: context.now + 7_200 }),
    ...(['access token', 'issued_at', /issued in 2 hours$/, /clock/] as const),
  ],
  'of another issuer, with its key': [
    () =>
      accessToken(
        context,
        { iss: 'https://other.example' },
        { signer: { ...context.attacker, kid: 'other' } },
      ),
    ...([
      'access token',
      'issuer',
      /another issuer, “https:\/\/other\.example”/,
      /issuer\.example\/tenant/,
    ] as const),
  ],
  'of another issuer, with our key': [
    () => accessToken(context, { iss: 'https://other.example' }),
    ...(['access token', 'issuer', /another issuer/, /OIDC_ISSUER/] as const),
  ],
  'for another audience': [
    () => accessToken(context, { aud: 'https://other-api.example' }),
    ...(['access token', 'audience', /another API, “https:\/\/other-api/, /https:\/\/api\.example/] as const),
  ],
  'with a key that nobody knows': [
    () => accessToken(context, {}, { signer: { ...context.attacker, kid: 'gone' } }),
    ...(['access token', 'key', /does not publish, “gone”/, /Get a new one/] as const),
  ],
  'with a broken signature': [
    () => accessToken(context, {}, { signer: context.attacker }),
    ...(['access token', 'signature', /signature is not valid/, /unchanged/] as const),
  ],
  'that nobody signed': [
    unsigned,
    ...(['unsigned token', 'unsigned token', /nobody has signed it/, /RS256/] as const),
  ],
  'that is signed with a secret': [
    symmetric,
    ...(['HMAC-signed token', 'HMAC-signed token', /shared secret \(“HS256”\)/, /key pair/] as const),
  ],
  'that is opaque': [
    () => 'gho_16C7e42F292c6912E7710c838347Ae178B4a',
    ...(['opaque token', 'opaque token', /it is opaque/, /audience or resource/] as const),
  ],
  'that is encrypted': [
    encrypted,
    ...(['encrypted token', 'encrypted token', /it is encrypted/, /encryption/] as const),
  ],
  'that is an ID token': [
    () =>
      accessToken(
        context,
        { aud: context.clientId, nonce: 'n', scope: undefined },
        { header: { typ: 'JWT' } },
      ),
    ...(['ID token', 'ID token', /it is an ID token/, /access_token/] as const),
  ],
  'that is a refresh token by its claims': [
    () => accessToken(context, { typ: 'Refresh' }),
    ...(['refresh token', 'refresh token', /it is a refresh token/, /revoke/] as const),
  ],
  'that is a refresh token by its name': [
    () => '{"refresh_token":"1.AXkA-abcdefghijklmnop"}',
    ...(['refresh token', 'refresh token', /it is a refresh token/, /revoke/] as const),
  ],
  'that is a logout token': [
    () => logoutToken(context),
    ...(['logout token', 'logout token', /it is a logout token/, /backchannel-logout/] as const),
  ],
  'for Microsoft Graph': [
    () =>
      accessToken(
        context,
        { aud: '00000003-0000-0000-c000-000000000000' },
        { signer: context.attacker, header: { nonce: 'n' } },
      ),
    ...([
      'token for Microsoft Graph',
      'token for Microsoft Graph',
      /Microsoft Graph/,
      /example:note:read/,
    ] as const),
  ],
  'for Microsoft Graph, by its header alone': [
    () => accessToken(context, {}, { signer: context.attacker, header: { nonce: 'n' } }),
    ...(['access token', 'token for Microsoft Graph', /Microsoft Graph/, /scope of your own API/] as const),
  ],
  'that is bound to a key': [
    () => accessToken(context, { cnf: { jkt: 'x' } }),
    ...(['key-bound token', 'key-bound token', /bound to a key/, /DPoP/] as const),
  ],
  'that a terminal has cut': [
    () => accessToken(context).slice(0, 300),
    ...([
      'truncated token',
      'truncated token',
      /cut off: it ends before its signature/,
      /Copy it whole/,
    ] as const),
  ],
  'whose signature has lost its end': [
    () => accessToken(context).slice(0, -60),
    ...(['truncated token', 'truncated token', /signature has 211 of 256 bytes/, /Copy it whole/] as const),
  ],
  'whose end is an ellipsis': [
    () => `${accessToken(context).slice(0, 20)}…`,
    ...(['truncated token', 'truncated token', /cut off: an ellipsis stands/, /Copy it whole/] as const),
  ],
  'that is too large': [
    () => accessToken(context, { groups: 'g'.repeat(17_000) }),
    ...(['access token', 'size', /larger than 16 KiB/, /groups/] as const),
  ],
  'of another algorithm': [
    () =>
      forge({ alg: 'RS512', kid: 'rsa-1' }, accessClaims(context), { ...context.rsa, algorithm: 'RS512' }),
    ...(['access token', 'algorithm', /not accepted, “RS512”/, /OIDC_ALGORITHMS/] as const),
  ],
};

describe('a token', () => {
  test('that the API takes is taken, with how long it lives', async () => {
    const found = await look(accessToken(context));
    expect(found).toMatchObject({
      verdict: 'accepted',
      headline: 'This API would take it: it is valid for another 5 minutes',
      kind: 'access token',
      remarks: [],
      claims: { sub: 'user-1' },
      header: { alg: 'RS256' },
      scopes: ['example:note:read', 'example:note:create'],
    });
    expect(found.remedy).toBeUndefined();
  });

  test('that has just expired, within the tolerance, is taken and says so', async () => {
    const found = await look(accessToken(context, { exp: context.now - 5 }));
    expect(found.headline).toBe(
      'This API would take it: it expired 5 seconds ago, which the clock tolerance forgives for a moment',
    );
  });

  test('without a scope of this API is taken, and may do nothing', async () => {
    const { verdict, remarks } = await look(accessToken(context, { scope: 'openid' }));
    expect(verdict).toBe('accepted');
    expect(remarks).toEqual([expect.stringContaining('403')]);
  });

  test.each(Object.entries(refused))('%s is refused, and told why', async (_name, row) => {
    const [make, kind, cause, headline, remedy] = row;
    const found = await look(make());
    expect(found).toMatchObject({ verdict: 'refused', kind, cause });
    expect(found.headline).toMatch(/^This API would refuse it: /);
    expect(found.headline).toMatch(headline);
    expect(found.remedy).toMatch(remedy);
    expect(found.remedy).toMatch(/[.]$/);
    expect(found.checks.find(({ result }) => result === 'fail')?.name).toBe(found.refusal?.check);
  });

  test.each(['cognito', 'auth0', 'entra', 'okta', 'generic'] as const)(
    'of %s has remedies without a placeholder of ours',
    async (preset: ProviderKind) => {
      for (const [make] of Object.values(refused)) {
        const { remedy = '' } = await look(make(), { preset });
        expect(remedy).not.toMatch(/\{(issuer|audience|expected|algorithms|scope)\}/);
      }
    },
  );
});

describe('what an API would not take as it stands', () => {
  const wrap = (text: string) => (text.match(/.{1,70}/g) ?? []).join('\n');
  test.each<[string, (token: string) => string, RegExp]>([
    ['wrapped', wrap, /wrapped/],
    ['percent-encoded', (one) => `Bearer%20${one}`, /percent-encoded/],
    ['quoted', (one) => `"${one}"`, /quotation marks/],
  ])('%s is mended and judged, and it says so', async (_name, form, said) => {
    const { verdict, remarks } = await look(form(accessToken(context)));
    expect(verdict).toBe('accepted');
    expect(remarks).toContainEqual(expect.stringMatching(said));
    expect(remarks).toContainEqual(expect.stringContaining('Sent as it was pasted, it would be refused'));
  });

  test('with Bearer in front is a header, and nothing is wrong with it', async () => {
    const { verdict, remarks } = await look(`Bearer ${accessToken(context)}`);
    expect({ verdict, remarks }).toEqual({
      verdict: 'accepted',
      remarks: ['The scheme in front of it was left out.'],
    });
  });
});

describe('without a verdict', () => {
  test('for want of keys, that is said, and no fault of the token', async () => {
    const found = await look(accessToken(context), { isDown: true });
    expect(found.verdict).toBe('unavailable');
    expect(found.headline).toMatch(/cannot judge it now/);
    expect(found.remedy).toMatch(/cannot be reached/);
    expect(found.claims).toMatchObject({ sub: 'user-1' });
  });

  test('what no key could save is refused all the same', async () => {
    expect(await look('abcdefgh', { isDown: true })).toMatchObject({ verdict: 'refused' });
  });

  test.each([
    ['nothing', '  ', /nothing to judge/, /Paste a token/],
    ['prose', 'Hello there, world', /No token was found/, /Paste a token/],
    ['decoded claims', '{"iss":"https://a.example"}', /No token was found/, /signature is what counts/],
    ['a mebibyte of HTML', '<b>'.repeat(400_000), /No token was found/, /./],
  ])('of %s', async (_name, text, headline, remedy) => {
    const found = await look(text);
    expect(found.verdict).toBe('no token');
    expect(found.headline).toMatch(headline);
    expect(found.remedy).toMatch(remedy);
  });
});

describe('the verdict', () => {
  test('is the one of the API, for every hostile token there is', async () => {
    const options = inspecting(context);
    let judged = 0;
    for (const { name, check, make } of hostileCorpus) {
      const token = make(context);
      const found = await inspect(token, options);
      // Spaces around a token, for instance: taken off, nothing is wrong with it.
      if (findToken(token)?.token !== token) continue;
      judged++;
      expect(found, name).toMatchObject({ verdict: 'refused', refusal: { check } });
      expect(found.headline, name).toMatch(/^This API would refuse it: [^\n]{5,300}$/);
      expect(found.remedy, name).toMatch(/./);
    }
    expect(judged).toBeGreaterThan(200);
  });

  test('holds neither the token nor its signature', async () => {
    for (const make of [() => accessToken(context), ...Object.values(refused).map(([one]) => one)]) {
      const token = make();
      const text = JSON.stringify(await look(token));
      const [, , signature] = partsOf(token);
      expect(text).not.toContain(token);
      if (signature.length > 20) expect(text).not.toContain(signature);
    }
  });

  test('is repeated where a key came between verdict and checks', async () => {
    const options = inspecting(context);
    let asked = 0;
    const verifier: typeof options.verifier = {
      ...options.verifier,
      verify: (token) => (asked++ === 0 ? options.verifier.verify('x') : options.verifier.verify(token)),
    };
    expect(await inspect(accessToken(context), { ...options, verifier })).toMatchObject({
      verdict: 'accepted',
    });
    expect(asked).toBe(2);
  });

  test('shows hostile claims as they are written, in one visible line', async () => {
    const iss = 'https://a.example/\u202e\u0007<script>alert(1)</script>\n';
    const { headline } = await look(accessToken(context, { iss }));
    expect(headline).toContain('https://a.example/\\u{202e}\\u{0007}<script>');
    expect(headline).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  test('takes claims of any number, and refuses nesting without end', async () => {
    const many = Object.fromEntries(Array.from({ length: 2_000 }, (_, index) => [`c${index}`, 1]));
    expect((await look(accessToken(context, many))).cause).toBe('size');
    const deep = `{"a":${'['.repeat(1_000)}${']'.repeat(1_000)}}`;
    const found = await look(forge(headerOf(context.rsa), deep, context.rsa));
    expect(found).toMatchObject({
      cause: 'claims',
      headline: expect.stringContaining('nested deeper than 32'),
    });
  });
});
