import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { accessToken } from '../../test/token/tokens';
import { type AppWithOwnProvider, bearer, startWithOwnProvider } from '../support/own-provider';

const everything = ['read', 'create', 'update', 'delete'].map((verb) => `example:note:${verb}`).join(' ');

let own: AppWithOwnProvider;
beforeAll(async () => {
  own = await startWithOwnProvider();
});
afterAll(() => own.stop());

const tokenOf = (sub: string, scope = everything) => accessToken(own.context, { sub, scope });

interface Call {
  as?: string;
  method?: string;
  body?: unknown;
  headers?: Record<string, string>;
}

function call(path: string, { as = 'user-1', method = 'GET', body, headers = {} }: Call = {}) {
  const sent = new Headers({ ...bearer(tokenOf(as)), ...headers });
  if (body !== undefined && !sent.has('content-type')) sent.set('content-type', 'application/json');
  return fetch(`${own.app.baseUrl}${path}`, {
    method,
    headers: sent,
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
}

async function create(as: string, title = 'A title', body = 'Some text') {
  const response = await call('/api/notes', { as, method: 'POST', body: { title, body } });
  return (await response.json()) as { id: string; version: number };
}

describe('a note', () => {
  test('is created with 201, its place and its ETag, and can be read there', async () => {
    const created = await call('/api/notes', { method: 'POST', body: { title: 'Groceries', body: 'Tea' } });
    expect(created.status).toBe(201);
    const note = await created.json();
    expect(note).toMatchObject({ title: 'Groceries', body: 'Tea', version: 1 });
    expect(created.headers.get('location')).toBe(`/api/notes/${note.id}`);
    expect(created.headers.get('etag')).toBe('"1"');
    const read = await call(`/api/notes/${note.id}`);
    expect([read.status, await read.json()]).toEqual([200, note]);
    expect(read.headers.get('cache-control')).toBe('no-store');
  });

  test('is changed in part, and its version grows', async () => {
    const { id } = await create('user-1', 'Before', 'stays');
    const changed = await call(`/api/notes/${id}`, { method: 'PATCH', body: { title: 'After' } });
    expect(await changed.json()).toMatchObject({ title: 'After', body: 'stays', version: 2 });
    expect(changed.headers.get('etag')).toBe('"2"');
  });

  test('is deleted with 204, and is gone', async () => {
    const { id } = await create('user-1');
    expect((await call(`/api/notes/${id}`, { method: 'DELETE' })).status).toBe(204);
    expect((await call(`/api/notes/${id}`)).status).toBe(404);
    expect((await call(`/api/notes/${id}`, { method: 'DELETE' })).status).toBe(404);
  });

  test('may have 200 characters of title and 10,000 of text, in any script', async () => {
    const title = '🪶'.repeat(200);
    const response = await call('/api/notes', { method: 'POST', body: { title, body: 'é'.repeat(10_000) } });
    expect(response.status).toBe(201);
    expect((await response.json()).title).toBe(title);
  });
});

describe("another owner's note", () => {
  test('is 404 for every method, as one that never was', async () => {
    const { id } = await create('owner');
    for (const init of [{}, { method: 'PATCH', body: { title: 'Mine' } }, { method: 'DELETE' }]) {
      const response = await call(`/api/notes/${id}`, { as: 'stranger', ...init });
      expect(response.status).toBe(404);
    }
    const list = await (await call('/api/notes', { as: 'stranger' })).json();
    expect(list).toEqual({ notes: [], nextCursor: null });
    expect((await call(`/api/notes/${id}`, { as: 'owner' })).status).toBe(200);
  });
});

describe('concurrent edits', () => {
  test('the second of two that began alike is refused with 412 and changes nothing', async () => {
    const { id } = await create('user-1', 'Original');
    const change = (title: string) =>
      call(`/api/notes/${id}`, { method: 'PATCH', body: { title }, headers: { 'if-match': '"1"' } });
    const statuses = (await Promise.all([change('One'), change('Two')])).map(({ status }) => status);
    expect(statuses.sort()).toEqual([200, 412]);
    expect((await (await call(`/api/notes/${id}`)).json()).version).toBe(2);
  });

  test('a note that has changed since is not deleted', async () => {
    const { id } = await create('user-1');
    await call(`/api/notes/${id}`, { method: 'PATCH', body: { body: 'newer' } });
    const stale = await call(`/api/notes/${id}`, { method: 'DELETE', headers: { 'if-match': '"1"' } });
    expect([stale.status, (await stale.json()).code]).toEqual([412, 'version_mismatch']);
    const current = await call(`/api/notes/${id}`, { method: 'DELETE', headers: { 'if-match': '"2"' } });
    expect(current.status).toBe(204);
  });
});

describe('a list', () => {
  test('is paged without gaps or repeats, newest first', async () => {
    for (let number = 1; number <= 7; number++) await create('reader', `Note ${number}`);
    const titles: string[] = [];
    let cursor: string | null = null;
    do {
      const query: string = cursor === null ? '?limit=3' : `?limit=3&cursor=${cursor}`;
      const page = await (await call(`/api/notes${query}`, { as: 'reader' })).json();
      titles.push(...page.notes.map((note: { title: string }) => note.title));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(new Set(titles).size).toBe(7);
    expect(titles).toHaveLength(7);
  });

  test.each(['limit=0', 'limit=101', 'limit=x', 'limit=-1', 'cursor=junk', 'cursor='])(
    '?%s is answered 422 and named',
    async (query) => {
      const response = await call(`/api/notes?${query}`);
      expect(response.status).toBe(422);
      const [name = ''] = query.split('=');
      expect((await response.json()).errors).toHaveProperty(name);
    },
  );
});

describe('bad input', () => {
  const post = (body: unknown, headers?: Record<string, string>) =>
    call('/api/notes', { method: 'POST', body, ...(headers && { headers }) });

  test.each([
    ['no title', { body: 'x' }, 'title'],
    ['an empty title', { title: '  ' }, 'title'],
    ['a title of 201 characters', { title: 'x'.repeat(201) }, 'title'],
    ['a title that is a number', { title: 7 }, 'title'],
    ['a title with a NUL character, which no database keeps', { title: 'a\0b' }, 'title'],
    ['a text with a NUL character', { title: 'x', body: '\0' }, 'body'],
    ['a text of 10,001 characters', { title: 'x', body: 'x'.repeat(10_001) }, 'body'],
    ['a field that notes do not have', { title: 'x', colour: 'red' }, 'colour'],
    ['a list', [], 'note'],
    ['null', null, 'note'],
  ])('%s is answered 422 and names the field', async (_name, body, field) => {
    const response = await post(body);
    expect(response.status).toBe(422);
    const problem = await response.json();
    expect(problem).toMatchObject({ code: 'invalid_fields', status: 422 });
    expect(problem.errors).toHaveProperty(field);
  });

  test('an empty change is answered 422', async () => {
    const { id } = await create('user-1');
    expect((await call(`/api/notes/${id}`, { method: 'PATCH', body: {} })).status).toBe(422);
  });

  test('malformed JSON is answered 400', async () => {
    const response = await post('{"title":');
    expect([response.status, (await response.json()).code]).toEqual([400, 'malformed_body']);
  });

  test('another media type is answered 415', async () => {
    const response = await post('title=x', { 'content-type': 'application/x-www-form-urlencoded' });
    expect(response.status).toBe(415);
  });

  test('more than 64 KiB is answered 413', async () => {
    expect((await post({ title: 'x', body: 'x'.repeat(70_000) })).status).toBe(413);
  });

  test.each(['%00', '..%2F..%2Fetc', 'x'.repeat(300), "'; drop table note; --"])(
    'the id %s is answered 404',
    async (id) => {
      expect((await call(`/api/notes/${encodeURIComponent(id)}`)).status).toBe(404);
    },
  );
});
