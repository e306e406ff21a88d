import { afterEach, describe, expect, test } from 'vitest';
import { askAll, get } from '../../bench/load';
import type { Behaviour } from '../../test/token/key-server';
import { accessToken } from '../../test/token/tokens';
import { type AppWithOwnProvider, bearer, startWithOwnProvider } from '../support/own-provider';

/** Every kind of bad day of a provider, each from the start of an app that knows no keys yet. */
let own: AppWithOwnProvider;
afterEach(() => own?.stop());

const url = () => `http://127.0.0.1:${own.app.port}/api/my-token`;
const statuses = (answers: readonly { status: number }[]) => new Set(answers.map(({ status }) => status));
const honest = () => bearer(accessToken(own.context));

describe('an app that has just started beside a provider that is', () => {
  const badDays: readonly Behaviour[] = [
    ...(['down', 'error', 'html', 'empty', 'truncated', 'hung', 'stalled'] as const),
    ...(['redirect_other_origin', 'redirect_loop', 'huge'] as const),
  ];
  test.each(badDays)(
    '%s answers 503, never 401 or 500, and 200 soon after it is well again',
    async (behaviour) => {
      own = await startWithOwnProvider(behaviour, { cold: true });
      const answers = await askAll(url(), Array.from({ length: 20 }, honest), 20);
      expect(statuses(answers)).toEqual(new Set([503]));
      own.keyServer.behaviour = 'normal';
      const status = async () => (await get(url(), honest())).status;
      await expect.poll(status, { timeout: 5_000, interval: 100 }).toBe(200);
    },
  );
});
