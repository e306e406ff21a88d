import { describe, expect, test } from 'vitest';
import { testIssuers as issuers, testTenant as tenant, testSettings } from '../../test/provider/settings';
import type { ProviderSettings } from '../config/config';
import { kindOf } from '../token';
import { baseScopes, profileOf, signOutUrl } from './profile';

type Kind = keyof typeof issuers;
const kinds = Object.keys(issuers) as Kind[];

const settings = (kind: Kind, changes: Partial<ProviderSettings> = {}) =>
  testSettings({ issuer: issuers[kind], ...changes });

const profile = (kind: Kind, changes: Partial<ProviderSettings> = {}) => profileOf(settings(kind, changes));

const metadata = {
  issuer: 'https://id.example',
  authorization_endpoint: 'https://login.example/oauth2/authorize',
  token_endpoint: 'https://login.example/oauth2/token',
  jwks_uri: 'https://id.example/keys',
};

describe('the kind of provider', () => {
  test.each(kinds)('%s is told by the issuer', (kind) => {
    expect(kindOf(issuers[kind])).toBe(kind);
    expect(profile(kind).kind).toBe(kind);
  });

  test.each([
    'https://cognito-idp.eu-central-1.amazonaws.com.evil.example/eu-central-1_AbC',
    'https://evil.example/cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbC',
    'https://cognito-idp.eu-central-1.amazonaws.com/',
    'https://auth0.com/',
    'https://example.auth0.com.evil.example/',
    'https://login.microsoftonline.com.evil.example/x/v2.0',
    'https://login.microsoftonline.com/a/b/v2.0',
    'https://example.com/login.microsoftonline.com/x/v2.0',
    'https://login.microsoftonline.us.evil.example/x/v2.0',
    'https://login.microsoftonline.de/x/v2.0',
    'https://login.microsoftonlineXcom/x/v2.0',
    'https://evil.example/?https://login.microsoftonline.com/x/v2.0',
    'https://login.microsoftonline.com@evil.example/x/v2.0',
    'https://login.microsoftonline.com/x?y/v2.0',
    'http://login.microsoftonline.com/x/v2.0',
    'https://login.partner.microsoftonline.cn.evil.example/x/v2.0',
    'https://microsoftonline.cn/x/v2.0',
    'https://evilciamlogin.com/x/v2.0',
    'https://ciamlogin.com/x/v2.0',
    'https://a.ciamlogin.com.evil.example/x/v2.0',
    'https://evil.example/a.ciamlogin.com/x/v2.0',
    'https://sts.windows.net.evil.example/x/',
    'https://evil-sts.windows.net/x/',
    'https://sts.windows.net/x',
    'https://sts.windows.net/x/y/',
    'https://sts.chinacloudapi.cn.evil.example/x/',
    'https://issuer-cognito-idp.eu-central-1.amazonaws.com.evil.example/eu-central-1_AbC',
    'https://evil-issuer-cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbC',
    'https://example.okta.com.evil.example/oauth2/default',
    'https://example.evilokta.com/oauth2/default',
    'https://okta.com/oauth2/default',
    'https://evil.example/example.okta.com/oauth2/default',
    'https://example.okta.com',
    'https://example.okta.com/oauth2/',
    'https://example.okta.com/oauth2/default/x',
  ])('%s is not taken for one that it looks like', (issuer) => {
    expect(kindOf(issuer)).toBe('generic');
  });

  test.each([
    ['cognito', 'https://issuer-cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbCdEfGhI'],
    ['entra', `https://login.microsoftonline.us/${tenant}/v2.0`],
    ['entra', `https://login.partner.microsoftonline.cn/${tenant}/v2.0`],
    ['entra', `https://${tenant}.ciamlogin.com/${tenant}/v2.0`],
    ['entra', `https://sts.windows.net/${tenant}/`],
    ['entra', `https://sts.chinacloudapi.cn/${tenant}/`],
    ['okta', 'https://example.oktapreview.com/oauth2/aus1a2B3c4D5e6F7g8h9'],
    ['okta', 'https://example.okta-emea.com/oauth2/default'],
  ] as const)('%s is told by the issuer %s', (kind, issuer) => {
    expect(kindOf(issuer)).toBe(kind);
  });

  test('is what OIDC_PROVIDER says, whatever the issuer: a custom domain tells nothing', () => {
    const { kind, authorizeParams } = profile('generic', { preset: 'auth0', audiences: ['https://api'] });
    expect({ kind, authorizeParams }).toEqual({
      kind: 'auth0',
      authorizeParams: { audience: 'https://api' },
    });
  });
});

