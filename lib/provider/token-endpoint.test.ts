import { describe, expect, test, vi } from 'vitest';
import type { Fetch } from '../remote';
import {
  type ClientCredentials,
  clientCredentials,
  exchangeCode,
  machineGrant,
  refreshGrant,
  revoke,
} from './token-endpoint';

const url = 'https://issuer.example/token';
const client: ClientCredentials = { id: 'client-1', secret: undefined, method: 'client_secret_basic' };

const grant = { access_token: 'a.b.c', token_type: 'Bearer', expires_in: 300 };

/** An endpoint that gives this one answer: JSON, or text as it stands. */
const answering = (body: unknown, status = 200) =>
  vi.fn<Fetch>(() =>
    Promise.resolve(new Response(typeof body === 'string' ? body : JSON.stringify(body), { status })),
  );

const refreshed = (fetch: Fetch) => refreshGrant({ fetch, url, client }, { refreshToken: 'refresh-1' });

/** What was sent in the one request. */
function sent(fetch: ReturnType<typeof answering>) {
  expect(fetch).toHaveBeenCalledTimes(1);
  const [target, init] = fetch.mock.calls[0] ?? ['', {}];
  return { target, init, headers: new Headers(init.headers), body: String(init.body) };
}

describe('how a secret is sent', () => {
  const settings = { clientId: 'client-1', clientSecret: 's', clientAuth: undefined };
  const both = ['client_secret_basic', 'client_secret_post'];
  test.each([
    ['by Basic where nothing is listed', undefined, undefined, 'client_secret_basic'],
    ['by Basic where both are', both, undefined, 'client_secret_basic'],
    ['in the body where that alone is', ['client_secret_post', 'none'], undefined, 'client_secret_post'],
    ['by Basic where neither is', ['private_key_jwt'], undefined, 'client_secret_basic'],
    ['as it is set by hand', ['client_secret_basic'], 'client_secret_post', 'client_secret_post'],
  ] as const)('%s', (_name, listed, clientAuth, method) => {
    const metadata = { token_endpoint_auth_methods_supported: listed && [...listed] };
    expect(clientCredentials({ ...settings, clientAuth }, metadata)).toEqual({
      id: 'client-1',
      secret: 's',
      method,
    });
  });
});

describe('what is asked', () => {
  test('a code is exchanged with its verifier and the same redirect URI', async () => {
    const fetch = answering(grant);
    const redirectUri = 'http://localhost:3000/auth/callback';
    await exchangeCode({ fetch, url, client }, { code: 'c+d&e=', codeVerifier: 'v~._-', redirectUri });
    const { target, init, body } = sent(fetch);
    expect(target).toBe(url);
    expect(init.method).toBe('POST');
    expect(Object.fromEntries(new URLSearchParams(body))).toEqual({
      grant_type: 'authorization_code',
      code: 'c+d&e=',
      code_verifier: 'v~._-',
      redirect_uri: redirectUri,
      client_id: 'client-1',
    });
  });

  test('a refresh asks for the same scope as before by naming none', async () => {
    const fetch = answering(grant);
    await refreshed(fetch);
    expect(Object.fromEntries(new URLSearchParams(sent(fetch).body))).toEqual({
      grant_type: 'refresh_token',
      refresh_token: 'refresh-1',
      client_id: 'client-1',
    });
  });

  test('a public client names itself in the body and sends no credentials', async () => {
    const fetch = answering(grant);
    await refreshed(fetch);
    expect(sent(fetch).headers.get('authorization')).toBeNull();
  });

  test.each([
    ['client-1', 'secret', 'client-1:secret'],
    ['a b', 'p:q', 'a+b:p%3Aq'],
    ['https://app.example/', 'ä+&=%', 'https%3A%2F%2Fapp.example%2F:%C3%A4%2B%26%3D%25'],
    ['client-1', '', 'client-1:'],
  ])(
    'a client %o with the secret %o is known by %o, in the header alone',
    async (clientId, clientSecret, pair) => {
      const fetch = answering(grant);
      await refreshGrant(
        { fetch, url, client: { ...client, id: clientId, secret: clientSecret } },
        { refreshToken: 'refresh-1' },
      );
      const { headers, body } = sent(fetch);
      const credentials = (headers.get('authorization') ?? '').replace(/^Basic /, '');
      expect(Buffer.from(credentials, 'base64').toString()).toBe(pair);
      expect(new URLSearchParams(body).has('client_id')).toBe(false);
      expect(new URLSearchParams(body).has('client_secret')).toBe(false);
    },
  );

  test('a secret that goes into the body is there alone, as it is', async () => {
    const fetch = answering(grant);
    const secretive = { id: 'a b', secret: 'p:q+&=ä', method: 'client_secret_post' } as const;
    await refreshGrant({ fetch, url, client: secretive }, { refreshToken: 'refresh-1' });
    const { headers, body } = sent(fetch);
    expect(headers.get('authorization')).toBeNull();
    expect(Object.fromEntries(new URLSearchParams(body))).toMatchObject({
      client_id: 'a b',
      client_secret: 'p:q+&=ä',
    });
  });

  test('a program asks with its own client and whatever the provider wants to be told', async () => {
    const fetch = answering(grant);
    await machineGrant({ fetch, url, client }, { scope: 'a b', audience: 'https://api', grant_type: 'x' });
    expect(Object.fromEntries(new URLSearchParams(sent(fetch).body))).toEqual({
      client_id: 'client-1',
      grant_type: 'client_credentials',
      scope: 'a b',
      audience: 'https://api',
    });
  });

  test('nothing caches the request, follows a redirect with it, or waits for more than 10 s', async () => {
    const timeout = vi.spyOn(AbortSignal, 'timeout');
    const fetch = answering(grant);
    await refreshed(fetch);
    expect(sent(fetch).init).toMatchObject({ cache: 'no-store', redirect: 'error' });
    expect(sent(fetch).init.signal).toBe(timeout.mock.results[0]?.value);
    expect(timeout).toHaveBeenCalledExactlyOnceWith(10_000);
  });
});

