import { afterEach, expect, it, vi } from 'vitest';
import { methods } from './methods';
import { forgetPerProcess, perProcess } from './per-process';

afterEach(() => forgetPerProcess('log'));

it('what a handler throws is found in the log by its path, without the token of the request', async () => {
  const error = vi.fn();
  perProcess('log', () => ({ error }));
  const failing = () => Promise.reject(new Error('cannot read /srv/app/.data'));
  const headers = { authorization: 'Bearer secret-token' };
  const request = new Request('http://localhost/api/things?code=abc', { headers });
  await methods({ GET: failing }).GET(request, { params: Promise.resolve({}) });
  expect(error.mock.calls).toEqual([
    [{ event: 'request_failed', path: '/api/things', reason: 'Error: cannot read /srv/app/.data' }],
  ]);
});
