import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { limits } from '../../lib/limits';
import { accessToken } from '../../test/token/tokens';
import { type AppWithOwnProvider, bearer, startWithOwnProvider } from '../support/own-provider';

const { failures, writes } = limits;
const start = (env: Record<string, string>) =>
  startWithOwnProvider('normal', { env: { RATE_LIMIT: 'on', ...env } });

const read = (own: AppWithOwnProvider, headers: Record<string, string>) =>
  fetch(`${own.app.baseUrl}/api/my-scopes`, { headers });
const good = (own: AppWithOwnProvider, claims: { sub?: string; scope?: string } = {}) =>
  bearer(accessToken(own.context, claims));
const forged = { authorization: 'Bearer a.b.c' };

/** How often a status was answered to so many requests, one after the other. */
async function statuses(
  times: number,
  ask: (n: number) => Promise<Response>,
): Promise<Record<number, number>> {
  const counts: Record<number, number> = {};
  for (let n = 0; n < times; n += 1) {
    const { status } = await ask(n);
    counts[status] = (counts[status] ?? 0) + 1;
  }
  return counts;
}

describe('with limits, and no proxy', () => {
  let own: AppWithOwnProvider;
  beforeAll(async () => {
    own = await start({});
  });
  afterAll(() => own.stop());

  test('failures of one address are answered with 429 in the end, whatever address they claim', async () => {
    const claimed = (n: number) => ({
      'x-forwarded-for': `198.51.100.${n}`,
      'x-client-address': `198.51.100.${n}`,
    });
    expect(await statuses(failures.quota + 5, (n) => read(own, { ...forged, ...claimed(n) }))).toEqual({
      401: failures.quota,
      429: 5,
    });
    const refused = await read(own, forged);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await refused.json()).toMatchObject({ code: 'rate_limited' });
  });

  test('a good token from the same address is taken all the same, and nobody is 401 as before', async () => {
    expect((await read(own, good(own))).status).toBe(200);
    expect((await read(own, {})).status).toBe(401);
  });

  test('writes of one subject are limited, and those of another are not', async () => {
    const create = (sub: string) =>
      fetch(`${own.app.baseUrl}/api/notes`, {
        method: 'POST',
        headers: {
          ...good(own, { sub, scope: 'example:note:create example:note:read' }),
          'content-type': 'application/json',
        },
        body: '{"title":"One of many"}',
      });
    expect(await statuses(writes.quota + 3, () => create('busy'))).toEqual({ 201: writes.quota, 429: 3 });
    const other = await create('other');
    expect(other.status).toBe(201);
    expect(other.headers.get('ratelimit')).toBe(`"writes";r=${writes.quota - 1};t=${writes.window}`);
    expect(other.headers.get('ratelimit-policy')).toBe(`"writes";q=${writes.quota};w=${writes.window}`);
    const reads = await statuses(writes.quota + 30, () => read(own, good(own, { sub: 'busy' })));
    expect(reads).toEqual({ 200: writes.quota + 30 });
  });
});

describe('behind a proxy that is trusted', () => {
  let own: AppWithOwnProvider;
  beforeAll(async () => {
    own = await start({ TRUSTED_PROXY: '127.0.0.0/8,::1' });
  });
  afterAll(() => own.stop());

  test('each client is counted alone, by what the proxy wrote', async () => {
    const from = (client: string) => read(own, { ...forged, 'x-forwarded-for': client });
    expect(await statuses(failures.quota + 1, (n) => from(`203.0.113.${n}, 198.51.100.1`))).toEqual({
      401: failures.quota,
      429: 1,
    });
    expect((await from('198.51.100.2')).status).toBe(401);
  });
});

describe('without limits', () => {
  let own: AppWithOwnProvider;
  beforeAll(async () => {
    own = await start({ RATE_LIMIT: 'off' });
  });
  afterAll(() => own.stop());

  test('nothing is counted', async () => {
    expect(await statuses(failures.quota + 5, () => read(own, forged))).toEqual({ 401: failures.quota + 5 });
  });
});
