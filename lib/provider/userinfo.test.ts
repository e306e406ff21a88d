import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { askUserinfo } from './userinfo';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** A real server. @returns its origin, and what it was asked */
async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const asked: Pick<IncomingMessage, 'method' | 'url' | 'headers'>[] = [];
  const server = createServer((request, response) => {
    asked.push(request);
    answer(request, response);
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

const json =
  (body: unknown, type = 'application/json') =>
  (_: IncomingMessage, response: ServerResponse) => {
    response
      .writeHead(200, { 'content-type': type })
      .end(typeof body === 'string' ? body : JSON.stringify(body));
  };

const ask = (origin: string, signal?: AbortSignal) =>
  askUserinfo({
    fetch: (url, init) => fetch(url, { ...init, ...(signal && { signal }) }),
    url: `${origin}/userinfo`,
    accessToken: 'the-access-token',
    subject: 'alice',
  });

describe('the UserInfo endpoint', () => {
  it('is asked with the access token in its place, and tells of the person', async () => {
    const { origin, asked } = await serve(
      json({ sub: 'alice', name: 'Alice' }, 'application/json;charset=UTF-8'),
    );
    expect(await ask(origin)).toEqual({ sub: 'alice', name: 'Alice' });
    expect(asked).toHaveLength(1);
    expect(asked[0]).toMatchObject({ method: 'GET', url: '/userinfo' });
    expect(asked[0]?.headers).toMatchObject({
      authorization: 'Bearer the-access-token',
      accept: 'application/json',
    });
  });

  it.each([{ sub: 'mallory' }, { sub: 'Alice' }, { sub: 'alice ' }, { sub: ['alice'] }, { sub: null }, {}])(
    'that tells of %j is not believed: that is not alice',
    async (claims) => {
      const { origin } = await serve(json({ ...claims, name: 'Alice' }));
      await expect(ask(origin)).rejects.toMatchObject({ name: 'RemoteError', code: 'malformed' });
    },
  );

  it.each([
    ['a web page', '<html>', 'text/html'],
    ['a web page that calls itself JSON', '<html>', 'application/json'],
    ['a signed answer', 'e30.e30.e30', 'application/jwt'],
    ['JSON that does not say so', '{"sub":"alice"}', 'text/plain'],
    ['nothing', '', 'application/json'],
    ['half of it', '{"sub":"alice"', 'application/json'],
    ['a list', '[{"sub":"alice"}]', 'application/json'],
    ['null', 'null', 'application/json'],
    ['a text', '"alice"', 'application/json'],
  ])('that answers %s is no help', async (_, body, type) => {
    const { origin } = await serve(json(body, type));
    await expect(ask(origin)).rejects.toMatchObject({ name: 'RemoteError', code: 'not_json' });
  });

  it.each([401, 403, 404, 500, 503, 204, 206])('that answers %s is no help', async (status) => {
    const { origin } = await serve((_, response) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(status === 204 ? undefined : '{"sub":"alice"}');
    });
    await expect(ask(origin)).rejects.toMatchObject({ name: 'RemoteError', code: 'status' });
  });

  it('that redirects is not followed: nobody else gets the token', async () => {
    const elsewhere = await serve(json({ sub: 'alice', name: 'Alice' }));
    for (const status of [301, 302, 303, 307, 308]) {
      const { origin } = await serve((_, response) => {
        response.writeHead(status, { location: `${elsewhere.origin}/userinfo` }).end();
      });
      await expect(ask(origin)).rejects.toMatchObject({ name: 'RemoteError', code: 'status' });
    }
    expect(elsewhere.asked).toEqual([]);
  });

  it('that answers without end is read up to 64 KiB, declared or not', async () => {
    const { origin } = await serve((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const more = () => {
        while (response.write('x'.repeat(8_192)));
        response.once('drain', more);
      };
      more();
    });
    await expect(ask(origin)).rejects.toMatchObject({ name: 'RemoteError', code: 'too_large' });
    const padded = await serve(json(JSON.stringify({ sub: 'alice', pad: 'x'.repeat(65_536) })));
    await expect(ask(padded.origin)).rejects.toMatchObject({ code: 'too_large' });
    const full = JSON.stringify({ sub: 'alice', pad: '' });
    const most = await serve(json(full.replace('""', `"${'x'.repeat(65_536 - full.length)}"`)));
    expect(await ask(most.origin)).toHaveProperty('sub', 'alice');
  });

  it.each([
    ['never answers', () => undefined],
    [
      'stops in the middle',
      (response: ServerResponse) => {
        response.writeHead(200, { 'content-type': 'application/json' }).write('{"sub":');
      },
    ],
  ])('that %s is waited for no longer than its time', async (_, behave) => {
    const clock = new AbortController();
    const { origin } = await serve((_request, response) => {
      behave(response);
      // Time is up once it has been asked.
      setImmediate(() => clock.abort(new DOMException('time is up', 'TimeoutError')));
    });
    await expect(ask(origin, clock.signal)).rejects.toMatchObject({
      name: 'RemoteError',
      code: 'timeout',
      message: expect.stringContaining('within 3 s'),
    });
  });

  it('is given 3 seconds, and no cache of Next sees its answer', async () => {
    const inits: RequestInit[] = [];
    const answer = Response.json({ sub: 'alice' });
    const timeout = AbortSignal.timeout;
    const times: number[] = [];
    AbortSignal.timeout = (milliseconds) => {
      times.push(milliseconds);
      return timeout.call(AbortSignal, milliseconds);
    };
    try {
      await askUserinfo({
        fetch: async (_, init) => {
          inits.push(init);
          return answer;
        },
        url: 'https://id.example/userinfo',
        accessToken: 'a',
        subject: 'alice',
      });
    } finally {
      AbortSignal.timeout = timeout;
    }
    expect(times).toEqual([3_000]);
    expect(inits).toMatchObject([{ cache: 'no-store', redirect: 'manual', signal: expect.any(AbortSignal) }]);
  });

  it('that cannot be reached says so, without the token', async () => {
    const { origin } = await serve(json({}));
    for (const server of servers.splice(0)) server.close();
    const error = await ask(origin).catch((caught: Error) => caught);
    expect(error).toMatchObject({ name: 'RemoteError', code: 'unreachable' });
    expect(String(error)).not.toContain('the-access-token');
  });
});
