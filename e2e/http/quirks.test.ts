import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { newSigner, newTokenContext } from '../../test/token/tokens';
import { bearer } from '../support/own-provider';
import {
  type AppAtQuirkyProvider,
  type Quirks,
  type QuirkyAnswer,
  startAtQuirkyProvider,
} from '../support/quirky-provider';
import { sameOrigin, sessionOf } from '../support/session';

/** Providers as people have met them, each a small deviation, in front of the production build. */
let at: AppAtQuirkyProvider;

/** One app for all tests of a group; each test says what its provider does its own way. */
function inFrontOf(env: Record<string, string> = {}): void {
  beforeAll(async () => {
    at = await startAtQuirkyProvider({}, env);
  });
  afterEach(() => {
    at.provider.quirks = {};
    at.provider.seen.length = 0;
  });
  afterAll(() => at.stop());
}

/** For quirks of what an app fetches once: it is started anew. */
async function freshly<T>(quirks: Quirks, hold: () => Promise<T>, env?: Record<string, string>): Promise<T> {
  at = await startAtQuirkyProvider(quirks, env);
  try {
    return await hold();
  } finally {
    await at.stop();
  }
}

const call = (path: string, headers: Record<string, string>, method = 'GET') =>
  fetch(`${at.app.baseUrl}${path}`, { method, headers, redirect: 'manual' });

/** The access token of a session, judged as the API judges a bearer token. */
async function granted(quirks: Quirks): Promise<string> {
  at.provider.quirks = {
    ...quirks,
    signIn: ({ usual }) => {
      token = String(usual.access_token);
      return { body: usual };
    },
  };
  let token = '';
  await at.redeem();
  return token;
}

const everything = ['read', 'create', 'update', 'delete'].map((verb) => `example:note:${verb}`);
const someNote = '/api/notes/00000000-0000-4000-8000-000000000000';

describe('who the two tokens are about', () => {
  inFrontOf();

  test('an access token that names the person otherwise than the ID token signs them in (Okta)', async () => {
    const okta = { sub: 'alice@example.com', uid: '00u1', cid: 'client-1', scp: ['example:note:read'] };
    at.provider.quirks = {
      access: { ...okta, scope: undefined, client_id: undefined },
      accessHeader: { typ: undefined },
      idToken: { sub: '00u1' },
    };
    const session = await at.signIn();
    expect(await (await call('/api/my-scopes', session)).json()).toEqual(['example:note:read']);
    expect((await call('/api/notes', session)).status).toBe(200);
  });

  test('an access token that looks like an ID token is refused, with the way on (Authentik)', async () => {
    at.provider.quirks = { access: { nonce: 'n', azp: 'client-1' }, accessHeader: { typ: 'JWT' } };
    const answer = await at.redeem();
    expect(answer.status).toBe(400);
    expect((await answer.json()).error_description).toContain('OIDC_ACCESS_TOKEN_CLAIM');
  });

  test('a person without a name in their ID token is asked for it at UserInfo, once', async () => {
    at.provider.quirks = {
      idToken: { name: undefined },
      userinfo: ({ authorization }) =>
        authorization?.startsWith('Bearer ') ? { body: { sub: 'user-1', name: 'Alice' } } : { body: {} },
    };
    const session = await at.signIn();
    expect(await sessionOf(at.app, session)).toMatchObject({ signedIn: true, name: 'Alice' });
    expect(at.provider.seen.filter(({ url }) => url === '/userinfo')).toHaveLength(1);
  });

  test('what UserInfo says of somebody else is not believed', async () => {
    at.provider.quirks = {
      idToken: { name: undefined },
      userinfo: () => ({ body: { sub: 'user-2', name: 'Mallory' } }),
    };
    expect(await sessionOf(at.app, await at.signIn())).toMatchObject({ signedIn: true, name: 'user-1' });
  });
});

