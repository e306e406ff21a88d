import { describe, expect, it, vi } from 'vitest';
import { TestClock, testAccessToken, testOwner } from '../../test/session/sessions';
import { refusalBy } from '../../test/token/tokens';
import type { WordedVerdict } from '../provider/no-keys';
import { generic } from '../provider/presets/generic';
import { remedyFor } from '../provider/remedies';
import { explainError } from '../provider/symptoms';
import type { TokenAnswer } from '../provider/token-endpoint';
import type { AccessToken, JsonObject } from '../token';
import { projectClaims } from '../token/claims';
import { allChecks, examine } from '../token/examine';
import { type ExchangeOptions, exchangeForSession, toSessionTokens } from './token-exchange';

const clock = new TestClock();
const redirectUri = 'https://app.example/auth/callback';

const parameters = {
  grant_type: 'authorization_code',
  code: 'the-code',
  code_verifier: 'v'.repeat(43),
  nonce: 'n'.repeat(16),
  redirect_uri: redirectUri,
};

const granted = {
  outcome: 'granted',
  grant: {
    access_token: 'access-1',
    token_type: 'Bearer',
    expires_in: 999,
    refresh_token: 'refresh-1',
    id_token: 'id-1',
    scope: 'openid example:note:read',
  },
} as const;

const accepted: WordedVerdict<AccessToken> = { outcome: 'accepted', token: testAccessToken(clock) };
const identified: WordedVerdict<JsonObject> = {
  outcome: 'accepted',
  token: { sub: 'alice', name: 'Alice Liddell' },
};

function setup(personClaim?: string) {
  const exchange = vi.fn(async (): Promise<TokenAnswer> => granted);
  const verify = vi.fn(async (_token: string): Promise<WordedVerdict<AccessToken>> => accepted);
  const verifyIdToken = vi.fn(async (): Promise<WordedVerdict<JsonObject>> => identified);
  const obstacle = vi.fn<ExchangeOptions['obstacle']>(async () => undefined);
  const userinfo = vi.fn<ExchangeOptions['userinfo']>(async () => undefined);
  const revokeUnused = vi.fn<ExchangeOptions['revokeUnused']>();
  const ask = (changes: Record<string, string | undefined> = {}) => {
    const form = new URLSearchParams();
    for (const [name, value] of Object.entries({ ...parameters, ...changes })) {
      if (value !== undefined) form.set(name, value);
    }
    return exchangeForSession(form, {
      redirectUri,
      obstacle,
      exchange,
      verify,
      verifyIdToken,
      userinfo,
      revokeUnused,
      personClaim,
      remedy: (check) => remedyFor(generic, check),
      explainError,
      clock: clock.read,
    });
  };
  const refusal = async (changes: Record<string, string | undefined> = {}) => {
    const mediated = await ask(changes);
    if (!('refusal' in mediated)) throw new Error('the sign-in was accepted');
    return mediated.refusal;
  };
  return { obstacle, exchange, verify, verifyIdToken, userinfo, revokeUnused, ask, refusal };
}

describe('a sign-in that is in order', () => {
  it('gives the tokens to the session, for the person whom both tokens name', async () => {
    const { ask } = setup();
    expect(await ask()).toEqual({
      signedIn: {
        ...testOwner,
        identity: { ...testOwner, sid: undefined, claims: { sub: 'alice', name: 'Alice Liddell' } },
        tokens: {
          accessToken: 'access-1',
          refreshToken: 'refresh-1',
          idToken: 'id-1',
          // What the verified token says, not what the answer claims.
          accessTokenExpiresAt: clock.seconds + 300,
          obtainedAt: clock.seconds,
          scopes: ['openid', 'example:note:read'],
          name: 'Alice Liddell',
        },
      },
    });
  });

  it('remembers whom the ID token names, and in which of its sessions: logout tokens say so, too', async () => {
    const { ask, verifyIdToken } = setup();
    const claims = { iss: 'https://login.example', sub: 'alice', sid: 'session-provider-diagnoses' };
    verifyIdToken.mockResolvedValue({ outcome: 'accepted', token: claims });
    expect(await ask()).toMatchObject({
      signedIn: { identity: { issuer: claims.iss, subject: claims.sub, sid: claims.sid } },
    });
    for (const sid of [17, '', 'x'.repeat(256), 'a\0b', null]) {
      verifyIdToken.mockResolvedValue({ outcome: 'accepted', token: { ...claims, sid } });
      expect(await ask()).toMatchObject({ signedIn: { identity: { sid: undefined } } });
    }
  });

  it('passes code and verifier on once, and has both tokens verified, the nonce with them', async () => {
    const { ask, exchange, verify, verifyIdToken } = setup();
    await ask({ client_id: 'ignored', scope: 'ignored' });
    expect(exchange.mock.calls).toEqual([[{ code: 'the-code', codeVerifier: 'v'.repeat(43), redirectUri }]]);
    expect(verify.mock.calls).toEqual([['access-1']]);
    expect(verifyIdToken.mock.calls).toEqual([
      [{ token: 'id-1', nonce: 'n'.repeat(16), accessToken: 'access-1' }],
    ]);
  });

  it('may come without refresh token and scope: the token’s own scopes count', () => {
    const grant = { access_token: 'access-1', token_type: 'Bearer' };
    expect(toSessionTokens(grant, testAccessToken(clock), 'Alice', clock.now)).toMatchObject({
      refreshToken: undefined,
      idToken: undefined,
      scopes: ['example:note:read'],
    });
  });
});