describe('unavailable, so that nobody is signed out for it', () => {
  test.each([
    ['an empty 400', 400, ''],
    ['an empty 401', 401, ''],
    ['a 400 from a proxy', 400, '<html>Bad Request</html>'],
    ['a 400 whose error is no string', 400, { error: { code: 'invalid_grant' } }],
    ['a 400 that is a list', 400, ['invalid_grant']],
    ['a 400 that is null', 400, 'null'],
    ['a 403 from a firewall', 403, 'Forbidden'],
    ['a 404', 404, '{}'],
    ['too many requests', 429, { error: 'slow_down' }],
    ['an error of the provider', 500, { error: 'server_error' }],
    ['a provider in maintenance', 503, { error: 'invalid_grant' }],
    ['a time-out on the way', 408, { error: 'invalid_grant' }],
    ['a 302', 302, ''],
  ])('%s', async (_name, status, body) => {
    expect(await refreshed(answering(body, status))).toEqual({
      outcome: 'unavailable',
      reason: `the token endpoint answered ${status}`,
    });
  });

  test('an endpoint that answers more than 512 KiB', async () => {
    const endless = `{"access_token":"${'a'.repeat(513 * 1024)}"}`;
    expect(await refreshed(answering(endless))).toEqual({
      outcome: 'unavailable',
      reason: `${url} answered more than 524288 bytes`,
      permanent: true,
    });
  });

  test('an endpoint that cannot be reached', async () => {
    const error = Object.assign(new TypeError('fetch failed'), { cause: { code: 'ECONNREFUSED' } });
    expect(await refreshed(() => Promise.reject(error))).toEqual({
      outcome: 'unavailable',
      reason: `${url} cannot be reached (ECONNREFUSED)`,
    });
  });

  test('an endpoint that does not answer in its 10 s', async () => {
    const error = new DOMException('timed out', 'TimeoutError');
    expect(await refreshed(() => Promise.reject(error))).toEqual({
      outcome: 'unavailable',
      reason: `${url} did not answer within 10 s`,
    });
  });

  test('an answer that breaks off', async () => {
    const body = new ReadableStream({ start: (controller) => controller.error(new TypeError('terminated')) });
    expect(await refreshed(() => Promise.resolve(new Response(body)))).toMatchObject({
      outcome: 'unavailable',
    });
  });

  test('with a reason that holds neither secret nor token', async () => {
    const secretive = { ...client, secret: 'top-secret' };
    const answer = await refreshGrant(
      { fetch: answering('x', 500), url, client: secretive },
      { refreshToken: 'refresh-1' },
    );
    expect(JSON.stringify(answer)).not.toMatch(/top-secret|refresh-1/);
  });
});

