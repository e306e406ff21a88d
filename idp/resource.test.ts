import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { refresh } from '../test/idp/client';
import { TestPersonality } from '../test/idp/personality';

describe.each(['standard', 'cognito'] as const)('as %s, the API', (personality) => {
  let tested: TestPersonality;
  let app: string;
  beforeAll(async () => {
    tested = await TestPersonality.start(personality, {}, { apiPaths: ['/api/mcp'] });
    app = tested.idp.options.appBaseUrl;
  });
  afterAll(() => tested.idp.remove());

  test('may be asked for as its own metadata names it (RFC 9728), and tokens name it so, renewed ones too', async () => {
    for (const resource of [app, `${app}/`]) {
      const tokens = await tested.tokens({ parameters: { resource } });
      const claims = decodeJwt(tokens.access_token ?? '');
      expect(claims.aud).toBe(resource);
      expect(claims.scope).toContain('note:delete');
      const renewed = await refresh({ issuer: tested.idp.issuer, refreshToken: tokens.refresh_token ?? '' });
      expect(decodeJwt(renewed.access_token ?? '')).toMatchObject({ aud: resource });
    }
  });

  test('is called what it is called at the provider where nobody asks', async () => {
    const { aud } = decodeJwt((await tested.tokens()).access_token ?? '');
    expect(aud).toBe(personality === 'cognito' ? undefined : 'https://api.claimcheck.local');
  });

  test('may be asked for by a path that is protected, and tokens name it as if nobody had asked', async () => {
    const tokens = await tested.tokens({ parameters: { resource: `${app}/api/mcp` } });
    const { aud, scope } = decodeJwt(tokens.access_token ?? '');
    expect(aud).toBe(personality === 'cognito' ? undefined : 'https://api.claimcheck.local');
    expect(scope).toContain('note:delete');
  });

  test('has no other names', async () => {
    for (const resource of [
      `${app}/api`,
      `${app}/api/mcp/`,
      `${app}/api/mcpx`,
      `${app}.evil.example`,
      'https://evil.example',
    ]) {
      const { callback } = await tested.signIn({ parameters: { resource } });
      expect(callback.has('code')).toBe(false);
      expect(callback.get('error')).toBeTruthy();
    }
  });
});
