import { beforeEach, describe, expect, it, vi } from 'vitest';
import { TestClock, testAccessToken } from '../../test/session/sessions';
import { refusalBy } from '../../test/token/tokens';
import { Limiter } from '../limits';
import { authenticate, createProtect, type GuardOptions, type ProtectedHandler } from './protect';
import type { Requirement } from './requirement';

const clock = new TestClock();
const metadata = 'resource_metadata="http://localhost:3000/.well-known/oauth-protected-resource/api/notes"';

const verify = vi.fn<GuardOptions['verify']>();
const options: GuardOptions = {
  verify,
  baseUrl: 'http://localhost:3000',
  tokenPrefix: 'example:',
  requestPrefix: 'example:',
};
const protect = createProtect(() => options);

beforeEach(() => {
  verify.mockReset();
  accept(['example:note:read']);
});

function accept(scopes: string[]): void {
  verify.mockResolvedValue({ outcome: 'accepted', token: testAccessToken(clock, { scopes }) });
}

const context = { params: Promise.resolve({ id: '7' }) };
const hello: ProtectedHandler = (_, { token, params }) =>
  Response.json({ subject: token.subject, ...params });

function request(authorization?: string): Request {
  return new Request('http://localhost:3000/api/notes/7', {
    headers: authorization ? { authorization } : {},
  });
}

async function answerTo(authorization?: string, action: Requirement = 'note:read', handler = hello) {
  const answer = await protect(action, handler)(request(authorization), context);
  return {
    status: answer.status,
    challenge: answer.headers.get('www-authenticate'),
    retryAfter: answer.headers.get('retry-after'),
    cache: answer.headers.get('cache-control'),
    body: await answer.json(),
  };
}

describe('a verified token with the scope', () => {
  it('reaches the handler, with the parameters of the path', async () => {
    expect(await answerTo('Bearer abc')).toMatchObject({
      status: 200,
      challenge: null,
      body: { subject: 'alice', id: '7' },
    });
    expect(verify.mock.calls).toEqual([['abc']]);
  });

  it('needs no scope where being signed in is enough', async () => {
    accept([]);
    expect(await answerTo('Bearer abc', 'signed-in')).toMatchObject({ status: 200 });
  });
});

describe('a request without a good token', () => {
  it.each([undefined, 'Basic YTpi', 'abc'])(
    '(%s) is told where to look, and of no error',
    async (authorization) => {
      expect(await answerTo(authorization)).toMatchObject({
        status: 401,
        challenge: `Bearer realm="claimcheck", ${metadata}`,
        cache: 'no-store',
        body: { code: 'unauthenticated' },
      });
      expect(verify).not.toHaveBeenCalled();
    },
  );

  it.each([
    ['Bearer', 'no token after Bearer'],
    ['Bearer a b', 'more than one token after Bearer'],
    ['Bearer a, Bearer b', 'more than one Authorization value'],
  ])('(%s) is malformed', async (authorization, because) => {
    expect(await answerTo(authorization)).toMatchObject({
      status: 400,
      challenge: `Bearer realm="claimcheck", error="invalid_request", error_description="${because}", ${metadata}`,
      body: { code: 'invalid_request', detail: `There is ${because}.` },
    });
    expect(verify).not.toHaveBeenCalled();
  });

  it('names the check that refused it', async () => {
    const because = 'it expired at "noon"';
    verify.mockResolvedValue({ outcome: 'refused', refusal: refusalBy('expiry', because) });
    expect(await answerTo('Bearer abc', 'signed-in')).toMatchObject({
      status: 401,
      challenge: `Bearer realm="claimcheck", error="invalid_token", error_description="expiry: it expired at 'noon'", ${metadata}`,
      body: {
        code: 'invalid_token',
        check: 'expiry',
        detail: `The check "expiry" failed: ${because}.`,
        expected: 'something',
        found: 'something else',
      },
    });
  });

  it('cannot be judged without keys: our trouble, so no challenge', async () => {
    verify.mockResolvedValue({ outcome: 'unavailable', retryAfter: 9, reason: 'down' });
    expect(await answerTo('Bearer abc')).toMatchObject({
      status: 503,
      challenge: null,
      retryAfter: '9',
      body: { code: 'keys_unavailable' },
    });
  });

  it('cannot be judged for as long as nobody acts, and says so instead of “cannot be reached”', async () => {
    const why = { passes: false, title: 'The provider publishes no key', detail: 'Its key set is empty.' };
    verify.mockResolvedValue({ outcome: 'unavailable', retryAfter: 9, reason: 'down', why });
    const { status, body } = await answerTo('Bearer abc');
    expect({ status, body }).toMatchObject({
      status: 503,
      body: {
        code: 'keys_unavailable',
        title: 'The provider publishes no key, so the token could not be checked.',
        detail: 'Its key set is empty.',
      },
    });
    expect(JSON.stringify(body)).not.toMatch(/cannot be reached|Retry-After/);
  });

  it('never reaches the handler', async () => {
    const handler = vi.fn(hello);
    verify.mockResolvedValue({ outcome: 'refused', refusal: refusalBy('key') });
    for (const authorization of [undefined, 'Bearer', 'Bearer abc'])
      await answerTo(authorization, 'signed-in', handler);
    accept(['openid']);
    await answerTo('Bearer abc', 'note:read', handler);
    expect(handler).not.toHaveBeenCalled();
  });
});