describe('a token request that is refused before the provider hears of it', () => {
  it.each([undefined, 'refresh_token', 'client_credentials', 'password', 'AUTHORIZATION_CODE'])(
    'has the grant type %s',
    async (grant_type) => {
      const { refusal, exchange } = setup();
      expect(await refusal({ grant_type })).toMatchObject({ status: 400, error: 'unsupported_grant_type' });
      expect(exchange).not.toHaveBeenCalled();
    },
  );

  it.each([
    ['code', undefined],
    ['code', ''],
    ['code', 'c'.repeat(4_097)],
    ['code_verifier', undefined],
    ['code_verifier', 'v'.repeat(42)],
    ['code_verifier', 'v'.repeat(129)],
    ['code_verifier', `${'v'.repeat(43)}+`],
    ['code_verifier', `${'v'.repeat(43)}\n`],
    ['nonce', undefined],
    ['nonce', 'n'.repeat(15)],
    ['nonce', 'n'.repeat(257)],
    ['redirect_uri', undefined],
  ])('lacks a good %s (%j), which it names', async (name, value) => {
    const { refusal, exchange } = setup();
    const { status, error, description } = await refusal({ [name]: value });
    expect({ status, error }).toEqual({ status: 400, error: 'invalid_request' });
    expect(description).toBe(`The parameter ${name} is missing or malformed. Start the sign-in again.`);
    expect(exchange).not.toHaveBeenCalled();
  });

  it.each([
    'https://evil.example/auth/callback',
    `${redirectUri}/`,
    `${redirectUri}?a=b`,
    '',
    'http://app.example/auth/callback',
  ])('names another redirect_uri (%s)', async (redirect_uri) => {
    const { refusal, exchange } = setup();
    const { error, description } = await refusal({ redirect_uri });
    expect(error).toBe('invalid_request');
    expect(description).toContain('APP_BASE_URL');
    expect(exchange).not.toHaveBeenCalled();
  });
});

describe('a provider that does not grant tokens', () => {
  it.each([
    ['invalid_grant', /used up, expired/],
    ['invalid_client', /OIDC_CLIENT_ID and OIDC_CLIENT_SECRET/],
    ['unauthorized_client', /authorization codes/],
    ['something_else', /something_else/],
  ])('for %s is quoted, with what to do', async (error, words) => {
    const { refusal, exchange, verify } = setup();
    exchange.mockResolvedValue({ outcome: 'refused', error, description: 'Computer says no' });
    const answer = await refusal();
    expect(answer).toMatchObject({ status: 400, error });
    expect(answer.description).toMatch(words);
    expect(answer.description).toContain('It says: Computer says no');
    expect(verify).not.toHaveBeenCalled();
  });

  it('and says nothing is not quoted', async () => {
    const { refusal, exchange } = setup();
    exchange.mockResolvedValue({ outcome: 'refused', error: 'invalid_grant', description: undefined });
    expect((await refusal()).description).not.toContain('It says');
  });

  it('because it cannot be reached may be tried again', async () => {
    const { refusal, exchange } = setup();
    exchange.mockResolvedValue({ outcome: 'unavailable', reason: 'the token endpoint answered 502' });
    const answer = await refusal();
    expect(answer).toMatchObject({ status: 503, error: 'temporarily_unavailable' });
    expect(answer.description).toContain('the token endpoint answered 502');
  });
});

