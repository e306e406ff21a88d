import { describe, expect, it, vi } from 'vitest';
import { logOutByProvider } from '@/lib/server/session';
import type { LoggedOut } from '@/lib/session/backchannel';
import { GET, POST } from './route';

vi.mock('@/lib/server/session', () => ({ logOutByProvider: vi.fn() }));

const params = Promise.resolve({});
const url = 'http://localhost:3000/auth/backchannel-logout';
const form = { 'content-type': 'application/x-www-form-urlencoded' };

const post = (body: string, headers: Record<string, string> = form) =>
  POST(new Request(url, { method: 'POST', body, headers }), { params });

async function answerTo(loggedOut: LoggedOut) {
  vi.mocked(logOutByProvider).mockResolvedValue(loggedOut);
  const answer = await post('logout_token=x');
  return {
    status: answer.status,
    cache: answer.headers.get('cache-control'),
    body: await answer.text(),
    answer,
  };
}

describe('a logout request', () => {
  it('that is done is answered with nothing but 200', async () => {
    expect(await answerTo({ outcome: 'done' })).toMatchObject({ status: 200, cache: 'no-store', body: '' });
    expect(vi.mocked(logOutByProvider).mock.lastCall?.[0].get('logout_token')).toBe('x');
  });

  it('that is refused is answered with the check that failed', async () => {
    const { status, cache, body } = await answerTo({
      outcome: 'refused',
      check: 'issued_at',
      because: 'it is too old',
    });
    expect([status, cache]).toEqual([400, 'no-store']);
    expect(JSON.parse(body)).toEqual({
      error: 'invalid_request',
      error_description: 'issued_at: it is too old',
    });
  });

  it('that cannot be judged is to come again', async () => {
    const { status, answer } = await answerTo({ outcome: 'unavailable', retryAfter: 7 });
    expect([status, answer.headers.get('retry-after')]).toEqual([503, '7']);
  });

  it('that the store fails is to come again', async () => {
    vi.mocked(logOutByProvider).mockRejectedValue(Object.assign(new Error('busy'), { code: 'SQLITE_BUSY' }));
    const answer = await post('logout_token=x');
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5']);
  });

  it.each([
    ['JSON', { 'content-type': 'application/json' }, '{"logout_token":"x"}', 415],
    ['a multipart form', { 'content-type': 'multipart/form-data; boundary=x' }, '--x--', 415],
    ['more than 64 KiB', form, `logout_token=${'x'.repeat(64 * 1024)}`, 413],
  ])('of %s is refused unread', async (_name, headers, body, status) => {
    vi.mocked(logOutByProvider).mockClear();
    expect((await post(body, headers)).status).toBe(status);
    expect(logOutByProvider).not.toHaveBeenCalled();
  });

  it('by GET is none', async () => {
    const answer = await GET(new Request(`${url}?logout_token=x`), { params });
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST, OPTIONS']);
  });
});