describe('a token without the scope', () => {
  it('is told which one is missing', async () => {
    expect(await answerTo('Bearer abc', 'note:create')).toMatchObject({
      status: 403,
      challenge: `Bearer realm="claimcheck", error="insufficient_scope", error_description="this needs the scope example:note:create", scope="example:note:create", ${metadata}`,
      body: { code: 'insufficient_scope', scope: 'example:note:create' },
    });
  });

  it.each(['example:note:readonly', 'note:read', 'EXAMPLE:NOTE:READ', 'example:note:read '])(
    'does not get by with "%s"',
    async (scope) => {
      accept([scope]);
      expect(await answerTo('Bearer abc')).toMatchObject({ status: 403 });
    },
  );
});

describe('authenticating a page', () => {
  it('gives the token, or the answer that refuses it', async () => {
    expect(await authenticate(new Headers({ authorization: 'bearer abc' }), options)).toEqual(
      testAccessToken(clock),
    );
    const refusal = await authenticate(new Headers(), options);
    expect(refusal).toBeInstanceOf(Response);
    expect((refusal as Response).status).toBe(401);
  });
});

describe('several scopes', () => {
  const anyOf = { anyOf: ['note:update', 'note:delete'] } as const;
  const allOf = { allOf: ['note:read', 'note:update', 'note:delete'] } as const;

  it.each([['example:note:update'], ['example:note:delete'], ['example:note:update', 'example:note:delete']])(
    'of which one is enough: with %s',
    async (...scopes) => {
      accept(scopes);
      expect(await answerTo('Bearer abc', anyOf)).toMatchObject({ status: 200 });
    },
  );

  it('of which one is enough are asked for by the first', async () => {
    expect(await answerTo('Bearer abc', anyOf)).toMatchObject({
      status: 403,
      challenge: expect.stringContaining('scope="example:note:update"'),
      body: { code: 'insufficient_scope', scope: 'example:note:update' },
    });
  });

  it('of which all are needed let in whoever has all', async () => {
    accept(['example:note:delete', 'example:note:read', 'other', 'example:note:update']);
    expect(await answerTo('Bearer abc', allOf)).toMatchObject({ status: 200 });
  });

  it('of which all are needed are asked for by those that are missing', async () => {
    expect(await answerTo('Bearer abc', allOf)).toMatchObject({
      status: 403,
      challenge: expect.stringContaining('scope="example:note:update example:note:delete"'),
      body: { detail: 'This needs the scopes example:note:update example:note:delete.' },
    });
  });

  it.each([{ anyOf: [] }, { allOf: [] }])('cannot be none: %j is refused when it is declared', (none) => {
    expect(() => protect(none as never, hello)).toThrow(TypeError);
  });
});

describe('a scope that is called otherwise where it is asked for', () => {
  it('counts by the name in the token, and is asked for by the other', async () => {
    const guarded = createProtect(() => ({ ...options, tokenPrefix: '', requestPrefix: 'api://notes/' }));
    accept(['api://notes/note:read']);
    const answer = await guarded('note:read', hello)(request('Bearer abc'), context);
    expect(answer.headers.get('www-authenticate')).toContain('scope="api://notes/note:read"');
    accept(['note:read']);
    expect((await guarded('note:read', hello)(request('Bearer abc'), context)).status).toBe(200);
  });
});

