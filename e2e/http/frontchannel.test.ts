import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { accessToken } from '../../test/token/tokens';
import { keepSession } from '../support/kept-session';
import { type AppWithOwnProvider, startWithOwnProvider } from '../support/own-provider';
import { sessionOf } from '../support/session';

let own: AppWithOwnProvider;
beforeAll(async () => {
  own = await startWithOwnProvider();
}, 300_000);
afterAll(() => own.stop());

async function begun(sid: string | undefined): Promise<{ cookie: string }> {
  const { cookie } = await keepSession(own.app, accessToken(own.context), own.secret, sid);
  return { cookie };
}

const call = (query: string, init: RequestInit = {}) =>
  fetch(`${own.app.baseUrl}/auth/frontchannel-logout${query}`, { redirect: 'manual', ...init });

const ended = { signedIn: false, reason: 'provider' };
const alive = expect.objectContaining({ signedIn: true });
const here = () => `iss=${encodeURIComponent(own.context.issuer)}`;

describe('a front-channel logout, without any cookie', () => {
  test.each([
    ['as Entra ID sends it', () => '?sid=browser-1'],
    ['as the specification has it', () => `?${here()}&sid=browser-1`],
  ])('%s ends what was begun in that session, and nothing else', async (_name, query) => {
    const sessions = [await begun('browser-1'), await begun('browser-1'), await begun('browser-2')];
    const unnamed = await begun(undefined);
    const answer = await call(query());
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.getSetCookie()).toEqual([]);
    const found = await Promise.all([...sessions, unnamed].map((session) => sessionOf(own.app, session)));
    expect(found).toEqual([ended, ended, alive, alive]);
  });

  test('of a session that is not there is answered alike', async () => {
    expect((await call('?sid=nobody')).status).toBe(200);
  });

  test.each([
    '',
    '?sid=',
    '?sid=a&sid=browser-3',
    '?sid=a%20b',
    '?sid=browser-3&iss=https%3A%2F%2Fevil.example',
  ])('"%s" ends nothing and says why', async (query) => {
    const session = await begun('browser-3');
    const answer = await call(query);
    expect(answer.status).toBe(400);
    expect((await answer.json()).detail).toMatch(/^The parameter (sid|iss) /);
    expect(answer.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(await sessionOf(own.app, session)).toEqual(alive);
  });

  test('may be framed by the provider, and by nobody else', async () => {
    const { headers } = await call('?sid=nobody');
    expect(headers.get('x-frame-options')).toBeNull();
    const { origin } = new URL(own.context.issuer);
    expect(headers.get('content-security-policy')).toMatch(
      new RegExp(`^default-src 'none'; .*frame-ancestors ${origin}$`),
    );
  });

  test('is a GET', async () => {
    const session = await begun('browser-4');
    const answer = await call('?sid=browser-4', { method: 'POST' });
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS']);
    expect(await sessionOf(own.app, session)).toEqual(alive);
  });
});
