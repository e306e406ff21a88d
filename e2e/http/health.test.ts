import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { discoveryPath } from '../../test/token/key-server';
import { accessToken } from '../../test/token/tokens';
import { keepSession } from '../support/kept-session';
import { type AppWithOwnProvider, startWithOwnProvider } from '../support/own-provider';

let own: AppWithOwnProvider;
beforeAll(async () => {
  own = await startWithOwnProvider('hung', { cold: true });
}, 300_000);
afterAll(() => own.stop());

async function ask(path: string, headers: Record<string, string> = {}) {
  const before = performance.now();
  const answer = await fetch(`http://127.0.0.1:${own.app.port}${path}`, { headers });
  await answer.arrayBuffer();
  return { status: answer.status, took: performance.now() - before };
}

/** Much less than the provider's time-out of five seconds, much more than an answer from memory takes. */
const atOnce = 900;

describe('while the provider never answers', () => {
  test('the app is alive at once, for a browser with a session too, and begins to load keys', async () => {
    const { cookie } = await keepSession(own.app, accessToken(own.context), own.secret);
    // The first request of a process loads the code of the route.
    await ask('/api/health');
    for (const headers of [{}, { cookie }] as const) {
      const { status, took } = await ask('/api/health', headers as Record<string, string>);
      expect(status).toBe(200);
      expect(took).toBeLessThan(atOnce);
    }
    expect(own.keyServer.requests(discoveryPath)).toBe(1);
  });

  test('it is not ready, and says so within a second or so', async () => {
    const { status, took } = await ask('/api/health/ready');
    expect(status).toBe(503);
    expect(took).toBeLessThan(1_000 + atOnce);
  });
});
