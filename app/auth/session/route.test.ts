import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readConfig } from '@/lib/config/read';
import { forgetPerProcess, perProcess } from '@/lib/server/per-process';
import { sessionBehind } from '@/lib/server/session';
import { newSessionId } from '@/lib/session/cookie';
import type { ResolvedSession } from '@/lib/session/resolve';
import { endReasons } from '@/lib/session/session';
import { TestClock, testAccessToken } from '@/test/session/sessions';
import { GET } from './route';

vi.mock('@/lib/server/session', () => ({ sessionBehind: vi.fn() }));

beforeEach(() => {
  perProcess('config', () =>
    readConfig({}, { directory: '/srv/app', generatedSecret: () => 's'.repeat(32) }),
  );
});
afterEach(() => {
  forgetPerProcess('config');
});

async function answerTo(translation: ResolvedSession) {
  vi.mocked(sessionBehind).mockResolvedValue(translation);
  const request = new Request('http://localhost:3000/auth/session', {
    headers: { cookie: `claimcheck_session_3000=${newSessionId()}` },
  });
  const answer = await GET(request, { params: Promise.resolve({}) });
  return {
    status: answer.status,
    retryAfter: answer.headers.get('retry-after'),
    cookie: answer.headers.get('set-cookie'),
    cache: answer.headers.get('cache-control'),
    body: await answer.json(),
  };
}

const secret = 'header.payload.signature';

describe('what a page may know of its session', () => {
  it('is who the verified token names, what it permits and until when', async () => {
    const verified = testAccessToken(new TestClock());
    const { subject, scopes, expiresAt } = verified;
    const session = { handle: 'a-hash', endsAt: 1_800_000_000_999 };
    expect(await answerTo({ outcome: 'bearer', token: secret, verified, name: 'Alice', ...session })).toEqual(
      {
        status: 200,
        retryAfter: null,
        cookie: null,
        cache: 'no-store',
        body: { signedIn: true, subject, name: 'Alice', scopes, expiresAt, endsAt: 1_800_000_000 },
      },
    );
  });

  it('is that nobody is signed in where its token is refused; the session stays, to be looked at', async () => {
    expect(await answerTo({ outcome: 'refused', token: secret })).toEqual({
      status: 200,
      retryAfter: null,
      cookie: null,
      cache: 'no-store',
      body: { signedIn: false, reason: 'refused' },
    });
  });

  it('is that it has ended, and why; the cookie stays, for the reason hangs on it', async () => {
    for (const reason of endReasons) {
      expect(await answerTo({ outcome: 'ended', reason })).toMatchObject({
        status: 200,
        cookie: null,
        body: { signedIn: false, reason },
      });
    }
  });

  it('is nothing while it cannot be judged', async () => {
    for (const code of ['keys_unavailable', 'refresh_unavailable', 'store_unavailable'] as const) {
      expect(await answerTo({ outcome: 'unavailable', code, retryAfter: 7 })).toMatchObject({
        status: 503,
        retryAfter: '7',
        cookie: null,
        body: { code },
      });
    }
  });
});