describe('limits', () => {
  const limited = () => {
    const failures = new Limiter({ name: 'failures', quota: 2, window: 60 });
    const writes = new Limiter({ name: 'writes', quota: 2, window: 60 });
    const guarded = createProtect(() => ({
      ...options,
      limits: {
        failure: (headers) => failures.use(headers.get('x-from') ?? ''),
        write: ({ subject }) => writes.use(subject),
      },
    }));
    return async (authorization: string, requirement: Requirement = 'note:read', from = 'a') => {
      const headers = { authorization, 'x-from': from };
      const answer = await guarded(requirement, hello)(
        new Request('http://localhost/', { headers }),
        context,
      );
      return answer;
    };
  };
  const refuse = () =>
    verify.mockResolvedValue({ outcome: 'refused', refusal: refusalBy('signature', 'it is forged') });

  it('refuse whoever fails too often, by the address alone, and take a good token from there', async () => {
    const ask = limited();
    refuse();
    const statuses = [];
    for (let n = 0; n < 3; n += 1) statuses.push((await ask('Bearer abc')).status);
    expect(statuses).toEqual([401, 401, 429]);
    expect((await ask('Bearer a b')).status).toBe(429);
    expect((await ask('Bearer abc', 'note:read', 'b')).status).toBe(401);
    accept(['example:note:read']);
    expect((await ask('Bearer abc')).status).toBe(200);
  });

  it('do not count who brings nothing, or lacks a scope', async () => {
    const ask = limited();
    for (let n = 0; n < 4; n += 1) {
      expect((await ask('Basic abc')).status).toBe(401);
      expect((await ask('Bearer abc', 'note:delete')).status).toBe(403);
    }
  });

  it('refuse writes over the limit, and say when to come back; never reads', async () => {
    const ask = limited();
    accept(['example:note:read', 'example:note:delete']);
    const first = await ask('Bearer abc', 'note:delete');
    expect(first.headers.get('ratelimit')).toMatch(/^"writes";r=1;t=\d+$/);
    await ask('Bearer abc', 'note:delete');
    const third = await ask('Bearer abc', 'note:delete');
    expect(third.status).toBe(429);
    expect(Number(third.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(third.headers.get('ratelimit-policy')).toBe('"writes";q=2;w=60');
    expect(await third.json()).toMatchObject({ code: 'rate_limited' });
    for (let n = 0; n < 4; n += 1) expect((await ask('Bearer abc')).status).toBe(200);
  });
});

describe('a rule about the sign-in', () => {
  const signIn = {
    rules: { 'note:delete': { within: 300 } },
    tolerance: 30,
    clock: clock.read,
  } as const;
  const guarded = createProtect(() => ({ ...options, signIn }));
  const ask = async (claims: object, requirement: Requirement = 'note:delete') => {
    const token = testAccessToken(clock, { scopes: ['example:note:delete', 'example:note:read'] });
    verify.mockResolvedValue({
      outcome: 'accepted',
      token: { ...token, claims: { ...token.claims, ...claims } as typeof token.claims },
    });
    return guarded(requirement, hello)(request('Bearer abc'), context);
  };
  const now = () => clock.seconds;

  it('lets a recent one through, and other actions whatever it was', async () => {
    expect((await ask({ auth_time: now() - 10 })).status).toBe(200);
    expect((await ask({}, 'note:read')).status).toBe(200);
  });

  it('asks for another where it was too long ago, with what it has to be (RFC 9470 §3)', async () => {
    const answer = await ask({ auth_time: now() - 900 });
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toBe(
      'Bearer realm="claimcheck", error="insufficient_user_authentication", error_description="the sign-in was 900 seconds ago", max_age="300", resource_metadata="http://localhost:3000/.well-known/oauth-protected-resource/api/notes"',
    );
    expect(await answer.json()).toMatchObject({
      code: 'insufficient_user_authentication',
      max_age: 300,
      silent: false,
    });
  });

  it('refuses a token that does not say, and says that another sign-in would not help', async () => {
    expect(await (await ask({})).json()).toMatchObject({ max_age: 300, silent: true });
  });

  it('comes after the scope: somebody without it is not sent to sign in again for nothing', async () => {
    accept(['example:note:read']);
    const answer = await guarded('note:delete', hello)(request('Bearer abc'), context);
    expect(answer.status).toBe(403);
  });
});
