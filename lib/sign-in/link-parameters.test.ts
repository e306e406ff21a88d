import { describe, expect, it } from 'vitest';
import { linkParameters } from './link-parameters';

describe('a link to the sign-in page', () => {
  it.each([
    ['prompt', 'login'],
    ['prompt', 'login consent'],
    ['prompt', 'none'],
    ['login_hint', 'alice@example.com'],
    ['login_hint', 'Åsa Öberg'],
    ['organization', 'org_1'],
    ['max_age', '0'],
    ['acr_values', 'urn:mace:incommon:iap:silver phr'],
    ['ui_locales', 'de-CH de en'],
    ['domain_hint', 'contoso.com'],
    ['kc_idp_hint', 'google'],
    ['idp_hint', 'saml-1'],
    ['identity_provider', 'My SAML'],
    ['screen_hint', 'signup'],
  ])('may say %s=%s', (name, value) => {
    expect(linkParameters({ [name]: value })).toEqual({ [name]: value });
  });

  it.each([
    ...['redirect_uri', 'scope', 'client_id', 'request', 'request_uri', 'resource', 'response_type'],
    ...[
      'response_mode',
      'state',
      'nonce',
      'code_challenge',
      'audience',
      'claims',
      'id_token_hint',
      'prompt ',
    ],
    ...['__proto__', 'constructor', 'toString', 'Prompt'],
  ])('may not say %s', (name) => {
    expect(linkParameters({ [name]: 'login' })).toEqual({});
    expect(linkParameters(JSON.parse(`{"${name}":"login"}`))).toEqual({});
  });

  it.each([
    ['prompt', 'evil'],
    ['prompt', 'none login'],
    ['prompt', ''],
    ['max_age', '-1'],
    ['max_age', '1e3'],
    ['max_age', '1234567890'],
    ['login_hint', 'x'.repeat(257)],
    ['login_hint', 'a\nb'],
    ['login_hint', 'a\u202Eb'],
    ['login_hint', 'a\u2028b'],
    ['login_hint', '\uD800'],
    ['organization', 'org 1&scope=x'],
    ['acr_values', 'a  b'],
    ['ui_locales', 'de\r\nX: y'],
    ['domain_hint', 'contoso.com#x'],
  ])('may not say %s=%j', (name, value) => {
    expect(linkParameters({ [name]: value })).toEqual({});
  });

  it('that says something twice says nothing', () => {
    expect(linkParameters({ prompt: ['login', 'consent'], login_hint: 'a' })).toEqual({ login_hint: 'a' });
  });
});
