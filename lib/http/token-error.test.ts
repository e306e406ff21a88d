import { describe, expect, it } from 'vitest';
import { problem } from './problem';
import { asTokenError, tokenError } from './token-error';

describe('an error of the token endpoint', () => {
  it('has the form that OAuth clients read, and is kept by no cache (RFC 6749 §5.2)', async () => {
    const answer = tokenError({ status: 400, error: 'invalid_grant', description: 'The code is used up.' });
    expect(answer.status).toBe(400);
    expect(Object.fromEntries(answer.headers)).toEqual({
      'content-type': 'application/json',
      'cache-control': 'no-store',
      pragma: 'no-cache',
    });
    expect(await answer.json()).toEqual({
      error: 'invalid_grant',
      error_description: 'The code is used up.',
    });
  });

  it('says when asking again may help, and only then', () => {
    const trouble = { status: 503, error: 'store_unavailable', description: 'Later.' };
    expect(tokenError({ ...trouble, retryAfter: 5 }).headers.get('retry-after')).toBe('5');
    expect(tokenError(trouble).headers.has('retry-after')).toBe(false);
  });

  it.each([
    ['He said "no"\\', "He said 'no' "],
    ['one\r\ntwo\0', 'one  two '],
    [`${'x'.repeat(1_999)}🌰`, `${'x'.repeat(1_999)} `],
    ['x'.repeat(3_000), 'x'.repeat(2_000)],
    ['Zutritt nur für Mitglieder', 'Zutritt nur für Mitglieder'],
  ])('says %j without what a description may not hold', async (description, said) => {
    const answer = tokenError({ status: 400, error: 'access_denied', description });
    expect(await answer.json()).toHaveProperty('error_description', said);
  });
});

describe('a problem of the token endpoint', () => {
  it.each([
    ['too_large', 413],
    ['unsupported_media_type', 415],
    ['malformed_body', 400],
  ] as const)('%s keeps its status and its sentences', async (code, status) => {
    const answer = await asTokenError(problem(code, { detail: 'The detail.' }));
    expect([answer.status, answer.headers.get('content-type')]).toEqual([status, 'application/json']);
    const { error, error_description } = (await answer.json()) as Record<string, string>;
    expect(error).toBe('invalid_request');
    expect(error_description).toMatch(/^The request .*\. The detail\. .*\.$/);
  });

  it('keeps the header that names the type it reads (RFC 9110 §15.5.16)', async () => {
    const answer = await asTokenError(problem('unsupported_media_type', { headers: { accept: 'a/b' } }));
    expect(answer.headers.get('accept')).toBe('a/b');
  });
});
