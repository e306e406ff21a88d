import { describe, expect, it } from 'vitest';
import { type ProblemCode, problem, problemBody } from './problem';

/** The contract: these codes are stable, and so are their statuses. */
const statuses: Record<ProblemCode, number> = {
  unauthenticated: 401,
  invalid_request: 400,
  invalid_token: 401,
  invalid_parameters: 400,
  quota: 409,
  insufficient_user_authentication: 401,
  insufficient_scope: 403,
  keys_unavailable: 503,
  refresh_unavailable: 503,
  store_unavailable: 503,
  cross_site: 403,
  reveal_disabled: 403,
  not_renewable: 409,
  not_found: 404,
  method_not_allowed: 405,
  version_mismatch: 412,
  rate_limited: 429,
  too_large: 413,
  unsupported_media_type: 415,
  malformed_body: 400,
  invalid_fields: 422,
  internal: 500,
};

describe('a problem answer', () => {
  it.each(Object.entries(statuses) as [ProblemCode, number][])(
    '%s is %i, for people and for programs',
    async (code, status) => {
      const answer = problem(code);
      expect(answer.status).toBe(status);
      expect(answer.headers.get('content-type')).toBe('application/problem+json');
      expect(answer.headers.get('cache-control')).toBe('no-store');
      const body = await answer.json();
      expect(body).toEqual({ type: 'about:blank', title: body.title, status, code, hint: body.hint });
      expect(body.title).toMatch(/^[A-Z].+\.$/);
      expect(body.hint).toMatch(/^[A-Z].+\.$/);
    },
  );

  it('adds detail, members and headers of its own', async () => {
    const answer = problem('invalid_token', {
      detail: 'It expired.',
      members: { check: 'expiry' },
      headers: { 'www-authenticate': 'Bearer' },
    });
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    expect(await answer.json()).toMatchObject({
      detail: 'It expired.',
      check: 'expiry',
      code: 'invalid_token',
    });
  });

  it('leaves out a detail that there is not', () => {
    expect(Object.keys(problemBody('internal'))).toEqual(['type', 'title', 'status', 'code', 'hint']);
  });
});
