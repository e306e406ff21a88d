import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fetchSession, type SessionAnswer, throttled } from './fetch-session';

const now = Date.UTC(2026, 10, 22, 14);

function serverAnswers(body: unknown, init: ResponseInit = {}) {
  const fetched = vi.fn(async () => Response.json(body, init));
  vi.stubGlobal('fetch', fetched);
  return fetched;
}

beforeEach(() => {
  vi.useFakeTimers({ now, toFake: ['Date'] });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const alice = { signedIn: true, subject: 'a1', name: 'Alice', endsAt: now / 1_000 + 60 };

describe('what the server says of a session', () => {
  it('is who is signed in, and until when', async () => {
    const fetched = serverAnswers({ ...alice, scopes: [], expiresAt: 1 });
    expect(await fetchSession()).toEqual({
      signedIn: true,
      subject: 'a1',
      name: 'Alice',
      endsAt: now + 60_000,
    });
    expect(fetched).toHaveBeenCalledWith('/auth/session', expect.objectContaining({ cache: 'no-store' }));
  });

  it('is told by the clock of a browser that is ten minutes ahead', async () => {
    serverAnswers(alice, { headers: { date: new Date(now - 600_000).toUTCString() } });
    expect(await fetchSession()).toMatchObject({ endsAt: now + 660_000 });
  });

  it('is that nobody is signed in, with the reason where there is one', async () => {
    serverAnswers({ signedIn: false, reason: 'idle' });
    expect(await fetchSession()).toEqual({ signedIn: false, reason: 'idle' });
    serverAnswers({ signedIn: false });
    expect(await fetchSession()).toEqual({ signedIn: false, reason: undefined });
  });

  it.each([
    ['an unknown reason', { signedIn: false, reason: '<b>' }],
    ['a reason that is none', { signedIn: false, reason: { toString: 1 } }],
  ])('is no more than that nobody is signed in with %s', async (_name, body) => {
    serverAnswers(body);
    expect(await fetchSession()).toEqual({ signedIn: false, reason: undefined });
  });

  it.each([
    ['503', { code: 'store_unavailable' }, { status: 503 }],
    ['401 from something in between', { signedIn: false }, { status: 401 }],
    ['nothing of the kind', [], {}],
    ['null', null, {}],
    ['somebody without a subject', { ...alice, subject: undefined }, {}],
    ['no end', { ...alice, endsAt: '1' }, {}],
  ])('is nothing where the answer is %s', async (_name, body, init) => {
    serverAnswers(body, init);
    expect(await fetchSession()).toBeUndefined();
  });

  it('is nothing where the network fails, or a page comes back that is no answer', async () => {
    vi.stubGlobal('fetch', async () => {
      throw new TypeError('Failed to fetch');
    });
    expect(await fetchSession()).toBeUndefined();
    vi.stubGlobal('fetch', async () => new Response('<!doctype html>'));
    expect(await fetchSession()).toBeUndefined();
  });
});

describe('asking', () => {
  const gone: SessionAnswer = { signedIn: false, reason: 'ended' };
  const there: SessionAnswer = { signedIn: true, subject: 'a1', name: 'Alice', endsAt: now };

  it('leaves the server alone for three seconds after each time, unless there is news', async () => {
    let time = 0;
    const ask = vi.fn(async () => there);
    const asking = throttled(ask, () => time);
    expect(await asking('look')).toBe(there);
    time = 2_999;
    expect(await asking('look')).toBeUndefined();
    expect(await asking('news')).toBe(there);
    time = 5_998;
    expect(await asking('look')).toBeUndefined();
    time = 5_999;
    expect(await asking('look')).toBe(there);
    expect(ask).toHaveBeenCalledTimes(3);
  });

  it('believes the latest question, whichever answer comes last', async () => {
    const answers: ((answer: SessionAnswer) => void)[] = [];
    const asking = throttled(
      () => new Promise((resolve) => answers.push(resolve)),
      () => 0,
    );
    const [first, second] = [asking('news'), asking('news')];
    answers[1]?.(there);
    answers[0]?.(gone);
    expect(await second).toBe(there);
    expect(await first).toBeUndefined();
  });
});
