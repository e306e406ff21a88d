import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type AuthorizationServer, startAuthorizationServer } from '../../test/doctor/authorization-server';
import { examineWith, settingsFor } from '../../test/doctor/examine-with';
import { newSigner, type Signer } from '../../test/token/tokens';

let rsa: Signer;
let server: AuthorizationServer;
beforeAll(async () => {
  rsa = await newSigner('RS256', 'rsa-1');
});
beforeEach(async () => {
  server = await startAuthorizationServer([rsa.publicJwk]);
});
afterEach(() => server.close());

const examined = (OIDC_PROVIDER: string) => examineWith({ env: { ...settingsFor(server), OIDC_PROVIDER } });

describe('a refresh token', () => {
  it.each([
    ['cognito', {}, 'pass', 'without being asked'],
    ['auth0', {}, 'pass', 'Allow Offline Access'],
    ['entra', {}, 'pass', 'offline_access'],
    ['generic', { scopes_supported: ['openid', 'offline_access'] }, 'pass', 'offline_access is asked for'],
    ['generic', { scopes_supported: ['openid'], grant_types_supported: ['refresh_token'] }, 'pass', 'grant'],
    ['generic', { scopes_supported: ['openid'] }, 'warn', 'first access token'],
    ['generic', { scopes_supported: undefined, grant_types_supported: ['authorization_code'] }, 'warn', ''],
  ])('of %s with %j: %s', async (preset, metadata, result, found) => {
    server.metadata = metadata;
    const { refresh } = await examined(preset);
    expect(refresh).toMatchObject({ result, found: expect.stringContaining(found) });
    if (result === 'warn') expect(refresh?.change).toContain('refresh_token');
  });
});

it.each([
  ['openid profile', 'warn', 'OIDC_SCOPE leaves offline_access out'],
  ['openid offline_access', 'pass', 'offline_access is asked for'],
])('a refresh token where OIDC_SCOPE is %s: %s', async (OIDC_SCOPE, result, found) => {
  const { refresh } = await examineWith({ env: { ...settingsFor(server), OIDC_SCOPE } });
  expect(refresh).toMatchObject({ result, found: expect.stringContaining(found) });
});

describe('signing out', () => {
  it.each([
    ['generic', {}, 'pass', '/logout'],
    ['cognito', { end_session_endpoint: undefined }, 'pass', '/logout'],
    ['auth0', { end_session_endpoint: undefined }, 'pass', '/v2/logout'],
    ['generic', { end_session_endpoint: undefined }, 'warn', 'here only'],
    ['entra', { end_session_endpoint: null }, 'warn', 'here only'],
  ])('at %s with %j: %s', async (preset, metadata, result, found) => {
    server.metadata = metadata;
    const { sign_out: line } = await examined(preset);
    expect(line).toMatchObject({ result, found: expect.stringContaining(found) });
    if (result === 'pass') expect(line?.found).toContain('http://localhost:3000/, which must be registered');
  });
});

describe('being told of a sign-out at the provider', () => {
  it.each([
    [
      { backchannel_logout_supported: true },
      'pass',
      'where http://localhost:3000/auth/backchannel-logout is registered',
    ],
    [{ backchannel_logout_supported: false }, 'pass', 'no back-channel logout'],
    [{ backchannel_logout_supported: 'yes' }, 'pass', 'no back-channel logout'],
    [{}, 'pass', 'when they are renewed'],
  ])('with %j: %s', async (metadata, result, found) => {
    server.metadata = metadata;
    const { provider_sign_out: line } = await examined('generic');
    expect(line).toMatchObject({ result, found: expect.stringContaining(found) });
  });
});

it.each([
  ['generic', { frontchannel_logout_supported: true }, 'auth/frontchannel-logout'],
  ['entra', {}, 'auth/frontchannel-logout'],
  [
    'generic',
    { frontchannel_logout_supported: true, backchannel_logout_supported: true },
    'auth/backchannel-logout',
  ],
  ['generic', { frontchannel_logout_supported: false }, 'Nothing at once'],
])('a sign-out at %s with %j: %s', async (preset, metadata, found) => {
  server.metadata = metadata;
  const { provider_sign_out: line } = await examined(preset);
  expect(line).toMatchObject({ result: 'pass', found: expect.stringContaining(found) });
});

describe('what actions ask of a sign-in', () => {
  const asking = () => ({ ...settingsFor(server), STEP_UP_MAX_AGE: 'note:delete=300' });
  const seen = (signIn: readonly ('auth_time' | 'acr')[]) => ({
    ...{ audience: 'api', issuer: undefined, kind: 'a JWT, typ JWT', looksLikeIdToken: false },
    signIn,
  });

  it('is nothing where nobody has said so', async () => {
    expect((await examineWith({ env: settingsFor(server) })).step_up).toMatchObject({ result: 'pass' });
  });

  it('is in the tokens that were seen, or the line says what everybody is refused for', async () => {
    expect((await examineWith({ env: asking(), seenToken: seen(['auth_time']) })).step_up).toMatchObject({
      result: 'pass',
    });
    expect((await examineWith({ env: asking(), seenToken: seen(['acr']) })).step_up).toMatchObject({
      result: 'warn',
      found: expect.stringContaining('had no auth_time'),
      change: expect.stringContaining('docs/step-up.md'),
    });
    expect((await examineWith({ env: asking() })).step_up).toMatchObject({ result: 'warn' });
  });
});
