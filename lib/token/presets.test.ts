import { beforeAll, describe, expect, test } from 'vitest';
import { testIssuers as issuers, testTenant as tenant, testSettings } from '../../test/provider/settings';
import { forge, headerOf, logoutToken, newTokenContext, type TokenContext } from '../../test/token/tokens';
import type { ProviderSettings } from '../config/config';
import { examineIdToken } from '../openid/id-token';
import { examineLogoutToken } from '../openid/logout-token';
import { presets } from '../provider/presets';
import { kindIn } from '../provider/profile';
import { remedyFor } from '../provider/remedies';
import { projectClaims } from './claims';
import { examine } from './examine';
import { expectationsOf } from './expectations';
import type { Expectations } from './expected';
import { toKeySet } from './key-set';
import type { KeySet } from './keys';

type Kind = keyof typeof issuers;

let context: TokenContext;
let keys: KeySet;
beforeAll(async () => {
  context = await newTokenContext();
  keys = await toKeySet(context.published);
});

function expectations(kind: Kind, changes: Partial<ProviderSettings>, listedIssuer?: string): Expectations {
  const settings = testSettings({ issuer: issuers[kind], ...changes });
  const baseUrl = 'https://app.example';
  return expectationsOf({
    ...{ ...settings, kind: kindIn(settings), claims: projectClaims },
    resources: [baseUrl, `${baseUrl}/`],
    accessTokenIssuer: settings.accessTokenIssuer ?? listedIssuer,
  });
}

interface Circumstances {
  readonly header?: Record<string, unknown>;
  readonly settings?: Partial<ProviderSettings>;
  /** What discovery calls the issuer of access tokens. */
  readonly listedIssuer?: string;
}

/** Judges a token of a provider of this kind. */
function verdictOn(
  kind: Kind,
  claims: Record<string, unknown>,
  { header = {}, settings = {}, listedIssuer }: Circumstances = {},
) {
  const all = { iss: issuers[kind], sub: 'user-1', iat: context.now - 10, exp: context.now + 300, ...claims };
  const token = forge(headerOf(context.rsa, { typ: undefined, ...header }), all, context.rsa);
  return examine({
    token,
    keys,
    expectations: expectations(kind, settings, listedIssuer),
    now: context.now,
  });
}

/** The scopes of a token, or the check that refused it. */
function judged(...asked: Parameters<typeof verdictOn>) {
  const verdict = verdictOn(...asked);
  return verdict.accepted ? verdict.token.scopes : verdict.refusal.check;
}

/** Whose a token is, or the check that refused it. */
function ownerOf(...asked: Parameters<typeof verdictOn>) {
  const verdict = verdictOn(...asked);
  return verdict.accepted ? verdict.token.subject : verdict.refusal.check;
}

describe('an access token of Cognito', () => {
  const access = { token_use: 'access', client_id: 'client-1', scope: 'openid example/note:read' };

  test('is bound by its client, for it has no audience', () => {
    expect(judged('cognito', access)).toEqual(['openid', 'example/note:read']);
  });

  test('of another client is refused, unless OIDC_AUDIENCE names that client', () => {
    const machine = { ...access, client_id: 'machine-1', sub: 'machine-1' };
    expect(judged('cognito', machine)).toBe('audience');
    const settings = { audiences: ['machine-1'] };
    expect(judged('cognito', machine, { settings })).toEqual(['openid', 'example/note:read']);
    expect(judged('cognito', access, { settings })).toEqual(['openid', 'example/note:read']);
  });

  test.each([
    ['an ID token', { token_use: 'id', aud: 'client-1', client_id: undefined }, 'kind'],
    ['one that does not say what it is', { token_use: undefined }, 'kind'],
    ['one whose client is a list', { client_id: ['client-1'] }, 'audience'],
    ['one that names this client as audience alone', { client_id: undefined, aud: 'client-1' }, 'audience'],
    ['one of another pool', { iss: `${issuers.cognito}x` }, 'issuer'],
  ])('%s is refused', (_name, changes, check) => {
    expect(judged('cognito', { ...access, ...changes })).toBe(check);
  });
});

