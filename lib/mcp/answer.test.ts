import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type TestDatabase, testDatabase } from '../../test/db/database';
import { NoteStore, notesPerOwner } from '../notes';
import { answerMcp, type McpCaller } from './answer';

const onError = vi.fn<McpCaller['onError']>();
let database: TestDatabase;
let store: NoteStore;
let caller: McpCaller;

beforeEach(async () => {
  onError.mockReset();
  database = await testDatabase();
  store = new NoteStore(database.db, () => Date.UTC(2026, 10, 27));
  caller = {
    owner: { issuer: 'https://id.example', subject: 'alice' },
    permits: () => true,
    refuse: async () => undefined,
    notes: async () => store,
    onError,
  };
});
afterEach(() => database.remove());

async function call(name: string, fields: object = {}) {
  const request = new Request('http://localhost:3000/api/mcp', {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name, arguments: fields },
    }),
  });
  const { result } = await (await answerMcp(request, caller)).json();
  return { isError: result.isError, text: String(result.content[0].text), content: result.structuredContent };
}

describe('a tool', () => {
  it('says the same to programs and to models', async () => {
    const { text, content } = await call('create_note', { title: 'Tea' });
    expect(JSON.parse(text)).toEqual(content);
    expect(content).toMatchObject({ title: 'Tea', body: '' });
  });

  it('does nothing for a token without its scope, though HTTP had let it pass', async () => {
    const { id } = (await call('create_note', { title: 'Tea' })).content;
    caller = { ...caller, permits: (action) => action === 'note:read' };
    for (const name of ['update_note', 'delete_note', 'create_note']) {
      const fields = {
        title: 'Coffee',
        ...(name !== 'create_note' && { id }),
        ...(name === 'delete_note' && { title: undefined }),
      };
      expect(await call(name, fields)).toMatchObject({
        isError: true,
        text: expect.stringContaining('carry the scope'),
      });
    }
    expect((await call('list_notes')).content.notes).toMatchObject([{ title: 'Tea', version: 1 }]);
  });

  it.each([
    ['create_note', {}, 'title'],
    ['create_note', { title: ' ' }, 'must not be empty'],
    ['create_note', { title: 'x', body: '\0' }, 'NUL'],
    ['create_note', { title: 'x', owner: 'bob' }, 'owner'],
    ['update_note', { id: randomUUID() }, 'must change the title or the body'],
    ['update_note', { id: randomUUID(), title: 'x', version: '1' }, 'version'],
    ['delete_note', {}, 'id'],
    ['list_notes', { limit: 0 }, 'limit'],
  ])('%s says what is wrong with %j', async (name, fields, words) => {
    expect(await call(name, fields)).toMatchObject({ isError: true, text: expect.stringContaining(words) });
  });

  it.each([
    ['get_note', {}],
    ['update_note', { title: 'x' }],
    ['delete_note', {}],
  ])('%s finds no note that is nobody’s', async (name, more) => {
    for (const id of [randomUUID(), 'x', '\0']) {
      expect(await call(name, { id, ...more })).toMatchObject({
        isError: true,
        text: 'You have no note with this id.',
      });
    }
  });

  it('deletes no version that nobody has read', async () => {
    const { id } = (await call('create_note', { title: 'Tea' })).content;
    expect(await call('delete_note', { id, version: 2 })).toMatchObject({
      isError: true,
      text: expect.stringContaining('has changed'),
    });
    expect(await call('delete_note', { id, version: 1 })).toMatchObject({ content: { deleted: id } });
  });

  it('says how many notes one may have', async () => {
    store.create = async () => undefined;
    const { text } = await call('create_note', { title: 'One more' });
    expect(text).toContain(notesPerOwner.toLocaleString('en'));
  });

  it('keeps to itself what went wrong, and tells the log', async () => {
    const broken = Object.assign(new Error('disk /srv/secret is full'), { code: 'SQLITE_FULL' });
    for (const [error, words] of [
      [broken, 'The database cannot be reached.'],
      [new Error('secret'), 'Something went wrong on our side.'],
    ] as const) {
      caller = { ...caller, notes: () => Promise.reject(error) };
      const { isError, text } = await call('list_notes');
      expect(isError).toBe(true);
      expect(text).toContain(words);
      expect(text).not.toContain('secret');
      expect(onError).toHaveBeenLastCalledWith(error);
    }
  });
});
