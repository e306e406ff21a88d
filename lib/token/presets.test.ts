import { beforeAll, describe, expect, test } from 'vitest';
import type { ProviderSettings } from '../config/config';
import { profileOf } from '../provider/profile';
import { testIssuers as issuers, testTenant as tenant, testSettings } from '../provider/testing';
import { projectClaims } from './claims';
import type { Expectations } from './expectations';
import { expectationsOf } from './expectations';
import { type KeySet, toKeySet } from './key-set';
import { forge, headerOf, newTokenContext, type TokenContext } from './testing';
import { verify } from './verify';

type Kind = keyof typeof issuers;

let context: TokenContext;
let keys: KeySet;
beforeAll(async () => {
  context = await newTokenContext();
  keys = await toKeySet(context.published);
});

function expectations(kind: Kind, changes: Partial<ProviderSettings>): Expectations {
  const settings = testSettings({ issuer: issuers[kind], ...changes });
  return expectationsOf(settings, profileOf(settings), projectClaims);
}

/** Judges a token of a provider of this kind. @returns its scopes, or the check that refused it */
function judged(
  kind: Kind,
  claims: Record<string, unknown>,
  {
    header = {},
    settings = {},
  }: { header?: Record<string, unknown>; settings?: Partial<ProviderSettings> } = {},
) {
  const all = { iss: issuers[kind], sub: 'user-1', iat: context.now - 10, exp: context.now + 300, ...claims };
  const token = forge(headerOf(context.rsa, { typ: undefined, ...header }), all, context.rsa);
  const verdict = verify({ token, keys, expectations: expectations(kind, settings), now: context.now });
  return verdict.accepted ? verdict.token.scopes : verdict.refusal.check;
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
    const verdict = verify({ token, keys, expectations: expectations('entra', {}), now: context.now });
    expect(verdict).toMatchObject({
      refusal: { check: 'signature', found: expect.stringContaining('Microsoft Graph') },
    });
  });
});

describe('an access token of any other provider', () => {
  test('is not taken from an ID token that carries roles, groups or an authorized party', () => {
    const idToken = { aud: 'client-1', azp: 'client-1', groups: ['a'], name: 'Alice' };
    expect(judged('generic', idToken)).toBe('kind');
  });

  test('may have the client as its audience where it carries a scope', () => {
    expect(judged('generic', { aud: 'client-1', scp: ['example:note:read'] })).toEqual(['example:note:read']);
  });

  test('grants nothing by claims that are not for scopes there', () => {
    const claims = { aud: 'client-1', scope: 'a', permissions: ['b'], roles: ['c'] };
    expect(judged('generic', claims)).toEqual(['a']);
  });
});
