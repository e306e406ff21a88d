import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readConfig } from '@/lib/config/read';
import { WorkUnderWay } from '@/lib/config/under-way';
import { log } from '@/lib/server/log';
import { forgetPerProcess, perProcess } from '@/lib/server/per-process';
import { exchangeSignIn } from '@/lib/server/session';
import { newSessionId } from '@/lib/session/cookie';
import type { Sessions } from '@/lib/session/sessions';
import { TestClock, testIdentity, testOwner, testTokens } from '@/test/session/sessions';
import { POST } from './route';

const work = new WorkUnderWay();
const begin = vi.hoisted(() => vi.fn<Sessions['begin']>());
vi.mock('@/lib/server/provider', () => ({ workUnderWay: () => work }));
vi.mock('@/lib/server/session', () => ({ exchangeSignIn: vi.fn(), sessions: async () => ({ begin }) }));

const signedIn = {
  ...testOwner,
  identity: { ...testIdentity, claims: {} },
  tokens: testTokens(new TestClock()),
};
const id = newSessionId();

beforeEach(() => {
  perProcess('config', () =>
    readConfig({}, { directory: '/srv/app', generatedSecret: () => 's'.repeat(32) }),
  );
  vi.spyOn(log(), 'error').mockImplementation(() => undefined);
  vi.mocked(exchangeSignIn).mockResolvedValue({ signedIn });
  begin.mockResolvedValue({ id });
});
afterEach(() => {
  vi.mocked(exchangeSignIn).mockReset();
  begin.mockReset();
  forgetPerProcess('config');
});

const form = 'application/x-www-form-urlencoded';

async function ask(headers: Record<string, string> = {}, body: BodyInit = 'grant_type=authorization_code') {
  const answer = await POST(
    new Request('http://localhost:3000/auth/token', {
      method: 'POST',
      headers: { 'content-type': form, 'sec-fetch-site': 'same-origin', ...headers },
      body,
    }),
    { params: Promise.resolve({}) },
  );
  return {
    status: answer.status,
    type: answer.headers.get('content-type'),
    cache: answer.headers.get('cache-control'),
    retryAfter: answer.headers.get('retry-after'),
    cookie: answer.headers.get('set-cookie'),
    body: (await answer.json()) as Record<string, string>,
  };
}

/** In the one form that OAuth clients read, without a session. */
const anError = (status: number, error: string, words: RegExp, retryAfter: string | null = null) => ({
  status,
  type: 'application/json',
  cache: 'no-store',
  retryAfter,
  cookie: null,
  body: { error, error_description: expect.stringMatching(words) },
});

const storeError = Object.assign(new Error('the database cannot be reached'), {
  code: 'POSTGRES_UNREACHABLE',
});

describe('POST /auth/token', () => {
  it('answers a sign-in with the ID token, and with the session in a cookie', async () => {
    const answer = await ask({ 'user-agent': 'Firefox', cookie: 'other=1' });
    expect(answer).toMatchObject({
      status: 200,
      cache: 'no-store',
      body: { id_token: 'id-1', expires_in: 300 },
    });
    expect(answer.cookie).toContain(`=${id};`);
    expect(begin.mock.calls).toEqual([[signedIn, { previousId: undefined, device: 'Firefox' }]]);
    expect(JSON.stringify(answer.body)).not.toMatch(/access-1|refresh-1/);
  });

  it.each<[string, Record<string, string>]>([
    ['another site', { 'sec-fetch-site': 'cross-site' }],
    ['a browser whose headers were taken away', { 'sec-fetch-site': '' }],
  ])('tells %s in its own form that it is not trusted, and which setting to look at', async (_, headers) => {
    expect(await ask(headers)).toEqual(anError(403, 'cross_site', /localhost:3000.*APP_BASE_URL/));
    expect(exchangeSignIn).not.toHaveBeenCalled();
  });

  it.each<[string, number, Record<string, string>, BodyInit]>([
    ['of another type', 415, { 'content-type': 'application/json' }, '{}'],
    ['too large', 413, {}, 'x'.repeat(65 * 1_024)],
    ['not UTF-8', 400, {}, new Uint8Array([0xff, 0xfe])],
  ])('answers a request that is %s in its own form', async (_, status, headers, body) => {
    expect(await ask(headers, body)).toEqual(anError(status, 'invalid_request', /^The request .*\.$/));
    expect(exchangeSignIn).not.toHaveBeenCalled();
  });

  it('passes on a refusal, with when to come again where that helps', async () => {
    const refusal = {
      status: 503,
      error: 'store_unavailable',
      description: 'Later.',
      retryAfter: 5,
    } as const;
    vi.mocked(exchangeSignIn).mockResolvedValue({ refusal });
    expect(await ask()).toEqual(anError(503, 'store_unavailable', /^Later\.$/, '5'));
    expect(begin).not.toHaveBeenCalled();
  });

  it('tells somebody whom the app’s own rule turns away why, and signs nobody in', async () => {
    const refusal = { status: 400, error: 'access_denied', description: 'Only for members.' } as const;
    begin.mockResolvedValue({ refusal });
    expect(await ask()).toEqual(anError(400, 'access_denied', /^Only for members\.$/));
  });

  it('is waited for by a stop, to the session that it begins', async () => {
    let finish: (begun: { id: string }) => void = () => undefined;
    begin.mockReturnValue(
      new Promise((resolve) => {
        finish = resolve;
      }),
    );
    const asked = ask();
    await vi.waitFor(() => expect(begin).toHaveBeenCalled());
    const over = vi.fn();
    const stopped = work.stop(new Promise(() => undefined)).then(over);
    await Promise.resolve();
    expect(over).not.toHaveBeenCalled();
    finish({ id });
    expect(await asked).toMatchObject({ status: 200 });
    await stopped;
  });

  it('calls a session that could not be kept its own trouble, and lets nobody send the code again', async () => {
    begin.mockRejectedValue(storeError);
    expect(await ask()).toEqual(anError(503, 'server_error', /database.*DATABASE_URL/));
  });

  it.each([
    ['the exchange', () => vi.mocked(exchangeSignIn).mockRejectedValue(new Error('kaput: a detail'))],
    ['the rule', () => begin.mockRejectedValue(new Error('kaput: a detail'))],
  ])('tells nothing of what broke in %s but the log', async (_, breakIt) => {
    breakIt();
    const answer = await ask();
    expect(answer).toEqual(anError(500, 'server_error', /on the side of this app.*the log/));
    expect(JSON.stringify(answer.body)).not.toContain('kaput');
    expect(log().error).toHaveBeenCalledWith(expect.objectContaining({ event: 'request_failed' }));
  });
});
