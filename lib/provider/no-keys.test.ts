import { describe, expect, it } from 'vitest';
import { RemoteError, type RemoteErrorCode } from '../remote';
import { type KeysState, whyNoKeys } from './no-keys';

const state = (changes: Partial<KeysState>): KeysState => ({
  keys: [],
  ignored: [],
  failing: true,
  lastSuccess: undefined,
  lastError: undefined,
  ...changes,
});
const error = (code: RemoteErrorCode, found?: string) =>
  new RemoteError(code, 'https://id.example/jwks is odd', 'change something', found);

describe('no token can be checked', () => {
  it.each([
    ['timeout', undefined],
    ['unreachable', 'ECONNREFUSED'],
    ['unreachable', 'the proxy answered 502'],
    ['status', '503'],
    ['status', '429'],
  ] as const)('for a while, because of %s %s', (code, found) => {
    const { passes, title, detail } = whyNoKeys(state({ lastError: error(code, found) }));
    expect({ passes, title }).toEqual({ passes: true, title: 'The sign-in provider cannot be reached' });
    expect(detail).toMatch(/in a moment/);
  });

  it.each([
    ['malformed', undefined],
    ['not_json', undefined],
    ['too_large', undefined],
    ['redirect', undefined],
    ['certificate', 'SELF_SIGNED'],
    ['issuer_mismatch', 'https://other.example'],
    ['status', '404'],
    ['unreachable', 'ENOTFOUND'],
    ['unreachable', 'the proxy answered 407'],
  ] as const)('until somebody acts, because of %s %s', (code, found) => {
    const { passes, title, detail } = whyNoKeys(state({ lastError: error(code, found) }));
    expect(passes).toBe(false);
    expect(`${title} ${detail}`).not.toMatch(/cannot be reached|in a moment/);
    expect(detail).toContain('For whoever runs this app: change something.');
  });

  it('because every key is ignored, and says why', () => {
    const ignored = [
      { kid: 'a', reason: 'RSA of 1024 bits' },
      { kid: undefined, reason: 'symmetric' },
    ];
    const told = whyNoKeys(state({ failing: false, lastSuccess: 1, ignored }));
    expect(told).toMatchObject({ passes: false, title: expect.stringContaining('no key that can be used') });
    expect(told.detail).toContain('a (RSA of 1024 bits), one without kid (symmetric)');
    expect(told.detail).not.toMatch(/in a moment/);
  });

  it('because the key set is empty', () => {
    expect(whyNoKeys(state({ failing: false, lastSuccess: 1 })).detail).toContain('empty');
  });

  it('for a while where nothing is known of the cause', () => {
    expect(whyNoKeys(state({}))).toMatchObject({
      passes: true,
      detail: expect.stringContaining('/api/health'),
    });
  });
});
