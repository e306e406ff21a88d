import { describe, expect, test } from 'vitest';
import { allChecks } from '../token/examine';
import { presets } from './presets';
import { remedyFor } from './remedies';
import { explainError, symptomOf, symptomOnPage } from './symptoms';

/** As providers write them. */
describe('an error of the provider', () => {
  test.each([
    ['invalid_request', 'invalid_scope', 'Custom scopes'],
    ['redirect_mismatch', undefined, 'Allowed callback URLs'],
    ['access_denied', 'Service not found: https://api.example', 'OIDC_AUDIENCE'],
    ['unauthorized_client', 'Callback URL mismatch. http://x is not in the list', 'Allowed Callback URLs'],
    [
      'access_denied',
      'Client "abc" is not authorized to access resource server "https://api".',
      'Application Access Policy',
    ],
    [
      'invalid_request',
      "AADSTS9002327: Tokens issued for the 'Single-Page Application' client-type may only be redeemed via cross-origin requests.\r\nTrace ID: 1",
      'Mobile and desktop applications',
    ],
    [
      'invalid_request',
      "AADSTS90009: Application 'x' is requesting a token for itself.",
      'OIDC_PROVIDER=entra',
    ],
    ['invalid_client', 'AADSTS7000218: The request body must contain', 'OIDC_CLIENT_SECRET'],
    ['invalid_client', 'AADSTS7000215: Invalid client secret provided.', 'Value, not the Secret ID'],
    ['invalid_client', 'AADSTS700025: Client is public', 'leave OIDC_CLIENT_SECRET out'],
    ['invalid_client', "AADSTS650053: The application 'x' asked for scope 'note:read'", 'OIDC_SCOPE_PREFIX'],
    ['unauthorized_client', "AADSTS700016: Application with identifier 'x' was not found", 'OIDC_CLIENT_ID'],
    ['invalid_scope', 'Invalid scopes: openid example:note:read', 'Client scopes'],
    ['invalid_request', 'Invalid parameter: redirect_uri', 'Valid redirect URIs'],
    ['invalid_scope', undefined, 'OIDC_SCOPE_PREFIX'],
    ['invalid_scope', undefined, 'OIDC_SCOPE '],
    ['invalid_scope', 'Invalid scopes: openid profile email offline_access', 'OIDC_SCOPE=openid'],
    ['not_allowed', 'Offline tokens not allowed for the user or client', 'OIDC_SCOPE='],
    ['not_allowed', undefined, 'OIDC_SCOPE='],
    [
      'invalid_scope',
      "The OAuth 2.0 Client is not allowed to request scope 'offline_access'.",
      'OIDC_SCOPE=profile email',
    ],
    ['access_denied', 'offline_access is not enabled for this client', 'OIDC_SCOPE='],
    ['invalid_scope', 'The scope profile is unknown', 'OIDC_SCOPE=openid'],
    ['invalid_request', 'Pushed Authorization Request is only allowed.', 'switch it off'],
    ['invalid_request', 'This client must use PAR', 'PAR, RFC 9126'],
    ['unauthorized_client', 'Pushed authorization is required.', 'PAR, RFC 9126'],
    ['invalid_target', undefined, 'OIDC_AUDIENCE'],
    [
      'invalid_redirect_uri',
      "redirect_uri did not match any of the client's registered ones",
      'redirect URIs',
    ],
  ])('%s: %s leads to %s', (error, description, place) => {
    expect(explainError(error, description)).toContain(place);
  });

  test.each([
    ['login_required', undefined],
    ['server_error', 'Something broke'],
    ['access_denied', 'The user said no'],
    // A code is not a longer one that begins alike.
    ['invalid_grant', 'AADSTS500112: The reply address does not match'],
    ['invalid_grant', 'AADSTS7000251: something else'],
    ['invalid_grant', 'AADSTS501481: The Code_Verifier does not match'],
  ])('%s: %s is left as the provider says it', (error, description) => {
    expect(symptomOf(error, description)).toBeUndefined();
  });
});

describe('a page that a provider shows instead of an answer', () => {
  test.each([
    ['<p>Callback URL mismatch. The provided redirect_uri', 'redirect'],
    ["AADSTS50011: The redirect URI 'x' specified in the request", 'redirect'],
    ['AADSTS500113: No reply address is registered', 'redirect'],
    ['<p class="instruction">Invalid parameter: redirect_uri</p>', 'redirect'],
    ['<h1>Client not found.</h1>', 'client'],
    ['Unknown client: notes-app', 'client'],
    ["AADSTS700016: Application with identifier 'x' was not found", 'client'],
    ['Login pages unavailable. Please contact an administrator.', undefined],
  ])('%s is about the %s', (text, about) => {
    expect(symptomOnPage(text)).toMatchObject({ fix: expect.stringMatching(/./) });
    expect(symptomOnPage(text)?.about).toBe(about);
  });

  test.each([
    // A healthy sign-in page of Entra has codes in its scripts, and every page may have settings in one line.
    '<script>{"AADSTS501491":"x","redirect_uri":"y","valid":true,"invalid_scope":1}</script>Sign in',
    'AADSTS500112 AADSTS700025 AADSTS65001',
    '<title>Sign in to your account</title>',
  ])('%s says nothing for certain', (text) => {
    expect(symptomOnPage(text)).toBeUndefined();
  });
});

describe('what to do about a refused token', () => {
  test.each(Object.entries(presets))('at %s is said for each check there is', (_name, preset) => {
    for (const { name } of allChecks) expect(remedyFor(preset, name)).toMatch(/\.$/);
  });

  test.each([
    ['auth0', 'form', 'OIDC_AUDIENCE'],
    ['auth0', 'audience', 'Identifier'],
    ['cognito', 'audience', 'OIDC_CLIENT_ID'],
    ['entra', 'signature', 'Microsoft Graph'],
    ['entra', 'audience', 'Application ID URI'],
    ['entra', 'issuer', 'OIDC_ISSUER'],
    ['generic', 'audience', 'OIDC_AUDIENCE'],
    ['generic', 'issuer', 'OIDC_ISSUER'],
    ['generic', 'algorithm', 'OIDC_ALGORITHMS'],
    ['generic', 'expiry', 'clock'],
    ['generic', 'signature', 'at the provider'],
  ] as const)('at %s for the check %s names %s', (kind, check, place) => {
    expect(remedyFor(presets[kind], check)).toContain(place);
  });

  test('never names a check that does not exist', () => {
    const names = allChecks.map(({ name }) => name);
    for (const { remedies } of Object.values(presets)) {
      expect(names).toEqual(expect.arrayContaining(Object.keys(remedies)));
    }
  });
});
