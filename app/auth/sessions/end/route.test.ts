import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readConfig } from '@/lib/config/read';
import { forgetPerProcess, perProcess } from '@/lib/server/per-process';
import { newSessionId } from '@/lib/session/cookie';
import type { Sessions } from '@/lib/session/sessions';
import { POST } from './route';

const endOthers = vi.hoisted(() => vi.fn<Sessions['endOthers']>(async () => 1));
vi.mock('@/lib/server/session', () => ({ sessions: async () => ({ endOthers }) }));

beforeEach(() => {
  perProcess('config', () =>
    readConfig({}, { directory: '/srv/app', generatedSecret: () => 's'.repeat(32) }),
  );
});
afterEach(() => {
  vi.clearAllMocks();
  forgetPerProcess('config');
});

const id = newSessionId();

async function post(form: Record<string, string>, headers: Record<string, string> = {}) {
  const request = new Request('http://localhost:3000/auth/sessions/end', {
    method: 'POST',
    headers: { cookie: `claimcheck_session_3000=${id}`, 'sec-fetch-site': 'same-origin', ...headers },
    body: new URLSearchParams(form),
  });
  const answer = await POST(request, { params: Promise.resolve({}) });
  return { status: answer.status, location: answer.headers.get('location') };
}

const base = 'http://localhost:3000';

describe('ending sessions', () => {
  it('ends one by its handle, or all others, and goes back to the list', async () => {
    expect(await post({ session: 'abc' })).toEqual({ status: 303, location: `${base}/sessions?ended=1` });
    endOthers.mockResolvedValue(3);
    expect(await post({ others: 'all' })).toEqual({ status: 303, location: `${base}/sessions?ended=3` });
    expect(endOthers.mock.calls).toEqual([
      [id, { handle: 'abc' }],
      [id, 'others'],
    ]);
  });

  it('names no session where the form names none', async () => {
    const forms: Record<string, string>[] = [{}, { others: 'All' }, { others: '' }];
    for (const form of forms) await post(form);
    expect(endOthers.mock.calls.map(([, which]) => which)).toEqual(Array(3).fill({ handle: '' }));
  });

  it('without a session leads to sign in, and from there to the list', async () => {
    endOthers.mockResolvedValue(undefined);
    const location = `${base}/login?returnTo=%2Fsessions`;
    expect(await post({ others: 'all' }, { cookie: 'claimcheck_session_3000=alice' })).toEqual({
      status: 303,
      location,
    });
    expect(endOthers.mock.calls).toEqual([[undefined, 'others']]);
  });

  it('is refused to another site, a sibling, and a body that is no form', async () => {
    for (const headers of [{ 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'same-site' }]) {
      expect((await post({ others: 'all' }, headers)).status).toBe(403);
    }
    expect((await post({ others: 'all' }, { 'content-type': 'text/plain' })).status).toBe(415);
    expect(endOthers).not.toHaveBeenCalled();
  });
});
