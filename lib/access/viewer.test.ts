import { headers } from 'next/headers';
import { redirect } from 'next/navigation';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { forgetPerProcess, perProcess } from '../config/per-process';
import { readConfig } from '../config/read';
import { encodeName } from '../session/forwarded';
import { TestClock, testAccessToken } from '../session/testing';
import { judge } from '../token';
import { requireViewer, viewer } from './viewer';

vi.mock('../token', () => ({ judge: vi.fn() }));
vi.mock('next/headers', () => ({ headers: vi.fn() }));
vi.mock('next/navigation', () => ({
  redirect: vi.fn((to: string) => {
    throw new Error(`redirected to ${to}`);
  }),
}));

const token = testAccessToken(new TestClock());
const refusal = {
  check: 'audience',
  because: 'it is meant for another audience',
  expected: 'a',
  found: 'b',
} as const;

beforeEach(() => {
  perProcess('config', () =>
    readConfig({}, { directory: '/srv/app', generatedSecret: () => 's'.repeat(32) }),
  );
  vi.mocked(judge).mockReset().mockResolvedValue({ outcome: 'accepted', value: token });
  vi.mocked(redirect).mockClear();
});
afterEach(() => {
  forgetPerProcess('config');
  forgetPerProcess('provider-profile');
});

function bring(incoming: Record<string, string>): void {
  vi.mocked(headers).mockResolvedValue(new Headers(incoming) as Awaited<ReturnType<typeof headers>>);
}

describe('who looks at a page', () => {
  it('is whom the verified token names, with the name that the middleware tells', async () => {
    bring({ authorization: 'Bearer abc', 'x-session-name': encodeName('Zoë') });
    expect(await viewer()).toEqual({
      state: 'signed-in',
      token,
      rawToken: 'abc',
      name: 'Zoë',
      actions: ['note:read'],
    });
  });

  it('is in the session that the middleware tells of, and in none where it tells of half of one', async () => {
    const session = { 'x-session-handle': 'h-1', 'x-session-ends-at': '1800000000000' };
    bring({ authorization: 'Bearer abc', ...session });
    expect(await viewer()).toMatchObject({ session: { handle: 'h-1', endsAt: 1_800_000_000_000 } });
    bring({ authorization: 'Bearer abc', 'x-session-handle': 'h-1' });
    expect(await viewer()).toMatchObject({ session: undefined });
  });

  it('is called by their subject where nobody says their name', async () => {
    bring({ authorization: 'Bearer abc' });
    expect(await viewer()).toMatchObject({ state: 'signed-in', name: token.subject });
  });

  it('is somebody refused, with the check that failed and the token to explain', async () => {
    vi.mocked(judge).mockResolvedValue({ outcome: 'refused', refusal });
    bring({ authorization: 'Bearer abc', 'x-session-name': 'Mallory' });
    expect(await viewer()).toEqual({ state: 'refused', ...refusal, rawToken: 'abc' });
  });

  it('is somebody refused without a token to explain where the header holds more than one', async () => {
    bring({ authorization: 'Bearer a, Bearer b' });
    expect(await viewer()).toEqual({
      state: 'refused',
      check: 'request',
      because: expect.any(String),
    });
    expect(judge).not.toHaveBeenCalled();
  });

  it('cannot be told where there are no keys or no provider', async () => {
    vi.mocked(judge).mockResolvedValue({ outcome: 'unavailable', retryAfter: 1 });
    bring({ authorization: 'Bearer abc' });
    expect(await viewer()).toEqual({ state: 'unavailable' });
    bring({ 'x-session-state': 'unavailable' });
    expect(await viewer()).toEqual({ state: 'unavailable' });
  });

  it('is nobody without a token', async () => {
    bring({ 'x-session-name': 'Mallory' });
    expect(await viewer()).toEqual({ state: 'signed-out' });
  });
});

describe('a page that needs somebody signed in', () => {
  it('has them', async () => {
    bring({ authorization: 'Bearer abc' });
    expect(await requireViewer('/notes')).toMatchObject({ state: 'signed-in', token });
    expect(redirect).not.toHaveBeenCalled();
  });

  it('never has somebody whose provider cannot be reached, nor sends them away', async () => {
    bring({ 'x-session-state': 'unavailable' });
    await expect(requireViewer('/notes')).rejects.toThrow('cannot be reached');
    expect(redirect).not.toHaveBeenCalled();
  });

  it('sends others to sign in and come back', async () => {
    bring({});
    await expect(requireViewer('/notes?x=1')).rejects.toThrow(
      'redirected to /login?returnTo=%2Fnotes%3Fx%3D1',
    );
    expect(redirect).toHaveBeenCalledOnce();
  });

  it('never has somebody whose token was refused', async () => {
    vi.mocked(judge).mockResolvedValue({ outcome: 'refused', refusal });
    bring({ authorization: 'Bearer abc' });
    await expect(requireViewer('/notes')).rejects.toThrow('audience');
  });
});
