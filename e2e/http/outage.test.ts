import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { accessToken } from '../../test/token/tokens';
import { type AppWithOwnProvider, bearer, startWithOwnProvider } from '../support/own-provider';

let own: AppWithOwnProvider;
beforeAll(async () => {
  own = await startWithOwnProvider('down');
});
afterAll(() => own.stop());

const get = (path: string, token?: string) =>
  fetch(`${own.app.baseUrl}${path}`, { headers: token === undefined ? {} : bearer(token) });

/** In this order: one provider's bad day, from the app's start on. */
describe('while the provider is down from the start', () => {
  test('the app is alive, says that it is degraded, and is not ready', async () => {
    const alive = await get('/api/health');
    expect([alive.status, (await alive.json()).status]).toEqual([200, 'degraded']);
    const ready = await get('/api/health/ready');
    expect([ready.status, ready.headers.get('retry-after')]).toEqual([503, '5']);
  });

  test('a good token is answered 503 with Retry-After and no challenge, never 401', async () => {
    const response = await get('/api/my-token', accessToken(own.context));
    expect(response.status).toBe(503);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(response.headers.get('www-authenticate')).toBeNull();
    expect(await response.json()).toMatchObject({ code: 'keys_unavailable' });
  });

  test('a token that is wrong whatever the keys is still refused', async () => {
    const response = await get('/api/my-token', 'not.a.token');
    expect(response.status).toBe(401);
  });

  test('the sign-in page is up and says what is wrong', async () => {
    const response = await get('/login');
    expect(response.status).toBe(200);
    expect(await response.text()).toContain(`${own.context.issuer}/.well-known/openid-configuration`);
  });
});

describe('when the provider is well again', () => {
  test('tokens are accepted without a restart', async () => {
    own.keyServer.behaviour = 'normal';
    const status = async () => (await get('/api/my-token', accessToken(own.context))).status;
    await expect.poll(status, { timeout: 20_000, interval: 250 }).toBe(200);
    await expect.poll(async () => (await get('/api/health/ready')).status).toBe(200);
  });
});

describe('when it fails later', () => {
  test.each(['down', 'error', 'html', 'empty', 'truncated', 'huge', 'redirect_other_origin'] as const)(
    'known keys go on working while it is %s, an unknown one included',
    async (behaviour) => {
      own.keyServer.behaviour = behaviour;
      const stranger = { ...own.context.rsa, kid: `unknown-${behaviour}` };
      const unknown = await get('/api/my-token', accessToken(own.context, {}, { signer: stranger }));
      expect(unknown.status).toBeOneOf([401, 503]);
      expect((await get('/api/my-token', accessToken(own.context))).status).toBe(200);
    },
  );
});
