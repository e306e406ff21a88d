import { describe, expect, it } from 'vitest';
import { isRefreshDue } from './renewed-tokens';

describe('an access token is due for renewal', () => {
  it.each([
    // lifetime, first second at which it is due: 30 s before the end, or at 80 % of what is shorter than 150 s
    [3_600, 3_570],
    [300, 270],
    [150, 120],
    [149, 119.2],
    [100, 80],
    [10, 8],
    [1, 0.8],
  ])('with %i s to live, after %f s', (lifetime, due) => {
    const token = { obtainedAt: 1_000_000, accessTokenExpiresAt: 1_000_000 + lifetime };
    expect(isRefreshDue(token, 1_000_000)).toBe(false);
    expect(isRefreshDue(token, 1_000_000 + due - 0.01)).toBe(false);
    expect(isRefreshDue(token, 1_000_000 + due + 0.01)).toBe(true);
    expect(isRefreshDue(token, 1_000_000 + lifetime)).toBe(true);
  });

  it('at once, where it had expired when it was obtained', () => {
    expect(isRefreshDue({ obtainedAt: 1_000, accessTokenExpiresAt: 900 }, 1_000)).toBe(true);
  });
});