describe('tokens that are not believed', () => {
  it('an opaque access token names OIDC_AUDIENCE', async () => {
    const { refusal, verify, exchange } = setup();
    const expectations = {
      issuer: testOwner.issuer,
      issuers: [testOwner.issuer],
      audiences: ['a'],
      needsAudience: true,
      clients: undefined,
      accessTokenClaim: undefined,
      subjectClaim: 'sub',
      clientId: 'c',
      algorithms: ['RS256'],
      clockTolerance: 0,
      claims: projectClaims,
      saysTokenUse: false,
      accessTokenClaims: [],
      scopeClaims: [],
    };
    const keys = { keys: [], ignored: [] };
    verify.mockImplementation(async (token) => {
      const verdict = await examine({ token, keys, expectations, now: clock.seconds });
      return verdict.accepted ? accepted : { outcome: 'refused', refusal: verdict.refusal };
    });
    for (const opaque of ['Zm9vYmFyYmF6cXV4', 'a.b', 'header..iv.text.tag', '9d4e-11', 'a.b.c.d']) {
      exchange.mockResolvedValue({ outcome: 'granted', grant: { ...granted.grant, access_token: opaque } });
      const { error, description } = await refusal();
      expect(error).toBe('invalid_grant');
      expect(description).toContain('OIDC_AUDIENCE');
      expect(description).not.toContain(opaque);
    }
  });

  it.each([
    ['audience', 'OIDC_AUDIENCE'],
    ['issuer', 'OIDC_ISSUER'],
    ['algorithm', 'OIDC_ALGORITHMS'],
    ['kind', 'OIDC_ACCESS_TOKEN_CLAIM'],
    ['binding', 'bearer'],
    ['subject', 'never changes'],
    ['expiry', 'clock'],
    ['not_before', 'clock'],
    ['issued_at', 'clock'],
    ['signature', 'at the provider'],
  ])('an access token refused for its %s says so, with a hint at %s', async (check, hint) => {
    const { refusal, verify, verifyIdToken } = setup();
    verify.mockResolvedValue({ outcome: 'refused', refusal: refusalBy(check) });
    const { status, error, description } = await refusal();
    expect({ status, error }).toEqual({ status: 400, error: 'invalid_grant' });
    expect(description).toContain(`The access token was refused (${check}): it is wrong.`);
    expect(description).toContain(hint);
    expect(verifyIdToken).not.toHaveBeenCalled();
    // A hint for a check that is called something else by now would never be seen.
    expect(allChecks.map(({ name }) => name)).toContain(check);
  });

  it('a missing ID token names the scope openid', async () => {
    const { refusal, exchange } = setup();
    exchange.mockResolvedValue({ outcome: 'granted', grant: { ...granted.grant, id_token: undefined } });
    expect((await refusal()).description).toContain('openid');
  });

  it('an ID token of another sign-in is named by its failed check', async () => {
    const { refusal, verifyIdToken } = setup();
    const because = 'it belongs to another sign-in';
    verifyIdToken.mockResolvedValue({ outcome: 'refused', refusal: refusalBy('nonce', because) });
    expect(await refusal()).toEqual({
      status: 400,
      error: 'invalid_grant',
      description:
        'The ID token was refused (nonce): it belongs to another sign-in. Expected something; found something else. Start the sign-in again.',
    });
  });

  it.each([{ oid: 'mallory-here' }, { oid: 'Alice-here' }, { oid: null }])(
    'an ID token about %j is not about alice-here',
    async (claims) => {
      const { refusal, verify, verifyIdToken } = setup('oid');
      const token = testAccessToken(clock);
      const value = { ...token, claims: { ...token.claims, oid: 'alice-here' } };
      verify.mockResolvedValue({ outcome: 'accepted', token: value });
      verifyIdToken.mockResolvedValue({ outcome: 'accepted', token: { sub: 'alice', ...claims } });
      expect(await refusal()).toMatchObject({
        error: 'invalid_grant',
        description: expect.stringContaining('different people'),
      });
    },
  );

  it.each([
    ['Okta, where one is a login name', undefined, { sub: '00u1' }],
    ['a provider with a sub of its own for each API', undefined, { sub: 'pairwise-7' }],
    ['Entra ID, where one of them lacks the claim', 'oid', { sub: 'pairwise-7', oid: 'alice-here' }],
  ])('both about their owner, may name them differently: %s', async (_, personClaim, claims) => {
    const { ask, verifyIdToken } = setup(personClaim);
    verifyIdToken.mockResolvedValue({ outcome: 'accepted', token: { ...claims, name: 'Alice' } });
    expect(await ask()).toMatchObject({
      // Notes go by the access token; a sign-out at the provider by the ID token.
      signedIn: { ...testOwner, identity: { subject: claims.sub } },
    });
  });

  it.each([
    ['the same person', 'alice-here', true],
    ['somebody else', 'mallory-here', false],
  ])(
    'a claim that names %s in both tokens is compared as the provider wrote it, though the project drops it',
    async (_, named, same) => {
      const { ask, exchange, verifyIdToken } = setup('oid');
      const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
      const accessToken = `${part({ alg: 'RS256' })}.${part({ sub: 'for-the-api', oid: 'alice-here' })}.c2ln`;
      exchange.mockResolvedValue({ ...granted, grant: { ...granted.grant, access_token: accessToken } });
      verifyIdToken.mockResolvedValue({ outcome: 'accepted', token: { sub: 'for-the-app', oid: named } });
      expect('signedIn' in (await ask())).toBe(same);
    },
  );

  it('because nothing but somebody who acts can help never says to wait', async () => {
    const { exchange, verify, verifyIdToken, refusal } = setup();
    const why = { passes: false, title: 'The provider publishes no key', detail: 'Its key set is empty.' };
    const permanent: TokenAnswer = {
      outcome: 'unavailable',
      reason: 'its answer makes no sense',
      permanent: true,
    };
    const told = [];
    verifyIdToken.mockResolvedValueOnce({ outcome: 'unavailable', retryAfter: 3, reason: 'down', why });
    told.push(await refusal());
    verify.mockResolvedValueOnce({ outcome: 'unavailable', retryAfter: 3, reason: 'down', why });
    told.push(await refusal());
    exchange.mockResolvedValueOnce(permanent);
    told.push(await refusal());
    for (const { error, description } of told) {
      expect(error).toBe('misconfigured');
      expect(description).not.toMatch(/moment|cannot be reached/);
    }
    expect(told.map(({ description }) => description).join()).toMatch(
      /key set is empty.*no sense.*OIDC_TOKEN/s,
    );
  });

  it('because no keys can be had may be tried again', async () => {
    const first = setup();
    first.verify.mockResolvedValue({ outcome: 'unavailable', retryAfter: 3, reason: 'down' });
    expect(await first.refusal()).toMatchObject({ status: 503, error: 'temporarily_unavailable' });
    const second = setup();
    second.verifyIdToken.mockResolvedValue({ outcome: 'unavailable', retryAfter: 3, reason: 'down' });
    expect(await second.refusal()).toMatchObject({ status: 503, error: 'temporarily_unavailable' });
  });

  it('never appear in the answer, nor does the code or its verifier', async () => {
    const { refusal, verify } = setup();
    verify.mockResolvedValue({ outcome: 'refused', refusal: refusalBy('audience') });
    expect(JSON.stringify(await refusal())).not.toMatch(/access-1|refresh-1|id-1|the-code|vvvv/);
  });
});

