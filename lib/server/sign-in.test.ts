import { beforeEach, describe, expect, it, vi } from 'vitest';
import { testSettings } from '../../test/provider/settings';
import type { ProviderSettings } from '../config/config';
import type { ProviderMetadata } from '../provider/discovery';
import { profileOf } from '../provider/profile';
import { RemoteError } from '../remote';
import { currentConfig } from './config';
import { providerMetadata, providerProfile } from './provider';
import { signInSettings } from './sign-in';

vi.mock('./config', () => ({ currentConfig: vi.fn() }));
vi.mock('./provider', () => ({ providerMetadata: vi.fn(), providerProfile: vi.fn() }));
vi.mock('./session', () => ({ redirectUri: () => 'https://app.example/auth/callback' }));

const metadata = {
  issuer: 'https://issuer.example/tenant',
  authorization_endpoint: 'https://issuer.example/authorize?p=policy',
  token_endpoint: 'https://issuer.example/token',
  jwks_uri: 'https://issuer.example/jwks',
  scopes_supported: ['openid', 'offline_access'],
} as ProviderMetadata;

function configure(changes: Partial<ProviderSettings>, discovered: ProviderMetadata | RemoteError) {
  const provider = testSettings(changes);
  vi.mocked(currentConfig).mockReturnValue({ baseUrl: 'https://app.example', provider } as never);
  vi.mocked(providerProfile).mockReturnValue(profileOf(provider));
  const get = async () => {
    if (discovered instanceof RemoteError) throw discovered;
    return discovered;
  };
  vi.mocked(providerMetadata).mockReturnValue({ get } as never);
}

beforeEach(() => configure({}, metadata));

describe('a sign-in begins', () => {
  it('with what discovery and the settings say', async () => {
    configure({ scopes: ['openid', 'profile'] }, metadata);
    expect(await signInSettings()).toMatchObject({
      ok: true,
      settings: { baseScopes: ['openid', 'profile'], authorizationEndpoint: metadata.authorization_endpoint },
    });
  });

  it('as its link says, in what a link may say, and never against what the operator has set', async () => {
    configure({ authorizeParams: { prompt: 'login', resource: ['a', 'b'] } }, metadata);
    const query = {
      prompt: 'none',
      login_hint: 'alice',
      resource: 'evil',
      redirect_uri: 'https://evil.example',
    };
    expect(await signInSettings(query)).toMatchObject({
      settings: { authorizeParams: { prompt: 'login', resource: ['a', 'b'], login_hint: 'alice' } },
    });
    const answer = await signInSettings(query);
    expect(JSON.stringify(answer)).not.toContain('evil');
  });
});

describe('no sign-in can begin', () => {
  it('for a while', async () => {
    configure({}, new RemoteError('timeout', 'it did not answer', 'check that it is up'));
    expect(await signInSettings()).toMatchObject({ ok: false, passes: true, hint: 'check that it is up.' });
  });

  it('before somebody acts, and a known kind behind a name of its own is named', async () => {
    configure(
      { issuer: 'https://login.microsoftonline.de/tenant/v2.0' },
      new RemoteError('malformed', 'it has no jwks_uri', 'check OIDC_ISSUER'),
    );
    const answer = await signInSettings();
    expect(answer).toMatchObject({
      ok: false,
      passes: false,
      hint: expect.stringContaining('OIDC_PROVIDER=entra'),
    });
  });

  it('where the provider takes pushed requests only', async () => {
    configure({}, { ...metadata, require_pushed_authorization_requests: true });
    const answer = await signInSettings();
    expect(answer).toMatchObject({ ok: false, passes: false, reason: expect.stringContaining('PAR') });
    expect(answer).toMatchObject({ hint: expect.stringContaining('switch it off') });
  });
});