describe('an issuer that tokens may name', () => {
  test.each([
    [issuers.entra, `https://sts.windows.net/${tenant}/`],
    [`https://login.microsoftonline.us/${tenant}/v2.0`, `https://sts.windows.net/${tenant}/`],
    [`https://login.partner.microsoftonline.cn/${tenant}/v2.0`, `https://sts.chinacloudapi.cn/${tenant}/`],
    [`https://${tenant}.ciamlogin.com/${tenant}/v2.0`, `https://sts.windows.net/${tenant}/`],
    [`https://sts.windows.net/${tenant}/`, issuers.entra],
    [`https://sts.chinacloudapi.cn/${tenant}/`, `https://login.partner.microsoftonline.cn/${tenant}/v2.0`],
  ])('is at Entra ID (%s) also that of the other version, of the same tenant', (issuer, other) => {
    expect(profile('entra', { issuer }).issuers).toEqual([issuer, other]);
  });

  test.each(['cognito', 'auth0', 'okta', 'generic'] as const)('is at %s the configured one alone', (kind) => {
    expect(profile(kind).issuers).toEqual([issuers[kind]]);
  });

  test('is never guessed for another address that is called entra by hand', () => {
    expect(profile('generic', { preset: 'entra' }).issuers).toEqual([issuers.generic]);
  });
});

describe('what tokens must be meant for', () => {
  test.each([
    ['auth0', ['client-1']],
    ['entra', ['client-1', 'api://client-1']],
    ['okta', ['api://default']],
    ['generic', ['client-1', 'microsoft:identityserver:client-1']],
  ] as const)('%s says in aud', (kind, audiences) => {
    expect(profile(kind)).toMatchObject({ audiences, needsAudience: true, clients: undefined });
  });

  test('Cognito says in client_id, and in aud where it is asked for a resource', () => {
    const clients = ['client-1'];
    expect(profile('cognito')).toMatchObject({ clients, audiences: clients, needsAudience: false });
    expect(profile('cognito', { audiences: ['machine-1', 'https://api.example'] })).toMatchObject({
      ...{ clients: ['client-1', 'machine-1'], audiences: ['https://api.example'], needsAudience: true },
      authorizeParams: { resource: 'https://api.example' },
    });
    expect(profile('cognito', { audiences: ['machine-1'] }).authorizeParams).toEqual({});
  });

  test('is what OIDC_AUDIENCE says, and at Cognito also this client', () => {
    const audiences = ['a', 'b'];
    expect(profile('generic', { audiences }).audiences).toEqual(['a', 'b']);
    expect(profile('entra', { audiences }).audiences).toEqual(['a', 'api://a', 'b']);
    expect(profile('cognito', { audiences }).clients).toEqual(['client-1', 'a', 'b']);
  });
});

describe('scopes', () => {
  test.each([
    ['cognito', 'example/', 'example/'],
    ['auth0', 'example:', 'example:'],
    ['entra', 'api://client-1/', ''],
    ['generic', 'example:', 'example:'],
  ] as const)('at %s begin with "%s" in requests and "%s" in tokens', (kind, asked, granted) => {
    const { requestPrefix, tokenPrefix } = profile(kind);
    expect([requestPrefix, tokenPrefix]).toEqual([asked, granted]);
  });

  test.each(['api-1', 'api://api-1'])('at Entra ID name the API that OIDC_AUDIENCE=%s says', (audience) => {
    expect(profile('entra', { audiences: [audience] })).toMatchObject({
      requestPrefix: 'api://api-1/',
      audiences: ['api-1', 'api://api-1'],
    });
  });

  test('begin with what OIDC_SCOPE_PREFIX says, even with nothing', () => {
    expect(profile('auth0', { scopePrefix: '' })).toMatchObject({ requestPrefix: '', tokenPrefix: '' });
    expect(profile('entra', { scopePrefix: 'api://api/' })).toMatchObject({
      requestPrefix: 'api://api/',
      tokenPrefix: '',
    });
  });

  test.each([
    ['cognito', ['offline_access'], false],
    ['auth0', undefined, true],
    ['entra', ['openid'], true],
    ['generic', undefined, false],
    ['generic', ['openid', 'offline_access'], true],
  ] as const)('at %s that lists %o: offline_access is asked for: %s', (kind, scopes_supported, asked) => {
    const listed = scopes_supported && [...scopes_supported];
    const scopes = baseScopes(profile(kind), { ...metadata, scopes_supported: listed });
    expect(scopes).toEqual(['openid', 'profile', 'email', ...(asked ? ['offline_access'] : [])]);
  });
});

