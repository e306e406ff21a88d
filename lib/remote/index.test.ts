import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Behaviour, jwksPath, type KeyServer, startKeyServer } from '../../test/token/key-server';
import { type Fetch, fetchJson } from './index';

let server: KeyServer;

beforeAll(async () => {
  server = await startKeyServer();
});

afterAll(() => server.close());

beforeEach(() => {
  server.behaviour = 'normal';
  server.cacheControl = undefined;
});

const url = 'https://provider.example/jwks';

/** A provider that gives this one answer. */
const answering =
  (body: BodyInit | null, init?: ResponseInit): Fetch =>
  () =>
    Promise.resolve(new Response(body, init));

const failing =
  (error: unknown): Fetch =>
  () =>
    Promise.reject(error);

/** Timeouts as they are asked for, cut to a few milliseconds. @returns what was asked for */
function shortenTimeouts(to = 50): number[] {
  const asked: number[] = [];
  const real = AbortSignal.timeout.bind(AbortSignal);
  vi.spyOn(AbortSignal, 'timeout').mockImplementation((milliseconds) => {
    asked.push(milliseconds);
    return real(to);
  });
  return asked;
}

const outcomeOf = (behaviour: Behaviour) => {
  server.behaviour = behaviour;
  return fetchJson(fetch, server.jwksUri);
};

describe('a document is read', () => {
  test('from a server that answers', async () => {
    expect(await outcomeOf('normal')).toEqual({ json: { keys: [] }, maxAge: undefined });
  });

  test('from a server that takes its time', async () => {
    expect(await outcomeOf('slow')).toHaveProperty('json');
  });

  test('through a redirect within its origin', async () => {
    const before = server.requests();
    expect(await outcomeOf('redirect_same_origin')).toHaveProperty('json', { keys: [] });
    expect(server.requests() - before).toBe(2);
  });

  test('with a request that nothing caches, follows or leaves hanging', async () => {
    const fetchSpy = vi.fn<Fetch>(answering('{}'));
    await fetchJson(fetchSpy, url);
    expect(fetchSpy).toHaveBeenCalledExactlyOnceWith(url, {
      cache: 'no-store',
      redirect: 'manual',
      signal: expect.any(AbortSignal),
      headers: { accept: 'application/json' },
    });
  });

  test('with a byte order mark in front, in one piece or cut in the middle', async () => {
    const marked = new TextEncoder().encode('\uFEFF{"keys":[]}');
    expect((await fetchJson(answering(marked), url)).json).toEqual({ keys: [] });
    const inTwo = new ReadableStream({
      start(controller) {
        controller.enqueue(marked.subarray(0, 2));
        controller.enqueue(marked.subarray(2));
        controller.close();
      },
    });
    expect((await fetchJson(answering(inTwo), url)).json).toEqual({ keys: [] });
  });

  test('with no mark but at its very beginning', async () => {
    await expect(fetchJson(answering('{\uFEFF"keys":[]}'), url)).rejects.toMatchObject({ code: 'not_json' });
  });

  test('of exactly 512 KiB, and not of a byte more', async () => {
    const exact = `"${'x'.repeat(512 * 1024 - 2)}"`;
    expect((await fetchJson(answering(exact), url)).json).toHaveLength(512 * 1024 - 2);
    await expect(fetchJson(answering(`${exact} `), url)).rejects.toMatchObject({ code: 'too_large' });
  });

  test.each([
    ['max-age=600', 600],
    ['public, max-age=21600, must-revalidate', 21_600],
    ['MAX-AGE=5', 5],
    ['max-age="7"', 7],
    ['public,max-age=8', 8],
    ['max-age=0', 0],
    ['no-store', undefined],
    ['s-maxage=9', undefined],
    ['x-max-age=9', undefined],
    ['max-age=', undefined],
    ['max-age=-1', undefined],
    ['max-age=1e3', undefined],
    ['max-age=soon', undefined],
  ])('with Cache-Control: %s as a max-age of %s', async (header, maxAge) => {
    const fetched = await fetchJson(answering('{}', { headers: { 'cache-control': header } }), url);
    expect(fetched.maxAge).toBe(maxAge);
  });
});