describe('the claim that the operator names marks an access token (Authentik)', () => {
  inFrontOf({ OIDC_ACCESS_TOKEN_CLAIM: 'scope' });

  test('it signs people in although the token looks like an ID token', async () => {
    at.provider.quirks = { access: { nonce: 'n', azp: 'client-1' }, accessHeader: { typ: 'JWT' } };
    expect((await call('/api/notes', await at.signIn())).status).toBe(200);
  });

  test('an ID token is still none', async () => {
    const access = { nonce: 'n', scope: undefined, client_id: undefined };
    const token = await granted({ access, accessHeader: { typ: 'JWT' } });
    const answer = await call('/api/my-token', bearer(token));
    expect([answer.status, (await answer.json()).check]).toEqual([401, 'kind']);
  });
});

describe('an access token of another issuer that the provider itself names (AD FS)', () => {
  const trust = 'http://sts.example/adfs/services/trust';
  const adfs: Quirks = {
    discovery: (usual) => ({ ...usual, access_token_issuer: trust }),
    access: { iss: trust, aud: 'microsoft:identityserver:client-1' },
  };

  test('is accepted, and its ID token only from the issuer itself', async () => {
    await freshly(
      adfs,
      async () => {
        expect((await call('/api/my-token', await at.signIn())).status).toBe(200);
        at.provider.quirks = { ...adfs, idToken: { iss: trust } };
        expect((await at.redeem()).status).toBe(400);
      },
      { OIDC_AUDIENCE: '' },
    );
  });

  test('is refused where the provider does not name it', async () => {
    await freshly({ access: adfs.access }, async () => expect((await at.redeem()).status).toBe(400), {
      OIDC_AUDIENCE: '',
    });
  });
});

describe('what a token permits', () => {
  describe('at Auth0', () => {
    inFrontOf({ OIDC_PROVIDER: 'auth0' });
    test('is its scope; permissions add nothing', async () => {
      at.provider.quirks = { access: { scope: 'openid example:note:read', permissions: everything } };
      const session = await at.signIn();
      expect((await call('/api/notes', session)).status).toBe(200);
      expect((await call(someNote, { ...session, ...sameOrigin }, 'DELETE')).status).toBe(403);
    });
  });

  describe('at Entra ID', () => {
    inFrontOf({ OIDC_PROVIDER: 'entra' });
    const actions = ['note:read', 'note:delete'];
    test('is scp where there is one; roles add nothing', async () => {
      const token = await granted({ access: { scope: undefined, scp: 'note:read', roles: actions } });
      expect((await call('/api/notes', bearer(token))).status).toBe(200);
      expect((await call(someNote, bearer(token), 'DELETE')).status).toBe(403);
    });
    test('is roles where there is no scp, for a program', async () => {
      const token = await granted({ access: { scope: undefined, roles: actions, idtyp: 'app' } });
      expect((await call(someNote, bearer(token), 'DELETE')).status).toBe(404);
    });
    test('a renewal names the scopes that were granted, or would be refused (AADSTS90009)', async () => {
      at.provider.quirks = {
        access: { scope: undefined, scp: 'note:read' },
        lifetime: -5,
        refresh: ({ form, usual }) =>
          form.get('scope') ? { body: usual } : { status: 400, body: { error: 'invalid_request' } },
      };
      expect(await sessionOf(at.app, await at.signIn())).toMatchObject({ signedIn: true });
      const [asked] = at.provider.refreshes();
      const scopes = asked?.form.get('scope')?.split(' ') ?? [];
      expect(scopes.filter((scope) => scope.includes('note:'))).toEqual([
        expect.stringMatching(/^api:\/\/.+\/note:read$/),
      ]);
    });
  });

  describe('at Cognito with a resource', () => {
    inFrontOf({ OIDC_PROVIDER: 'cognito' });
    const use = { token_use: 'access', client_id: 'client-1' };
    test.each([
      ['our own aud', 'https://api.example', 200],
      ['the aud of another', 'https://other.example', 401],
      ['no aud', undefined, 401],
    ])('a token with %s (%s) is answered %i', async (_name, aud, status) => {
      const token = await granted({ access: { ...use, aud } });
      expect((await call('/api/my-token', bearer(token))).status).toBe(status);
    });
  });

  describe('at Cognito without one', () => {
    inFrontOf({ OIDC_PROVIDER: 'cognito', OIDC_AUDIENCE: '' });
    test.each([
      [undefined, 200],
      ['https://other.example', 401],
    ])('a token of this client with the aud %s is answered %i', async (aud, status) => {
      const token = await granted({ access: { token_use: 'access', client_id: 'client-1', aud } });
      expect((await call('/api/my-token', bearer(token))).status).toBe(status);
    });
  });

  describe('anywhere', () => {
    inFrontOf();
    test.each([{ jkt: 'x' }, { 'x5t#S256': 'x' }, {}])(
      'a token bound to a key (%j) is none as Bearer',
      async (cnf) => {
        const token = await granted({ access: { cnf } });
        const answer = await call('/api/my-token', bearer(token));
        expect([answer.status, (await answer.json()).check]).toEqual([401, 'binding']);
        expect(answer.headers.get('www-authenticate')).toContain('error="invalid_token"');
      },
    );
  });
});

