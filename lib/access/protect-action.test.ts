import { beforeEach, describe, expect, it, vi } from 'vitest';
import { TestClock, testAccessToken } from '../../test/session/sessions';
import { refusalBy } from '../../test/token/tokens';
import { type ActionGuardOptions, createProtectAction, type ProtectAction } from './protect-action';
import type { Requirement } from './requirement';

const clock = new TestClock();
const baseUrl = 'http://localhost:3000';
const page = { referer: `${baseUrl}/notes?page=2` };
const bearer = { authorization: 'Bearer abc', ...page };

const verify = vi.fn<ActionGuardOptions['verify']>();
const onError = vi.fn();
const redirection = new Error('NEXT_REDIRECT');

function guardFor(incoming: Record<string, string>, changes: Partial<ActionGuardOptions> = {}) {
  return createProtectAction(() => ({
    ...{ verify, baseUrl, tokenPrefix: 'example:', requestPrefix: 'example:', onError },
    incoming: async () => new Headers(incoming),
    rethrow: (error) => {
      if (error === redirection) throw error;
    },
    ...changes,
  }));
}

beforeEach(() => {
  verify.mockReset();
  onError.mockReset();
  accept(['example:note:read', 'example:note:create']);
});

function accept(scopes: string[]): void {
  verify.mockResolvedValue({ outcome: 'accepted', token: testAccessToken(clock, { scopes }) });
}

function formOf(fields: Record<string, string> = { title: 'Tea' }): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  return form;
}

const greet = ({ token }: { token: { subject: string } }, form: FormData) =>
  `${token.subject}: ${form.get('title')}`;

const call = (guard: ProtectAction, requirement: Requirement = 'note:create', handler = greet) =>
  guard(requirement, handler)(undefined, formOf());

/** @returns what is answered to a handler that throws */
const thrown = (error: unknown) =>
  guardFor(bearer)('signed-in', () => Promise.reject(error))(undefined, formOf());

describe('an action of somebody who may', () => {
  it('is carried out with their token and their form, and answers with what it returns', async () => {
    expect(await call(guardFor(bearer))).toEqual({ outcome: 'done', value: 'alice: Tea' });
    expect(verify.mock.calls).toEqual([['abc']]);
  });

  it('needs no scope where being signed in is enough', async () => {
    accept([]);
    expect(await call(guardFor(bearer), 'signed-in')).toMatchObject({ outcome: 'done' });
  });

  it('is called by a form alone, or with what it answered before', async () => {
    const action = guardFor(bearer)('note:create', greet);
    expect(await action(formOf())).toEqual({ outcome: 'done', value: 'alice: Tea' });
    const before = await action(undefined, formOf());
    expect(await action(before, formOf({ title: 'Milk' }))).toMatchObject({ value: 'alice: Milk' });
  });
});

describe('an action of somebody signed out', () => {
  it('leads to sign in and back to the page with the form', async () => {
    expect(await call(guardFor(page))).toEqual({
      outcome: 'signed-out',
      href: '/login?returnTo=%2Fnotes%3Fpage%3D2',
    });
    expect(verify).not.toHaveBeenCalled();
  });

  it.each(['idle', 'expired', 'provider'])('says why their session is over: %s', async (reason) => {
    expect(await call(guardFor({ ...page, 'x-session-ended': reason }))).toEqual({
      outcome: 'signed-out',
      reason,
      href: `/login?returnTo=%2Fnotes%3Fpage%3D2&reason=${reason}`,
    });
  });

  it.each([
    undefined,
    'https://evil.example/notes',
    `${baseUrl}.evil.example/notes`,
    `${baseUrl}//evil.example`,
    `${baseUrl}/auth/logout`,
    'junk',
  ])('comes back to the start page where the page is said to be %s', async (referer) => {
    const result = await call(guardFor(referer === undefined ? {} : { referer }));
    expect(result).toMatchObject({ href: '/login?returnTo=%2F' });
  });
});

describe('an action of somebody whose token is refused', () => {
  it('says which check, why, and where to get another', async () => {
    verify.mockResolvedValue({ outcome: 'refused', refusal: refusalBy('audience', 'it is for another') });
    expect(await call(guardFor(bearer), 'signed-in')).toEqual({
      outcome: 'refused',
      check: 'audience',
      because: 'it is for another',
      href: '/login?returnTo=%2Fnotes%3Fpage%3D2&reason=refused',
    });
  });

  it('says so of a header with more than one token', async () => {
    const authorization = 'Bearer a, Bearer b';
    expect(await call(guardFor({ authorization }))).toMatchObject({ outcome: 'refused', check: 'request' });
  });
});