describe('a document is refused', () => {
  test.each([
    ['down', 'unreachable', /cannot be reached/],
    ['error', 'status', /answered 500/],
    ['html', 'not_json', /answered a web page instead of JSON/],
    ['empty', 'not_json', /answered an empty answer instead of JSON/],
    ['truncated', 'unreachable', /cannot be reached/],
    ['redirect_other_origin', 'redirect', /redirects to another origin/],
    ['redirect_loop', 'redirect', /redirects more than 3 times/],
    ['huge', 'too_large', /more than 524288 bytes/],
  ] as const)('from a server that is %s, as %s', async (behaviour, code, message) => {
    await expect(outcomeOf(behaviour)).rejects.toMatchObject({
      name: 'RemoteError',
      code,
      message: expect.stringMatching(message),
      hint: expect.stringMatching(/./),
    });
  });

  test.each(['hung', 'stalled'] as const)(
    'from a server that is %s, when 5 s are over',
    async (behaviour) => {
      const asked = shortenTimeouts();
      await expect(outcomeOf(behaviour)).rejects.toMatchObject({
        code: 'timeout',
        message: `${server.jwksUri} did not answer within 5 s`,
      });
      expect(asked).toEqual([5_000]);
    },
  );

  test('after a chain of redirects with one time limit for all of it', async () => {
    // Long enough for a machine with other things to do: nothing here waits for it.
    const asked = shortenTimeouts(5_000);
    await expect(outcomeOf('redirect_loop')).rejects.toMatchObject({ code: 'redirect' });
    expect(asked).toEqual([5_000]);
  });

  test('from an origin it was redirected to, without asking there', async () => {
    const before = server.requests();
    await expect(outcomeOf('redirect_other_origin')).rejects.toMatchObject({ code: 'redirect' });
    expect(server.requests() - before).toBe(1);
  });

  test.each([
    ['another host', 'https://attacker.example/jwks'],
    ['another port', 'https://provider.example:444/jwks'],
    ['plain http', 'http://provider.example/jwks'],
    ['a host relative to the scheme', '//attacker.example/jwks'],
    ['a URL with another scheme', 'data:application/json,{}'],
    ['what is no URL', 'https://['],
  ])('that redirects to %s', async (_name, location) => {
    const fetchSpy = vi.fn<Fetch>(answering(null, { status: 302, headers: { location } }));
    await expect(fetchJson(fetchSpy, url)).rejects.toMatchObject({ code: 'redirect' });
    expect(fetchSpy).toHaveBeenCalledTimes(1);
  });

  test.each([
    [201, null],
    [204, null],
    [301, null],
    [304, null],
    [400, '{"keys":[]}'],
    [404, '{}'],
    [429, '{}'],
    [503, null],
  ])('with status %i', async (status, body) => {
    await expect(fetchJson(answering(body, { status }), url)).rejects.toMatchObject({
      code: 'status',
      message: `${url} answered ${status}`,
    });
  });

  test.each([
    ['  <html>', /a web page/],
    ['', /an empty answer/],
    ['keys', /something else/],
    ['{"keys":[', /something else/],
  ])('that reads %o', async (text, message) => {
    await expect(fetchJson(answering(text), url)).rejects.toMatchObject({
      code: 'not_json',
      message: expect.stringMatching(message),
    });
  });

  test.each([
    ['a certificate nobody vouches for', 'SELF_SIGNED_CERT_IN_CHAIN', 'certificate', /NODE_EXTRA_CA_CERTS/],
    [
      'a certificate of an unknown authority',
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      'certificate',
      /NODE_EXTRA_CA_CERTS/,
    ],
    ['a certificate that has expired', 'CERT_HAS_EXPIRED', 'certificate', /NODE_EXTRA_CA_CERTS/],
    ['a name nobody knows', 'ENOTFOUND', 'unreachable', /network/],
    ['a port nobody listens on', 'ECONNREFUSED', 'unreachable', /network/],
  ])('from a server with %s (%s)', async (_name, cause, code, hint) => {
    const error = Object.assign(new TypeError('fetch failed'), { cause: { code: cause } });
    await expect(fetchJson(failing(error), url)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(cause),
      hint: expect.stringMatching(hint),
    });
  });

  test('for a failure without a cause, by its name', async () => {
    await expect(fetchJson(failing(new TypeError('x')), url)).rejects.toMatchObject({
      code: 'unreachable',
      message: `${url} cannot be reached (TypeError)`,
    });
  });

  test.each([
    ['an error', { status: 500 }],
    ['a redirect elsewhere', { status: 302, headers: { location: 'https://attacker.example' } }],
  ])('as %s whose body breaks, without anything left unhandled', async (_name, init) => {
    const broken = () =>
      new ReadableStream({
        start: (controller) => controller.error(new Error('the connection broke')),
      });
    await expect(fetchJson(answering(broken(), init), url)).rejects.toMatchObject({
      name: 'RemoteError',
    });
    // An unhandled rejection ends the process; Vitest reports it as an error of this run.
    await new Promise((resolve) => setImmediate(resolve));
  });
});

test('the server counts what it was asked', async () => {
  const before = server.requests(jwksPath);
  await outcomeOf('normal');
  expect(server.requests(jwksPath) - before).toBe(1);
});