describe('a renewal', () => {
  inFrontOf({ OIDC_AUTHORIZE_PARAMS: 'resource=https://a.example&resource=https://b.example' });

  /** A session whose token has to be renewed at its first use. */
  async function renewedBy(refresh: Quirks['refresh']): Promise<{ cookie: string }> {
    at.provider.quirks = { lifetime: -5, refresh };
    return at.signIn();
  }

  const odd: [string, (usual: Record<string, unknown>) => QuirkyAnswer][] = [
    ['with expires_in 0', (usual) => ({ body: { ...usual, expires_in: 0 } })],
    ['with expires_in as a word', (usual) => ({ body: { ...usual, expires_in: 'soon' } })],
    ['without token_type', ({ token_type: _, ...usual }) => ({ body: usual })],
    ['with status 201', (usual) => ({ status: 201, body: usual })],
    ['with null members', (usual) => ({ body: { ...usual, scope: null, id_token: null } })],
    ['with scope as a list', (usual) => ({ body: { ...usual, scope: ['openid'] } })],
    ['with an ID token that is none', (usual) => ({ body: { ...usual, id_token: 7 } })],
    ['behind a byte order mark', (usual) => ({ body: `\uFEFF${JSON.stringify(usual)}` })],
  ];
  test.each(odd)('%s is kept, and the token spent once', async (_name, answer) => {
    const session = await renewedBy(({ usual }) => answer(usual));
    expect(await sessionOf(at.app, session)).toMatchObject({ signedIn: true });
    expect((await call('/api/my-token', session)).status).toBe(200);
    expect(at.provider.refreshes()).toHaveLength(1);
  });

  test('that brings a refresh token alone keeps that, and spends it next', async () => {
    let calls = 0;
    const session = await renewedBy(({ usual: { access_token, ...rest } }) => {
      calls++;
      return { body: calls === 1 ? rest : { ...rest, access_token } };
    });
    await expect
      .poll(() => sessionOf(at.app, session), { timeout: 15_000 })
      .toMatchObject({ signedIn: true });
    const spent = at.provider.refreshes().map(({ form }) => form.get('refresh_token'));
    expect(new Set(spent).size).toBe(spent.length);
  });

  test.each([
    ['invalid_grant', 400],
    ['invalid_request', 400],
    ['access_denied', 403],
    ['interaction_required', 400],
    ['unknown_session', 401],
  ])('refused with %s (%i) leads people to sign in', async (error, status) => {
    const session = await renewedBy(() => ({ status, body: { error } }));
    expect(await sessionOf(at.app, session)).toEqual({ signedIn: false, reason: 'provider' });
  });

  test.each([
    ['invalid_client', 401, { error: 'invalid_client' }],
    ['too many requests', 429, { error: 'invalid_request' }],
    ['its own trouble', 500, { error: 'invalid_grant' }],
    ['a proxy’s page', 403, '<html>'],
    ['something that passes', 400, { error: 'temporarily_unavailable' }],
  ])('answered with %s signs nobody out', async (_name, status, body) => {
    const session = await renewedBy(() => ({ status, body }));
    const answer = await call('/auth/session', session);
    expect([answer.status, answer.headers.has('retry-after')]).toEqual([503, true]);
  });

  test('names every resource of the authorization request, and so does the code', async () => {
    const session = await renewedBy(undefined);
    expect(await sessionOf(at.app, session)).toMatchObject({ signedIn: true });
    const asked = at.provider.seen.filter(({ form }) => form.has('grant_type'));
    expect(asked.map(({ form }) => form.getAll('resource'))).toEqual(
      Array(2).fill(['https://a.example', 'https://b.example']),
    );
  });
});

