import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createMethods, type RouteHandler } from './methods';

const onError = vi.fn();
const methods = createMethods(onError);

const request = new Request('http://localhost/api/things');
const context = { params: Promise.resolve({ id: '1' }) };
const get: RouteHandler = async (_, { params }) =>
  Response.json(await params, { status: 203, headers: { etag: '"1"', 'cache-control': 'no-store' } });

describe('the methods of a route', () => {
  it('reach their handlers with request and context', async () => {
    const post = vi.fn<RouteHandler>(() => new Response('made'));
    const answer = await methods({ POST: post }).POST(request, context);
    expect(await answer.text()).toBe('made');
    expect(post).toHaveBeenCalledWith(request, context);
  });

  it('include HEAD where there is GET: the same status and headers, no body', async () => {
    const { GET, HEAD } = methods({ GET: get });
    const [whole, head] = [await GET(request, context), await HEAD(request, context)];
    expect(head.status).toBe(203);
    expect([...head.headers]).toEqual([...whole.headers]);
    expect(await whole.json()).toEqual({ id: '1' });
    expect(head.body).toBeNull();
  });

  it('include OPTIONS, which lists them', async () => {
    const { OPTIONS } = methods({ GET: get, DELETE: get });
    const answer = await OPTIONS(request, context);
    expect(answer.status).toBe(204);
    expect(answer.headers.get('allow')).toBe('GET, HEAD, DELETE, OPTIONS');
  });

  it('answer 405 with Allow for the others', async () => {
    const route = methods({ POST: get });
    for (const method of ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE'] as const) {
      const answer = await route[method](request, context);
      expect(answer.status).toBe(405);
      expect(answer.headers.get('allow')).toBe('POST, OPTIONS');
      expect(await answer.json()).toMatchObject({ code: 'method_not_allowed' });
    }
  });

  it('keep a HEAD of their own', async () => {
    const own: RouteHandler = () => new Response(null, { status: 204 });
    const { HEAD } = methods({ GET: get, HEAD: own });
    expect((await HEAD(request, context)).status).toBe(204);
  });
});

describe('a handler that fails', () => {
  beforeEach(() => onError.mockReset());

  const answerOf = (error: unknown, late = false) => {
    const failing: RouteHandler = () => {
      if (late) return Promise.reject(error);
      throw error;
    };
    return methods({ GET: failing }).GET(request, context);
  };

  it.each([false, true])('is answered for without its words (late: %s)', async (late) => {
    const error = new Error('cannot read /srv/app/.data');
    const answer = await answerOf(error, late);
    const body = await answer.text();
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([500, 'no-store']);
    expect(JSON.parse(body)).toMatchObject({ code: 'internal' });
    expect(body).not.toContain('srv');
    expect(onError.mock.calls).toEqual([[error, request]]);
  });

  it('for want of the database is answered 503 with Retry-After', async () => {
    const answer = await answerOf(Object.assign(new Error('disk full'), { code: 'SQLITE_FULL' }));
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5']);
    expect(await answer.json()).toMatchObject({ code: 'store_unavailable' });
  });
});
