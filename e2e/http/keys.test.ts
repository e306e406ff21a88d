import { afterEach, describe, expect, test } from 'vitest';
import { askAll, get } from '../../bench/load';
import { discoveryPath, jwksPath } from '../../test/token/key-server';
import { accessToken } from '../../test/token/tokens';
import { type AppWithOwnProvider, bearer, startWithOwnProvider } from '../support/own-provider';

let own: AppWithOwnProvider;
afterEach(() => own?.stop());

const url = () => `http://127.0.0.1:${own.app.port}/api/my-token`;

const known = (jti: string) => bearer(accessToken(own.context, { jti }, { signer: own.context.ec }));

/** Tokens with a `kid` of their own each, that nobody published. */
const strangers = (count: number) =>
  Array.from({ length: count }, (_, index) =>
    bearer(accessToken(own.context, {}, { signer: own.context.ed, header: { kid: `unknown-${index}` } })),
  );

/** What answers came to: the status, and the check or the code that says why. */
const outcomesOf = (answers: readonly { status: number; body: string }[]) =>
  new Set(
    answers.map(({ status, body }) => {
      const { check, code } = JSON.parse(body);
      return [status, check ?? code].filter(Boolean).join(' ');
    }),
  );

const fetches = () => [own.keyServer.requests(discoveryPath), own.keyServer.requests(jwksPath)];

describe('an app that has just started', () => {
  test('makes one discovery and one key-set fetch for 200 callers, though its provider is slow', async () => {
    own = await startWithOwnProvider('slow', { cold: true });
    expect(fetches()).toEqual([0, 0]);
    const callers = Array.from({ length: 200 }, (_, index) => known(`caller-${index}`));
    expect(outcomesOf(await askAll(url(), callers, 200))).toEqual(new Set(['200']));
    expect(fetches()).toEqual([1, 1]);
  });

  test('answers 503 while its provider hangs, and 200 once the provider is well again', async () => {
    own = await startWithOwnProvider('hung', { cold: true });
    const callers = Array.from({ length: 50 }, (_, index) => known(`caller-${index}`));
    expect(outcomesOf(await askAll(url(), callers, 50))).toEqual(new Set(['503 keys_unavailable']));
    expect(fetches()).toEqual([1, 0]);
    // What hung before stays hung: nobody may go on waiting for it.
    own.keyServer.behaviour = 'normal';
    const status = async () => (await get(url(), known('later'))).status;
    await expect.poll(status, { timeout: 10_000, interval: 250 }).toBe(200);
  });
});

describe('a flood of distinct unknown kids', () => {
  test('of 10,000 costs one key-set fetch per 30 s, and is refused', async () => {
    own = await startWithOwnProvider();
    const flood = strangers(10_000);
    const begin = Date.now();
    expect(outcomesOf(await askAll(url(), flood, 64))).toEqual(new Set(['401 key']));
    const cooldowns = 1 + Math.floor((Date.now() - begin) / 30_000);
    expect(own.keyServer.requests(jwksPath) - 1).toBeGreaterThanOrEqual(1);
    expect(own.keyServer.requests(jwksPath) - 1).toBeLessThanOrEqual(cooldowns);
    expect(own.keyServer.requests(discoveryPath)).toBe(1);
  }, 120_000);

  // All 700 have to be sent within the five seconds after which the provider is given up: a busy machine may not manage.
  test('waits for a provider that hangs by the 500 at most, and no known key waits with it', {
    retry: 2,
  }, async () => {
    own = await startWithOwnProvider();
    own.keyServer.behaviour = 'hung';
    let answered = 0;
    const flood = strangers(700).map((headers) => get(url(), headers).finally(() => answered++));
    await expect.poll(() => answered, { timeout: 15_000 }).toBe(200);
    const honest = Array.from({ length: 50 }, (_, index) => known(`honest-${index}`));
    expect(outcomesOf(await askAll(url(), honest, 8))).toEqual(new Set(['200']));
    expect(answered).toBe(200);
    expect(outcomesOf(await Promise.all(flood))).toEqual(new Set(['503 keys_unavailable']));
    expect(own.keyServer.requests(jwksPath)).toBe(2);
  });
});
