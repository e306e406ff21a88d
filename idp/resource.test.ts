import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { refresh } from '@/test/idp/client';
import { Stage } from '@/test/idp/stage';

describe.each(['standard', 'cognito'] as const)('as %s, the API', (personality) => {
  let stage: Stage;
  let app: string;
  beforeAll(async () => {
    stage = await Stage.open(personality);
    app = stage.idp.options.appBaseUrl;
  });
  afterAll(() => stage.idp.remove());

  test('may be asked for as its own metadata names it (RFC 9728), and tokens name it so, renewed ones too', async () => {
    for (const resource of [app, `${app}/`]) {
      const tokens = await stage.tokens({ parameters: { resource } });
      const claims = decodeJwt(tokens.access_token ?? '');
      expect(claims.aud).toBe(resource);
      expect(claims.scope).toContain('note:delete');
      const renewed = await refresh({ issuer: stage.idp.issuer, refreshToken: tokens.refresh_token ?? '' });
      expect(decodeJwt(renewed.access_token ?? '')).toMatchObject({ aud: resource });
    }
  });

  test('is called what it is called at the provider where nobody asks', async () => {
    const { aud } = decodeJwt((await stage.tokens()).access_token ?? '');
    expect(aud).toBe(personality === 'cognito' ? undefined : 'https://api.claimcheck.local');
  });

  test('has no other names', async () => {
    for (const resource of [`${app}/api`, `${app}.evil.example`, 'https://evil.example']) {
      const { callback } = await stage.signIn({ parameters: { resource } });
      expect(callback.has('code')).toBe(false);
      expect(callback.get('error')).toBeTruthy();
    }
  });
});