describe('an action that needs a scope which the token lacks', () => {
  const lacking = { referer: `${baseUrl}/notes`, authorization: 'Bearer abc' };

  it('says which, and where to sign in with it and those that are there', async () => {
    accept(['openid', 'example:note:read']);
    expect(await call(guardFor(lacking))).toEqual({
      outcome: 'needs-scope',
      scopes: ['example:note:create'],
      href: '/login?returnTo=%2Fnotes&scope=example%3Anote%3Aread+example%3Anote%3Acreate',
    });
  });

  it('names all that are missing of several that are needed', async () => {
    const allOf = { allOf: ['note:read', 'note:update', 'note:delete'] } as const;
    expect(await call(guardFor(lacking), allOf)).toMatchObject({
      scopes: ['example:note:update', 'example:note:delete'],
    });
  });

  it('names the first of several of which one is enough, and no one where there is one', async () => {
    const anyOf = { anyOf: ['note:update', 'note:delete'] } as const;
    expect(await call(guardFor(lacking), anyOf)).toMatchObject({ scopes: ['example:note:update'] });
    accept(['example:note:delete']);
    expect(await call(guardFor(lacking), anyOf)).toMatchObject({ outcome: 'done' });
  });

  it('names it as it has to be asked for, where tokens call it otherwise', async () => {
    const names = { tokenPrefix: '', requestPrefix: 'api://notes/' };
    accept(['note:read']);
    expect(await call(guardFor(lacking, names))).toEqual({
      outcome: 'needs-scope',
      scopes: ['api://notes/note:create'],
      href: '/login?returnTo=%2Fnotes&scope=api%3A%2F%2Fnotes%2Fnote%3Aread+api%3A%2F%2Fnotes%2Fnote%3Acreate',
    });
  });

  it.each([{ anyOf: [] }, { allOf: [] }])('cannot need none: %j is refused when it is declared', (none) => {
    expect(() => guardFor(lacking)(none as never, greet)).toThrow(TypeError);
  });
});

describe('an action while something is away', () => {
  it('says that the token cannot be judged, and when to try again', async () => {
    verify.mockResolvedValue({ outcome: 'unavailable', retryAfter: 9, reason: 'down' });
    expect(await call(guardFor(bearer))).toEqual({
      outcome: 'unavailable',
      code: 'keys_unavailable',
      retryAfter: 9,
      sentence:
        'The sign-in provider cannot be reached, so the token could not be checked. Try again in a moment.',
    });
  });

  it('says so in other words where that does not pass by itself', async () => {
    const why = { passes: false, title: 'The provider publishes no key', detail: 'Its key set is empty.' };
    verify.mockResolvedValue({ outcome: 'unavailable', retryAfter: 9, reason: 'down', why });
    expect(await call(guardFor(bearer))).toMatchObject({
      sentence: 'The provider publishes no key, so the token could not be checked. Its key set is empty.',
    });
  });

  it.each(['refresh_unavailable', 'store_unavailable', 'keys_unavailable'])(
    'says what the middleware knows of the session: %s',
    async (code) => {
      expect(await call(guardFor({ 'x-session-state': code }))).toMatchObject({
        outcome: 'unavailable',
        code,
        retryAfter: 5,
        sentence: expect.stringMatching(/\. Try again in a moment\.$/),
      });
    },
  );

  it('says that the database is, where a handler finds out', async () => {
    const error = Object.assign(new Error('busy'), { code: 'SQLITE_BUSY' });
    expect(await thrown(error)).toMatchObject({
      outcome: 'unavailable',
      code: 'store_unavailable',
      retryAfter: 5,
    });
    expect(onError).toHaveBeenCalledWith(error);
  });
});

describe('an action that fails', () => {
  it('says so and no more; the log has the cause', async () => {
    const error = new Error('secret cause');
    expect(await thrown(error)).toEqual({
      outcome: 'failed',
      sentence: 'Something went wrong on our side. Try again in a moment.',
    });
    expect(onError).toHaveBeenCalledWith(error);
  });

  it('lets Next redirect', async () => {
    await expect(thrown(redirection)).rejects.toBe(redirection);
    expect(onError).not.toHaveBeenCalled();
  });
});

describe('whatever is sent to an action', () => {
  const forged = [
    [],
    [undefined],
    [{}],
    ['form'],
    [formOf(), 'form'],
    [null, { get: () => 'Tea' }],
    [[formOf()]],
  ];

  it.each(forged)('is a form, or it is not carried out (%#)', async (...sent) => {
    const handler = vi.fn(greet);
    const action = guardFor(bearer)('note:create', handler) as (...sent: unknown[]) => Promise<unknown>;
    expect(await action(...sent)).toEqual({ outcome: 'failed', sentence: 'The form cannot be read.' });
    expect(handler).not.toHaveBeenCalled();
  });

  it('never reaches the handler without a token that permits it', async () => {
    const handler = vi.fn(greet);
    await call(guardFor({}), 'signed-in', handler);
    await call(guardFor({ authorization: 'Bearer' }), 'signed-in', handler);
    await call(guardFor({ 'x-session-state': 'store_unavailable' }), 'signed-in', handler);
    await call(guardFor(bearer), 'note:delete', handler);
    verify.mockResolvedValue({ outcome: 'refused', refusal: refusalBy('key') });
    await call(guardFor(bearer), 'signed-in', handler);
    verify.mockResolvedValue({ outcome: 'unavailable', retryAfter: 1, reason: 'down' });
    await call(guardFor(bearer), 'signed-in', handler);
    expect(handler).not.toHaveBeenCalled();
  });
});