describe('a session whose token is refused since', () => {
  inFrontOf();
  test('is renewed once before anyone is sent away', async () => {
    const session = await at.signIn();
    const { context } = at.provider;
    const withoutOld = context.published.filter(({ kid }) => kid !== context.rsa.kid);
    at.provider.quirks = { keySet: () => ({ keys: withoutOld }), signer: context.ec };
    // An unknown key makes the app look at the key set again.
    const stranger = await newTokenContext({ issuer: at.provider.issuer, now: 0 });
    at.provider.quirks = { ...at.provider.quirks, signer: { ...stranger.ec, kid: 'unknown' } };
    await call('/api/my-token', bearer(await grantedWithout()));
    at.provider.quirks = { ...at.provider.quirks, signer: context.ec, signIn: undefined };
    expect(await sessionOf(at.app, session)).toMatchObject({ signedIn: true });
    expect(at.provider.refreshes()).toHaveLength(1);
  });

  const grantedWithout = () => granted(at.provider.quirks);
});

describe('what is fetched', () => {
  const bom = (document: unknown) => `\uFEFF${JSON.stringify(document)}`;
  const rows: [string, Quirks][] = [
    ['discovery behind a byte order mark', { discovery: bom }],
    ['a key set behind a byte order mark', { keySet: bom }],
    ['scopes_supported as a text', { discovery: (usual) => ({ ...usual, scopes_supported: 'openid' }) }],
    [
      'optional members of wrong types',
      {
        discovery: (usual) => ({
          ...usual,
          revocation_endpoint: 7,
          userinfo_endpoint: 'none',
          end_session_endpoint: [],
          authorization_response_iss_parameter_supported: 'no',
        }),
      },
    ],
    [
      'a jwks_uri with a query',
      { discovery: (usual) => ({ ...usual, jwks_uri: `${usual.jwks_uri}?appid=1` }) },
    ],
    [
      'keys with empty key_ops',
      { keySet: ({ keys }) => ({ keys: keys.map((key) => ({ ...key, key_ops: [] })) }) },
    ],
    [
      'keys without kid',
      {
        keySet: ({ keys }) => ({ keys: keys.map((key) => ({ ...key, kid: undefined })) }),
        accessHeader: { kid: undefined },
      },
    ],
  ];
  test.each(rows)('%s is read', async (_name, quirks) => {
    await freshly(quirks, async () => {
      expect((await call('/api/my-token', await at.signIn())).status).toBe(200);
    });
  });

  test('by requests that name this app: some firewalls refuse a program without a name of its own', async () => {
    await freshly({ lifetime: -5 }, async () => {
      await sessionOf(at.app, await at.signIn());
      const agents = new Set(at.provider.seen.map(({ headers }) => headers['user-agent']));
      expect([...agents]).toEqual([expect.stringMatching(/^claimcheck\b/i)]);
    });
  });

  test('the sixth of six keys without kid signs', async () => {
    const signers = await Promise.all(Array.from({ length: 6 }, () => newSigner('RS256', 'none')));
    const anonymous = signers.map(({ publicJwk: { kid: _, ...jwk } }) => jwk);
    const quirks: Quirks = {
      keySet: ({ keys }) => ({ keys: [...anonymous, ...keys] }),
      signer: signers[5],
      accessHeader: { kid: undefined },
    };
    await freshly(quirks, async () =>
      expect((await call('/api/my-token', await at.signIn())).status).toBe(200),
    );
  });

  test.each([
    ['Ed25519', 'EdDSA'],
    ['EdDSA', 'Ed25519'],
  ])('a token that says %s by a key that says %s is verified', async (header, key) => {
    const signer = await newSigner('EdDSA', 'ed-2');
    const quirks: Quirks = {
      keySet: ({ keys }) => ({ keys: [...keys, { ...signer.publicJwk, alg: key }] }),
      signer,
      accessHeader: { alg: header },
    };
    await freshly(quirks, async () =>
      expect((await call('/api/my-token', await at.signIn())).status).toBe(200),
    );
  });

  test('a key set that is valid and empty withdraws at once, and is never the caller’s fault', async () => {
    await freshly({}, async () => {
      const token = await granted({});
      expect((await call('/api/my-token', bearer(token))).status).toBe(200);
      const stranger = await newSigner('RS256', 'unknown');
      const forged = await granted({ signer: stranger, keySet: () => ({ keys: [] }) });
      await call('/api/my-token', bearer(forged));
      const answer = await call('/api/my-token', bearer(token));
      expect([answer.status, (await answer.json()).code]).toEqual([503, 'keys_unavailable']);
    });
  });
});

