import { headers } from 'next/headers';
import { redirect } from 'next/navigation';
import { connection } from 'next/server';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TestClock, testAccessToken } from '../../test/session/sessions';
import { readConfig } from '../config/read';
import { encodeName } from '../session/forwarded';
import { forgetPerProcess, perProcess } from './per-process';
import { verifyToken } from './verifier';
import { requireViewer, viewer } from './viewer';

vi.mock('./verifier', () => ({ verifyToken: vi.fn() }));
vi.mock('next/headers', () => ({ headers: vi.fn() }));
vi.mock('next/server', () => ({ connection: vi.fn() }));
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
  vi.mocked(verifyToken).mockReset().mockResolvedValue({ outcome: 'accepted', token: token });
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

  it('is judged for a request alone: a page that is made ahead waits for one', async () => {
    bring({ authorization: 'Bearer abc' });
    let arrive = () => {};
    const request = new Promise<void>((resolve) => {
      arrive = resolve;
    });
    vi.mocked(connection).mockReturnValueOnce(request);
    const who = viewer();
    await vi.waitFor(() => expect(connection).toHaveBeenCalled());
    expect(verifyToken).not.toHaveBeenCalled();
    arrive();
    expect(await who).toMatchObject({ state: 'signed-in' });
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

  it('is shown in the session that the middleware tells of, if both of it is there', async () => {
    const session = { 'x-session-handle': 'abc', 'x-session-ends-at': '1000' };
    bring({ authorization: 'Bearer abc', ...session });
    expect(await viewer()).toMatchObject({ session: { handle: 'abc', endsAt: 1_000 } });
    for (const [name, value] of Object.entries(session)) {
      bring({ authorization: 'Bearer abc', [name]: value });
      expect(await viewer()).toMatchObject({ state: 'signed-in', session: undefined });
    }
  });

  it('is somebody refused, with the check that failed and the token to explain', async () => {
    vi.mocked(verifyToken).mockResolvedValue({ outcome: 'refused', refusal });
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
    expect(verifyToken).not.toHaveBeenCalled();
  });

  it('cannot be told where there are no keys or no provider', async () => {
    vi.mocked(verifyToken).mockResolvedValue({ outcome: 'unavailable', retryAfter: 1, reason: 'down' });
    bring({ authorization: 'Bearer abc' });
    expect(await viewer()).toEqual({
      state: 'unavailable',
      code: 'keys_unavailable',
      retryAfter: 1,
      words: {},
    });
    bring({ 'x-session-state': 'store_unavailable' });
    expect(await viewer()).toEqual({ state: 'unavailable', code: 'store_unavailable' });
  });

  it('is nobody without a token', async () => {
    bring({ 'x-session-name': 'Mallory', 'x-session-state': 'junk' });
    expect(await viewer()).toEqual({ state: 'signed-out' });
  });

  it('is nobody whose session is over, for the reason that the middleware tells', async () => {
    bring({ 'x-session-ended': 'idle' });
    expect(await viewer()).toEqual({ state: 'signed-out', reason: 'idle' });
  });
});

/** All that the README says of it: a page with this one call, whatever the middleware let through. */
describe('a page that needs somebody signed in', () => {
  const page = async (path = '/reports') => `Hello, ${(await requireViewer(path)).name}`;

  it('has them', async () => {
    bring({ authorization: 'Bearer abc', 'x-session-name': 'Alice' });
    expect(await page()).toBe('Hello, Alice');
    expect(redirect).not.toHaveBeenCalled();
  });

  it('sends whoever is not to sign in and come back', async () => {
    bring({});
    await expect(page('/reports?x=1')).rejects.toThrow('redirected to /login?returnTo=%2Freports%3Fx%3D1');
    expect(redirect).toHaveBeenCalledOnce();
  });

  it('says why a session is over', async () => {
    bring({ 'x-session-ended': 'idle' });
    await expect(page()).rejects.toThrow('redirected to /login?returnTo=%2Freports&reason=idle');
  });

  it.each(['keys_unavailable', 'refresh_unavailable', 'store_unavailable'])(
    'lets people wait for a moment where they cannot be told (%s)',
    async (code) => {
      bring({ 'x-session-state': code });
      await expect(page()).rejects.toThrow(
        `redirected to /auth/unavailable?returnTo=%2Freports&code=${code}`,
      );
    },
  );

  it('lets them wait where their token cannot be judged', async () => {
    vi.mocked(verifyToken).mockResolvedValue({ outcome: 'unavailable', retryAfter: 1, reason: 'down' });
    bring({ authorization: 'Bearer abc' });
    await expect(page()).rejects.toThrow('/auth/unavailable?returnTo=%2Freports&code=keys_unavailable');
  });

  it.each(['Bearer abc', 'Bearer a, Bearer b'])('never has somebody refused (%s)', async (authorization) => {
    vi.mocked(verifyToken).mockResolvedValue({ outcome: 'refused', refusal });
    bring({ authorization });
    await expect(page()).rejects.toThrow('redirected to /login?returnTo=%2Freports&reason=refused');
  });
});

describe('a page that explains a refused token', () => {
  const page = () => requireViewer('/token', { refused: 'shown' });

  it('gets to know of it', async () => {
    vi.mocked(verifyToken).mockResolvedValue({ outcome: 'refused', refusal });
    bring({ authorization: 'Bearer abc' });
    expect(await page()).toMatchObject({ state: 'refused', check: 'audience', rawToken: 'abc' });
    expect(redirect).not.toHaveBeenCalled();
  });

  it('has nothing to explain where there is not one token', async () => {
    bring({ authorization: 'Bearer a, Bearer b' });
    await expect(page()).rejects.toThrow('redirected to /login?returnTo=%2Ftoken&reason=refused');
  });

  it('has everybody else as any other page', async () => {
    bring({ authorization: 'Bearer abc' });
    expect(await page()).toMatchObject({ state: 'signed-in' });
    bring({});
    await expect(page()).rejects.toThrow('redirected to /login?returnTo=%2Ftoken');
  });
});