describe('an access token of Cognito for a resource (RFC 8707)', () => {
  const resource = 'https://api.example/notes';
  const settings = { audiences: [resource, 'machine-1'] };
  const access = { token_use: 'access', client_id: 'client-1', scope: 'example/note:read', aud: resource };

  test('names it, and was issued to one of the clients', () => {
    expect(judged('cognito', access, { settings })).toEqual(['example/note:read']);
    expect(judged('cognito', { ...access, client_id: 'machine-1' }, { settings })).toEqual([
      'example/note:read',
    ]);
    expect(judged('cognito', { ...access, client_id: 'stranger' }, { settings })).toBe('audience');
  });

  test.each([
    ['none', undefined],
    ['another one', 'https://other.example'],
    ['one that only begins like it', `${resource}/more`],
    ['the client', 'client-1'],
    ['nothing that can be read', { resource }],
  ])('is refused where it names %s, though its client is right', (_name, aud) => {
    expect(judged('cognito', { ...access, aud }, { settings })).toBe('audience');
  });

  test('that is somebody else’s is refused also where OIDC_AUDIENCE names none', () => {
    expect(judged('cognito', access)).toBe('audience');
    expect(judged('cognito', { ...access, aud: null })).toBe('audience');
    expect(judged('cognito', { ...access, aud: [] })).toBe('audience');
    // As a trigger may set it, to the client alone: user-pool-lambda-pre-token-generation.html
    expect(judged('cognito', { ...access, aud: 'client-1' })).toEqual(['example/note:read']);
  });

  test('that is refused says what was wanted of both claims', () => {
    expect(verdictOn('cognito', { ...access, aud: 'x' }, { settings })).toMatchObject({
      refusal: {
        expected: expect.stringContaining(`client_id client-1 or machine-1, and aud ${resource}`),
        found: 'client_id "client-1", aud "x"',
      },
    });
    expect(verdictOn('cognito', { ...access, client_id: 'x', aud: undefined })).toMatchObject({
      refusal: { expected: expect.stringContaining('client_id client-1, and no aud or aud client-1') },
    });
  });
});

describe('an access token for this API as its own metadata names it (RFC 9728)', () => {
  test.each([
    ['generic', { scope: 'example:note:read' }],
    ['auth0', { scope: 'example:note:read' }],
    ['okta', { scp: ['example:note:read'] }],
    ['entra', { scp: 'example:note:read' }],
    ['cognito', { scope: 'example:note:read', client_id: 'client-1', token_use: 'access' }],
  ] as const)('is accepted at %s, with a slash after the origin or without', (kind, claims) => {
    const settings = { audiences: ['https://api.example'] };
    for (const aud of ['https://app.example', 'https://app.example/', ['x', 'https://app.example']])
      expect(judged(kind, { ...claims, aud }, { settings })).toEqual(['example:note:read']);
    for (const aud of ['https://app.example/api', 'https://app.example.evil.example', 'http://app.example'])
      expect(judged(kind, { ...claims, aud }, { settings })).toBe('audience');
  });
});

describe('an access token of Okta', () => {
  const access = {
    aud: 'api://default',
    sub: 'alice@example.com',
    uid: '00u1',
    cid: 'client-1',
    scp: ['openid', 'example:note:read'],
  };

  test('is for the audience of the server named default, by its scopes in a list', () => {
    expect(judged('okta', access)).toEqual(['openid', 'example:note:read']);
    expect(judged('okta', { ...access, aud: 'https://example.okta.com' })).toBe('audience');
    expect(judged('okta', { ...access, scp: [], scope: 'example:note:read' })).toEqual([]);
  });

  test('belongs to the user, whatever their login name becomes, and of a program to that', () => {
    expect(ownerOf('okta', access)).toBe('00u1');
    expect(ownerOf('okta', { ...access, sub: 'alice.new@example.com' })).toBe('00u1');
    expect(ownerOf('okta', { ...access, uid: undefined, sub: 'machine-1' })).toBe('machine-1');
  });

  test.each([[''], [null], [7], [['00u1']], ['a\0b']])('whose uid is %j is nobody’s', (uid) => {
    expect(ownerOf('okta', { ...access, uid })).toBe('subject');
  });

  test('belongs elsewhere to its subject: uid is a claim like any other', () => {
    const { aud: _, ...claims } = access;
    expect(ownerOf('generic', { ...claims, aud: 'client-1' })).toBe('alice@example.com');
  });
});