describe('signing out', () => {
  inFrontOf();
  test('with an ID token of 10 KB leads to an address that every server reads', async () => {
    at.provider.quirks = { idToken: { sid: 'sid-1', groups: Array(200).fill('g'.repeat(36)) } };
    const session = await at.signIn();
    const answer = await call('/auth/logout', { ...session, ...sameOrigin }, 'POST');
    expect(answer.status).toBe(200);
    expect(answer.headers.getSetCookie()[0]).toMatch(/Max-Age=0/);
    const head = [...answer.headers].map(([name, value]) => `${name}: ${value}`).join('\n');
    expect(head.length).toBeLessThan(4_096);
    const page = await answer.text();
    expect(page).toContain('client_id=client-1');
    expect(page.length).toBeLessThan(4_096);
  });

  test('at the provider by a frame without cookies ends the session by its sid (Entra ID)', async () => {
    at.provider.quirks = { idToken: { sid: 'sid-2' } };
    const [session, other] = [await at.signIn(), await at.signIn()];
    at.provider.quirks = { idToken: { sid: 'sid-3' } };
    const bystander = await at.signIn();
    const answer = await call('/auth/frontchannel-logout?sid=sid-2', {});
    expect([answer.status, answer.headers.get('x-frame-options')]).toEqual([200, null]);
    expect(answer.headers.get('content-security-policy')).toContain(`frame-ancestors ${at.provider.issuer}`);
    for (const ended of [session, other]) {
      expect(await sessionOf(at.app, ended)).toEqual({ signedIn: false, reason: 'provider' });
    }
    expect(await sessionOf(at.app, bystander)).toMatchObject({ signedIn: true });
    const foreign = `/auth/frontchannel-logout?sid=sid-3&iss=${encodeURIComponent('https://evil.example')}`;
    expect((await call(foreign, {})).status).toBe(400);
    expect(await sessionOf(at.app, bystander)).toMatchObject({ signedIn: true });
  });
});

describe('on a developer’s machine', () => {
  inFrontOf({ SESSION_SECRET: '' });
  test('two variables are two: the secret that seals sessions is made; another app’s cookie disturbs nobody', async () => {
    const { cookie } = await at.signIn();
    const both = { cookie: `session=${'x'.repeat(43)}; ${cookie}; session=other` };
    expect(await sessionOf(at.app, both)).toMatchObject({ signedIn: true });
  });
});
