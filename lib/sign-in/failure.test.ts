import { describe, expect, it } from 'vitest';
import { signInFailure } from './failure';
import type { FailureCode } from './sign-in';

const codes: FailureCode[] = [
  'access_denied',
  'not_admitted',
  'provider_error',
  'state_unknown',
  'opened_by_hand',
  'network',
  'issuer_mismatch',
  'refused',
  'unavailable',
  'misconfigured',
  'broken',
];

describe('a failed sign-in', () => {
  it.each(codes)('(%s) says what happened and what to do next', (code) => {
    const failure = signInFailure(code, '/notes');
    expect(failure).toEqual({
      code,
      title: expect.stringMatching(/^[A-Z].+[^.]$/),
      detail: expect.stringMatching(/^[A-Z].+\.$/),
      next: expect.stringMatching(/^[A-Z].+\.$/),
      returnTo: '/notes',
    });
  });

  it('has a title of its own for each code', () => {
    expect(new Set(codes.map((code) => signInFailure(code, '/').title)).size).toBe(codes.length);
  });

  it('tells what is known beyond its code, and falls back where nothing is', () => {
    expect(signInFailure('refused', '/', 'The server said so.').detail).toBe('The server said so.');
    expect(signInFailure('refused', '/', '').detail).toBe(signInFailure('refused', '/').detail);
  });
});