describe('an access token of AD FS', () => {
  const trust = 'http://adfs.example.com/adfs/services/trust';
  const access = {
    iss: trust,
    aud: 'microsoft:identityserver:client-1',
    scp: 'openid',
    appid: 'client-1',
    sub: 'alice',
  };

  test('names the issuer that discovery lists for access tokens, or that is set by hand', () => {
    expect(judged('generic', access, { listedIssuer: trust })).toEqual(['openid']);
    expect(judged('generic', access, { settings: { accessTokenIssuer: trust } })).toEqual(['openid']);
    expect(judged('generic', { ...access, iss: issuers.generic }, { listedIssuer: trust })).toEqual([
      'openid',
    ]);
  });

  test('names no other one, and what is set by hand is believed rather than discovery', () => {
    expect(judged('generic', access)).toBe('issuer');
    expect(judged('generic', { ...access, iss: `${trust}/` }, { listedIssuer: trust })).toBe('issuer');
    const settings = { accessTokenIssuer: 'urn:other' };
    expect(judged('generic', access, { listedIssuer: trust, settings })).toBe('issuer');
  });

  test('is bound to this client', () => {
    const other = { ...access, aud: 'microsoft:identityserver:client-2' };
    expect(judged('generic', other, { listedIssuer: trust })).toBe('audience');
  });

  test('does not lend its issuer to ID tokens and logout tokens', () => {
    const asked = {
      ...{ keys, now: context.now, nonce: 'n', accessToken: 'a' },
      expectations: expectations('generic', {}, trust),
    };
    const claims = { sub: 'alice', aud: 'client-1', nonce: 'n', iat: context.now, exp: context.now + 60 };
    const idToken = (iss: string) =>
      forge(headerOf(context.rsa, { typ: 'JWT' }), { ...claims, iss }, context.rsa);
    expect(examineIdToken({ ...asked, token: idToken(issuers.generic) })).toMatchObject({ accepted: true });
    expect(examineIdToken({ ...asked, token: idToken(trust) })).toMatchObject({
      refusal: { check: 'issuer' },
    });
    const token = logoutToken({ ...context, issuer: trust });
    expect(examineLogoutToken({ ...asked, token })).toMatchObject({ refusal: { check: 'issuer' } });
  });
});

describe('an access token that looks like an ID token (Authentik, Casdoor)', () => {
  const access = {
    ...{ aud: 'client-1', azp: 'client-1', nonce: 'n', at_hash: 'h', uid: 'x', typ: 'JWT' },
    scope: 'example:note:read',
  };
  const settings = { accessTokenClaim: 'uid' };

  test('is refused, in words that name the way on', () => {
    expect(judged('generic', access)).toBe('kind');
    expect(remedyFor(presets.generic, 'kind')).toContain('OIDC_ACCESS_TOKEN_CLAIM');
  });

  test('is accepted by the claim that a setting names', () => {
    expect(judged('generic', access, { settings })).toEqual(['example:note:read']);
    expect(judged('generic', { ...access, uid: undefined }, { settings })).toBe('kind');
  });

  test.each([
    ['an event', { events: {} }],
    ['another use', { token_use: 'id' }],
    ['another type', { typ: 'ID' }],
    ['another type, of a refresh token', { typ: 'Refresh' }],
  ])('is refused with that claim too where it names %s', (_name, changes) => {
    expect(judged('generic', { ...access, ...changes }, { settings })).toBe('kind');
  });

  test('is not accepted by a claim that every object seems to have', () => {
    expect(judged('generic', access, { settings: { accessTokenClaim: 'constructor' } })).toBe('kind');
  });
});