describe('a call that may take less than 10 s', () => {
  const hanging = vi.fn<Fetch>(
    (_url, { signal }) =>
      new Promise((_resolve, reject) =>
        signal?.addEventListener('abort', () => reject(signal.reason), { once: true }),
      ),
  );

  test('ends when its time is up, and says what it was', async () => {
    const limit = new AbortController();
    const timeout = vi.spyOn(AbortSignal, 'timeout').mockImplementation((milliseconds) => {
      if (milliseconds === 10_000) return new AbortController().signal;
      return limit.signal;
    });
    const asked = refreshGrant({ fetch: hanging, url, client }, { refreshToken: 'r', timeLimit: 6_500 });
    expect(timeout.mock.calls.flat()).toContain(6_500);
    limit.abort(new DOMException('timed out', 'TimeoutError'));
    expect(await asked).toEqual({
      outcome: 'unavailable',
      reason: `${url} did not answer within 6.5 s`,
    });
  });
});

describe('what a token is for (RFC 8707)', () => {
  const more = [
    ['resource', 'https://one.example'],
    ['resource', 'https://two.example'],
  ] as const;

  test('is told with the code and with every refresh, as often as it is named', async () => {
    const asking = [answering(grant), answering(grant)] as const;
    const code = { code: 'c', codeVerifier: 'v', redirectUri: 'https://app.example/auth/callback' };
    await exchangeCode({ fetch: asking[0], url, client }, code, more);
    await refreshGrant({ fetch: asking[1], url, client }, { refreshToken: 'r', more });
    for (const fetch of asking) {
      expect(new URLSearchParams(sent(fetch).body).getAll('resource')).toEqual([
        'https://one.example',
        'https://two.example',
      ]);
    }
  });
});

describe('a token that cannot be used as Bearer', () => {
  const answer = { ...grant, token_type: 'DPoP' };
  const code = { code: 'c', codeVerifier: 'v', redirectUri: 'https://app.example/auth/callback' };

  test('is refused to a sign-in and to a program, and kept by a refresh: it is judged later', async () => {
    const refusal = {
      outcome: 'refused',
      error: 'unsupported_token_type',
      description: 'token_type "DPoP"',
    };
    const asked = { fetch: answering(answer), url, client };
    expect(await exchangeCode(asked, code)).toEqual(refusal);
    expect(await machineGrant(asked, {})).toEqual(refusal);
    expect(await refreshed(answering(answer))).toMatchObject({ outcome: 'granted' });
  });

  test.each(['Bearer', 'bearer', 'BEARER', undefined, null, ''])('is not one of type %j', async (type) => {
    const fetch = answering({ ...grant, token_type: type });
    expect(await exchangeCode({ fetch, url, client }, code)).toMatchObject({ outcome: 'granted' });
  });
});

describe('a refresh token is given back', () => {
  test('with its kind, and whether the provider took note', async () => {
    const fetch = answering('');
    expect(await revoke({ fetch, url, client }, 'refresh-1')).toBe(true);
    expect(Object.fromEntries(new URLSearchParams(sent(fetch).body))).toEqual({
      token: 'refresh-1',
      token_type_hint: 'refresh_token',
      client_id: 'client-1',
    });
  });

  test.each([400, 500, 503])('in vain where the provider answers %i', async (status) => {
    expect(await revoke({ fetch: answering('', status), url, client }, 'r')).toBe(false);
  });

  test('in vain where the provider is down', async () => {
    const down: Fetch = () => Promise.reject(new TypeError('fetch failed'));
    expect(await revoke({ fetch: down, url, client }, 'r')).toBe(false);
  });

  test('without anything left unhandled where the body of the answer breaks', async () => {
    const body = new ReadableStream({ start: (controller) => controller.error(new Error('broke')) });
    expect(await revoke({ fetch: () => Promise.resolve(new Response(body)), url, client }, 'r')).toBe(true);
    await new Promise((resolve) => setImmediate(resolve));
  });
});
