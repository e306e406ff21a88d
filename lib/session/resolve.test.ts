import { beforeEach, describe, expect, it, vi } from 'vitest';
import { TestClock, testAccessToken, testOwner, testTokens } from '../../test/session/sessions';
import { refusalBy } from '../../test/token/tokens';
import type { WordedVerdict } from '../provider/no-keys';
import { type ResolveSessionOptions, resolveSession } from './resolve';
import type { Session } from './session';

const resolve = vi.fn<ResolveSessionOptions['resolve']>();
const endRefused = vi.fn<ResolveSessionOptions['endRefused']>();
const verify = vi.fn<ResolveSessionOptions['verify']>();
const resolved = (id: string) => resolveSession(id, { resolve, endRefused, verify });

const clock = new TestClock();
const verified = testAccessToken(clock);
const session = (accessToken: string): Session => ({
  ...testOwner,
  idHash: 'hash',
  tokens: testTokens(clock, { accessToken }),
  createdAt: 0,
  lastUsedAt: 0,
  endsAt: 1,
  version: 1,
  identity: undefined,
  renewal: { leasedFor: 0, pausedFor: 0, failures: 0 },
});
const live = (accessToken: string) => ({ outcome: 'live', session: session(accessToken) }) as const;

/** What is thought of each token; of others, that they are good. */
let verdicts: Record<string, WordedVerdict<typeof verified>>;
beforeEach(() => {
  verdicts = {};
  verify
    .mockReset()
    .mockImplementation(async (token) => verdicts[token] ?? { outcome: 'accepted', token: verified });
  resolve.mockReset().mockResolvedValue(live('access-1'));
  endRefused.mockReset();
});
const refusedBy = (check: string) => ({ outcome: 'refused', refusal: refusalBy(check) }) as const;

const renewable = ['algorithm', 'key', 'signature', 'issuer', 'audience', 'kind'];

describe('a session whose token is refused', () => {
  it.each(renewable)('by %s has it renewed, and nobody notices', async (check) => {
    verdicts = { 'access-1': refusedBy(check) };
    resolve.mockImplementation(async (_id, options) =>
      live(options?.refusedToken === 'access-1' ? 'access-2' : 'access-1'),
    );
    expect(await resolved('id')).toMatchObject({ outcome: 'bearer', token: 'access-2' });
    expect(resolve.mock.calls).toEqual([['id'], ['id', { refusedToken: 'access-1' }]]);
  });

  it.each(['expiry', 'subject', 'model', 'form'])('by %s is refused at once', async (check) => {
    verdicts = { 'access-1': refusedBy(check) };
    expect(await resolved('id')).toMatchObject({ outcome: 'refused', token: 'access-1' });
    expect(resolve).toHaveBeenCalledTimes(1);
  });

  it('and so is the one that the renewal brings: it is asked for once', async () => {
    verdicts = { 'access-1': refusedBy('audience'), 'access-2': refusedBy('audience') };
    resolve.mockResolvedValueOnce(live('access-1')).mockResolvedValueOnce(live('access-2'));
    expect(await resolved('id')).toMatchObject({ outcome: 'refused', token: 'access-2' });
    expect(resolve).toHaveBeenCalledTimes(2);
  });

  it('while the provider is in trouble is unavailable: nobody is sent to sign in', async () => {
    verdicts = { 'access-1': refusedBy('key') };
    resolve
      .mockResolvedValueOnce(live('access-1'))
      .mockResolvedValueOnce({ outcome: 'unavailable', retryAfter: 4 });
    expect(await resolved('id')).toEqual({
      outcome: 'unavailable',
      code: 'refresh_unavailable',
      retryAfter: 4,
    });
  });

  it('and whose refresh token is dead has ended', async () => {
    verdicts = { 'access-1': refusedBy('key') };
    resolve
      .mockResolvedValueOnce(live('access-1'))
      .mockResolvedValueOnce({ outcome: 'ended', reason: 'provider' });
    expect(await resolved('id')).toEqual({ outcome: 'ended', reason: 'provider' });
  });

  it('does not become somebody else’s by the renewal', async () => {
    verdicts = {
      'access-1': refusedBy('key'),
      'access-2': { outcome: 'accepted', token: { ...verified, subject: 'mallory' } },
    };
    resolve.mockResolvedValueOnce(live('access-1')).mockResolvedValueOnce(live('access-2'));
    expect(await resolved('id')).toEqual({ outcome: 'ended', reason: 'provider' });
    expect(endRefused).toHaveBeenCalledOnce();
  });
});