test('what is asked for is what is set by hand, whatever is listed or usual', () => {
  const listed = { ...metadata, scopes_supported: ['openid', 'offline_access'] };
  for (const kind of ['generic', 'auth0', 'entra', 'cognito'] as const) {
    expect(baseScopes(profile(kind, { scopes: ['openid'] }), listed)).toEqual(['openid']);
  }
});

describe('the authorization request', () => {
  test('names the API at Auth0, by the first audience', () => {
    expect(profile('auth0', { audiences: ['https://api', 'b'] }).authorizeParams).toEqual({
      audience: 'https://api',
    });
  });

  test('names none where there is none to name', () => {
    expect(profile('auth0').authorizeParams).toEqual({});
  });

  test('has what is set by hand, which wins and can take away', () => {
    const audiences = ['https://api'];
    const byHand = (authorizeParams: Record<string, string>) =>
      profile('auth0', { audiences, authorizeParams }).authorizeParams;
    expect(byHand({ prompt: 'login' })).toEqual({ audience: 'https://api', prompt: 'login' });
    expect(byHand({ audience: 'other' })).toEqual({ audience: 'other' });
    expect(byHand({ audience: '' })).toEqual({});
  });
});

describe('sign-out', () => {
  const values = { clientId: 'client-1', home: 'http://localhost:3000/', idToken: 'id-1' };
  const listed = { ...metadata, end_session_endpoint: 'https://login.example/logout?keep=1' };
  const query = (url: string | undefined) => Object.fromEntries(new URL(url ?? '').searchParams);
  const openid = {
    client_id: 'client-1',
    post_logout_redirect_uri: 'http://localhost:3000/',
    id_token_hint: 'id-1',
  };

  test.each([
    ['cognito', { client_id: 'client-1', logout_uri: 'http://localhost:3000/' }],
    ['auth0', openid],
    ['entra', openid],
    ['generic', openid],
  ] as const)('at %s that lists an endpoint goes there as it wants it', (kind, parameters) => {
    const url = signOutUrl(profile(kind), listed, values);
    expect(url).toMatch(/^https:\/\/login\.example\/logout\?/);
    expect(query(url)).toEqual({ keep: '1', ...parameters });
  });

  test.each([
    [
      'cognito',
      'https://login.example/logout?client_id=client-1&logout_uri=http%3A%2F%2Flocalhost%3A3000%2F',
    ],
    ['auth0', 'https://login.example/v2/logout?client_id=client-1&returnTo=http%3A%2F%2Flocalhost%3A3000%2F'],
    ['entra', undefined],
    ['generic', undefined],
  ] as const)('at %s that lists none goes to %s', (kind, url) => {
    expect(signOutUrl(profile(kind), metadata, values)).toBe(url);
  });

  test('without an ID token leaves the hint out', () => {
    const url = signOutUrl(profile('generic'), listed, { ...values, idToken: undefined });
    expect(query(url)).not.toHaveProperty('id_token_hint');
  });

  test('with an ID token so large that the address would be refused leaves the hint out, and nothing else', () => {
    const of = (idToken: string) => signOutUrl(profile('entra'), listed, { ...values, idToken }) ?? '';
    const large = 'x'.repeat(10_000);
    expect(query(of(large))).toEqual({
      keep: '1',
      client_id: values.clientId,
      post_logout_redirect_uri: values.home,
    });
    const room = 2_000 - of('').length;
    expect(query(of('x'.repeat(room)))).toHaveProperty('id_token_hint');
    expect(of('x'.repeat(room))).toHaveLength(2_000);
    expect(query(of('x'.repeat(room + 1)))).not.toHaveProperty('id_token_hint');
  });

  test.each([
    ['https://x.b2clogin.com/t/oauth2/v2.0/logout?p=B2C_1_signin', { p: 'B2C_1_signin' }],
    ['https://id.example/out?a=1&a=2&b=%20', { a: '2', b: ' ' }],
  ])('keeps what the address %s asks for by itself', (address, own) => {
    const url = signOutUrl(profile('generic'), { end_session_endpoint: address }, values);
    expect(query(url)).toMatchObject({ ...own, client_id: values.clientId });
    expect(url).toContain(address.split('?')[1]?.split('&')[0]);
  });

  test('without metadata at hand, while the provider is down, has no place to go', () => {
    expect(signOutUrl(profile('cognito'), {}, values)).toBeUndefined();
  });
});