describe('an access token of Auth0', () => {
  const settings = { audiences: ['https://api.example'] };
  const access = {
    aud: ['https://api.example', `${issuers.auth0}userinfo`],
    azp: 'client-1',
    scope: 'openid example:note:read',
  };

  test('has a list of audiences', () => {
    expect(judged('auth0', access, { settings, header: { typ: 'JWT' } })).toEqual([
      'openid',
      'example:note:read',
    ]);
  });

  test('permits what its scopes say, whatever permissions the roles of the person bring', () => {
    const permissions = ['example:note:read', 'example:note:create', 'example:note:delete'];
    expect(judged('auth0', { ...access, permissions }, { settings })).toEqual([
      'openid',
      'example:note:read',
    ]);
    expect(judged('auth0', { ...access, scope: 'openid', permissions }, { settings })).toEqual(['openid']);
    expect(judged('auth0', { ...access, scope: undefined, permissions }, { settings })).toEqual([]);
  });

  test('of a machine need not have scopes at all', () => {
    const machine = { aud: 'https://api.example', sub: 'm@clients', gty: 'client-credentials', azp: 'm' };
    expect(judged('auth0', machine, { settings })).toEqual([]);
  });

  test('for userinfo alone is refused', () => {
    expect(judged('auth0', { ...access, aud: [`${issuers.auth0}userinfo`] }, { settings })).toBe('audience');
  });

  test('whose issuer lacks the slash is refused', () => {
    expect(judged('auth0', { ...access, iss: issuers.auth0.slice(0, -1) }, { settings })).toBe('issuer');
  });
});