describe('what keeps a sign-in from its end, whatever the code', () => {
  it.each([
    ['store', 'store_unavailable', 'DATABASE_URL'],
    [
      { passes: true, title: 'The provider cannot be reached', detail: 'See /api/health.' },
      'temporarily_unavailable',
      '/api/health',
    ],
  ] as const)(
    '(%j) leaves the code unused, so that the same request may come again',
    async (what, error, hint) => {
      const { refusal, obstacle, exchange, revokeUnused } = setup();
      obstacle.mockResolvedValue(what);
      expect(await refusal()).toEqual({
        status: 503,
        error,
        description: expect.stringContaining(hint),
        retryAfter: 5,
      });
      expect(exchange).not.toHaveBeenCalled();
      expect(revokeUnused).not.toHaveBeenCalled();
    },
  );

  it('is looked for only where the request is in order: strangers keep no database busy', async () => {
    const { refusal, obstacle } = setup();
    await refusal({ code: undefined });
    await refusal({ grant_type: 'password' });
    await refusal({ redirect_uri: 'https://evil.example/' });
    expect(obstacle).not.toHaveBeenCalled();
  });

  it('and cannot even be found out ends it before the code is spent', async () => {
    const { ask, obstacle, exchange } = setup();
    obstacle.mockRejectedValue(new Error('no such table'));
    await expect(ask()).rejects.toThrow('no such table');
    expect(exchange).not.toHaveBeenCalled();
  });
});

