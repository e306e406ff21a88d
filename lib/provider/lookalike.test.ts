import { describe, expect, it } from 'vitest';
import { testIssuers } from '../../test/provider/settings';
import { lookalike, lookalikeHint } from './lookalike';

const of = (issuer: string) => ({ issuer, preset: undefined });
const endpoints = (base: string, token: string, keys: string) => ({
  authorization_endpoint: `${base}/authorize`,
  token_endpoint: `${base}${token}`,
  jwks_uri: `${base}${keys}`,
});

describe('a provider that looks like another kind than it is treated as', () => {
  it.each([
    ['https://login.microsoftonline.de/tenant/v2.0', {}, 'entra'],
    ['https://login.partner.microsoftonline.cn/tenant/v2.0/', {}, 'entra'],
    [
      'https://login.example.com/tenant/v2.0',
      endpoints('https://x.ciamlogin.com/t', '/oauth2/v2.0/token', '/k'),
      'entra',
    ],
    [
      'https://login.example.com/tenant/v2.0',
      endpoints('https://login.example.com/tenant', '/oauth2/v2.0/token', '/discovery/v2.0/keys'),
      'entra',
    ],
    ['https://auth.example.com/eu-central-1_AbCdEfGhI', {}, 'cognito'],
    [
      'https://id.example.com',
      endpoints('https://x.auth.eu-central-1.amazoncognito.com', '/oauth2/token', '/k'),
      'cognito',
    ],
    [
      'https://login.example.com/',
      endpoints('https://login.example.com', '/oauth/token', '/.well-known/jwks.json'),
      'auth0',
    ],
    ['https://login.example.com/', endpoints('https://t.eu.auth0.com', '/x', '/y'), 'auth0'],
    [
      'https://login.example.com/oauth2/default',
      endpoints('https://login.example.com/oauth2/default', '/v1/token', '/v1/keys'),
      'okta',
    ],
  ] as const)('%s: %j is like %s', (issuer, metadata, kind) => {
    expect(lookalike(of(issuer), metadata)).toBe(kind);
    expect(lookalikeHint(of(issuer), metadata)).toContain(`OIDC_PROVIDER=${kind}`);
  });

  it.each([
    ['https://id.example.com/realms/one', endpoints('https://id.example.com/realms/one', '/token', '/certs')],
    ['https://id.example.com', endpoints('https://id.example.com', '/oauth/token', '/.well-known/jwks.json')],
    ['https://microsoftonline.com.evil.example', {}],
    ['https://notauth0.com', {}],
    ['https://id.example.com/v2.0', {}],
    ['', {}],
  ])('%s: %j is like nobody', (issuer, metadata) => {
    expect(lookalike(of(issuer), metadata)).toBeUndefined();
    expect(lookalikeHint(of(issuer), metadata)).toBe('');
  });

  it('is nothing to talk about where its kind is certain, or set by hand', () => {
    for (const issuer of Object.values(testIssuers)) expect(lookalike(of(issuer))).toBeUndefined();
    const byHand = { issuer: 'https://auth.example.com/eu-central-1_AbCdEfGhI', preset: 'generic' } as const;
    expect(lookalikeHint(byHand)).toBe('');
  });

  it('is told apart at Okta, whose own server cannot be used', () => {
    expect(lookalikeHint(of('https://dev-1.okta.com'))).toContain('https://dev-1.okta.com/oauth2/default');
    expect(lookalikeHint(of('https://dev-1.okta.com/oauth2/default'))).toBe('');
  });
});