describe('an access token of Entra ID', () => {
  const v2 = {
    aud: 'client-1',
    azp: 'client-1',
    scp: 'note:read note:create',
    ver: '2.0',
    oid: 'o',
    tid: tenant,
  };
  const v1 = {
    ...{ aud: 'api://client-1', appid: 'client-1', scp: 'note:read', ver: '1.0' },
    iss: `https://sts.windows.net/${tenant}/`,
  };

  test('may be of version 2 or 1, of the same tenant', () => {
    expect(judged('entra', v2, { header: { typ: 'JWT' } })).toEqual(['note:read', 'note:create']);
    expect(judged('entra', v1)).toEqual(['note:read']);
  });

  test.each([
    ['login.microsoftonline.us', 'sts.windows.net'],
    ['login.partner.microsoftonline.cn', 'sts.chinacloudapi.cn'],
    ['example.ciamlogin.com', 'sts.windows.net'],
  ])('of the cloud at %s may be of either version, by either of its issuers', (host, v1Host) => {
    const v2Issuer = `https://${host}/${tenant}/v2.0`;
    const v1Issuer = `https://${v1Host}/${tenant}/`;
    for (const issuer of [v2Issuer, v1Issuer])
      expect(judged('entra', { ...v1, iss: issuer }, { settings: { issuer: v2Issuer } })).toEqual([
        'note:read',
      ]);
    const elsewhere = { ...v1, iss: issuers.entra };
    expect(judged('entra', elsewhere, { settings: { issuer: v2Issuer } })).toBe('issuer');
  });

  test('names its v1 issuer, and no ID token does', () => {
    const asked = {
      ...{ keys, now: context.now, nonce: 'n', accessToken: 'a' },
      expectations: expectations('entra', {}),
    };
    const claims = { sub: 'a', aud: 'client-1', nonce: 'n', exp: context.now + 60, iss: v1.iss };
    const token = forge(headerOf(context.rsa, { typ: 'JWT' }), claims, context.rsa);
    expect(examineIdToken({ ...asked, token })).toMatchObject({ refusal: { check: 'issuer' } });
  });

  test.each([
    ['of another tenant, version 2', { iss: issuers.entra.replace('1111', '9999') }],
    [
      'of another tenant, version 1',
      { iss: 'https://sts.windows.net/99992222-bbbb-3333-cccc-4444dddd5555/' },
    ],
    ['of no tenant in particular', { iss: 'https://login.microsoftonline.com/{tenantid}/v2.0' }],
  ])('%s is refused', (_name, changes) => {
    expect(judged('entra', { ...v2, ...changes })).toBe('issuer');
  });

  test('of a machine has roles and no scopes', () => {
    const machine = { ...v2, scp: undefined, roles: ['note:read'], idtyp: 'app' };
    expect(judged('entra', machine)).toEqual(['note:read']);
  });

  test.each([
    ['a scope', 'note:read', ['note:read']],
    ['no scope at all', '', []],
    ['a scope that cannot be read', null, []],
  ])('of a person with app roles and %s permits what the scope says', (_name, scp, scopes) => {
    expect(judged('entra', { ...v2, scp, roles: ['note:read', 'note:delete'] })).toEqual(scopes);
  });

  test('is never an ID token, though that has the same audience, roles, and no nonce after a refresh', () => {
    const idToken = {
      aud: 'client-1',
      roles: ['note:delete'],
      name: 'Alice',
      oid: 'o',
      tid: tenant,
      ver: '2.0',
    };
    expect(judged('entra', idToken)).toBe('kind');
  });

  test('for Microsoft Graph is refused for its audience, and says so where its signature cannot fit either', () => {
    const graph = { ...v2, aud: '00000003-0000-0000-c000-000000000000' };
    expect(judged('entra', graph)).toBe('audience');
    const token = forge(headerOf(context.rsa, { nonce: 'n' }), graph, context.attacker);
    const verdict = examine({ token, keys, expectations: expectations('entra', {}), now: context.now });
    expect(verdict).toMatchObject({
      refusal: { check: 'signature', found: expect.stringContaining('Microsoft Graph') },
    });
  });
});

describe('an access token of any other provider', () => {
  test.each([
    ['an authorized party and groups', { azp: 'client-1', groups: ['a'] }],
    ['roles', { roles: ['note:read'] }],
    ['permissions', { permissions: ['example:note:read'] }],
    ['a client id', { client_id: 'client-1' }],
    ['a second audience', { aud: ['client-1', 'other'] }],
    ['a second audience, which is the API', { aud: ['https://api.example', 'client-1'] }],
  ])('is not taken from an ID token of a refresh, without a nonce, that has %s', (_name, more) => {
    const idToken = { aud: 'client-1', name: 'Alice', ...more };
    expect(judged('generic', idToken)).toBe('kind');
    expect(judged('generic', idToken, { settings: { audiences: ['https://api.example'] } })).toBe('kind');
  });

  test.each([
    ['a scope', { scope: '' }, {}],
    ['the type of RFC 9068', {}, { typ: 'at+jwt' }],
    ['the type Bearer', { typ: 'Bearer' }, {}],
    ['its use', { token_use: 'access' }, {}],
  ])('may name the client beside the API where %s marks it', (_name, more, header) => {
    const settings = { audiences: ['https://api.example'] };
    const claims = { aud: ['https://api.example', 'client-1'], ...more };
    expect(judged('generic', claims, { settings, header })).toEqual([]);
  });

  test('may have the client as its audience where it carries a scope', () => {
    expect(judged('generic', { aud: 'client-1', scp: ['example:note:read'] })).toEqual(['example:note:read']);
  });

  test('grants nothing by claims that are not for scopes there', () => {
    const claims = { aud: 'client-1', scope: 'a', permissions: ['b'], roles: ['c'] };
    expect(judged('generic', claims)).toEqual(['a']);
  });
});