describe('a refresh token that nobody will use', () => {
  it.each<[string, Partial<Record<'verify' | 'verifyIdToken', WordedVerdict<never>>>]>([
    ['the access token is refused', { verify: { outcome: 'refused', refusal: refusalBy('audience') } }],
    ['there are no keys for it', { verify: { outcome: 'unavailable', retryAfter: 3, reason: 'down' } }],
    ['the ID token is refused', { verifyIdToken: { outcome: 'refused', refusal: refusalBy('nonce') } }],
    [
      'there are no keys for that',
      { verifyIdToken: { outcome: 'unavailable', retryAfter: 3, reason: 'down' } },
    ],
  ])('is taken back once, because %s; and asking again is not suggested', async (_, verdicts) => {
    const { refusal, verify, verifyIdToken, revokeUnused } = setup();
    if (verdicts.verify) verify.mockResolvedValue(verdicts.verify);
    if (verdicts.verifyIdToken) verifyIdToken.mockResolvedValue(verdicts.verifyIdToken);
    expect(await refusal()).not.toHaveProperty('retryAfter');
    expect(revokeUnused.mock.calls).toEqual([['refresh-1']]);
  });

  it('is taken back, too, where judging fails', async () => {
    const { ask, verify, revokeUnused } = setup();
    verify.mockRejectedValue(new Error('out of memory'));
    await expect(ask()).rejects.toThrow('out of memory');
    expect(revokeUnused.mock.calls).toEqual([['refresh-1']]);
  });

  it('is not the one of somebody who is signed in', async () => {
    const { ask, revokeUnused } = setup();
    expect(await ask()).toHaveProperty('signedIn');
    expect(revokeUnused).not.toHaveBeenCalled();
  });
});

describe('an error of the provider', () => {
  it.each([
    ['server_error', 'temporarily_unavailable'],
    ['store_unavailable', 'temporarily_unavailable'],
    ['cross_site', 'invalid_grant'],
    ['access_denied', 'invalid_grant'],
    ['misconfigured', 'invalid_grant'],
    ['temporarily_unavailable', 'temporarily_unavailable'],
    ['invalid_client', 'invalid_client'],
  ])('called %s is not taken for trouble of this app, or for its own rule', async (error, code) => {
    const { refusal, exchange } = setup();
    exchange.mockResolvedValue({ outcome: 'refused', error, description: undefined });
    expect(await refusal()).toMatchObject({
      error: code,
      description: expect.stringMatching(/provider/),
    });
  });
});

describe('the UserInfo endpoint', () => {
  const nameless = (claims: JsonObject = {}): WordedVerdict<JsonObject> => ({
    outcome: 'accepted',
    token: { sub: 'alice', ...claims },
  });

  it('is asked once where the ID token says nothing of a name, with what the sign-in brought', async () => {
    const { ask, verifyIdToken, userinfo } = setup();
    verifyIdToken.mockResolvedValue(nameless({ name: ' ', email: null, acr: '1' }));
    userinfo.mockResolvedValue({ sub: 'alice', name: 'Alice of UserInfo', department: 'Tea' });
    const claims = { sub: 'alice', acr: '1', name: 'Alice of UserInfo', department: 'Tea' };
    expect(await ask()).toMatchObject({
      signedIn: { identity: { claims }, tokens: { name: 'Alice of UserInfo', accessToken: 'access-1' } },
    });
    expect(userinfo.mock.calls).toEqual([[{ accessToken: 'access-1', subject: 'alice' }]]);
  });

  it.each([
    { name: 'A' },
    { given_name: 'A' },
    { family_name: 'A' },
    { preferred_username: 'a' },
    { nickname: 'a' },
    { email: 'a@b.example' },
  ])('is not asked where the ID token says %j', async (claims) => {
    const { ask, verifyIdToken, userinfo } = setup();
    verifyIdToken.mockResolvedValue(nameless(claims));
    expect(await ask()).toHaveProperty('signedIn');
    expect(userinfo).not.toHaveBeenCalled();
  });

  it('that has no answer, or one without a name, leaves people their subject', async () => {
    for (const told of [undefined, { sub: 'alice' }, { sub: 'alice', name: 7, email: ['a'] }]) {
      const { ask, verifyIdToken, userinfo } = setup();
      verifyIdToken.mockResolvedValue(nameless());
      userinfo.mockResolvedValue(told);
      expect(await ask()).toMatchObject({ signedIn: { tokens: { name: 'alice' } } });
    }
  });

  it('hears nothing of tokens that are not believed', async () => {
    const { refusal, verifyIdToken, userinfo } = setup();
    verifyIdToken.mockResolvedValue({ outcome: 'refused', refusal: refusalBy('nonce') });
    await refusal();
    expect(userinfo).not.toHaveBeenCalled();
  });
});

describe('a token that works only with a key of its holder', () => {
  it('is refused with a sentence that names the cause and where to change it', async () => {
    const { exchange, refusal } = setup();
    const description = 'token_type "DPoP"';
    exchange.mockResolvedValue({ outcome: 'refused', error: 'unsupported_token_type', description });
    expect(await refusal()).toEqual({
      status: 400,
      error: 'unsupported_token_type',
      description: expect.stringMatching(/DPoP.*sender-constrained tokens off.*It says: token_type "DPoP"$/),
    });
  });
});
