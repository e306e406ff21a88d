import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dialects, type TestDatabase, testDatabase } from '../../test/db/database';
import { newNoteSchema, type Owner } from './note';
import { decodeCursor, encodeCursor, NoteStore, notesPerOwner } from './store';

const alice: Owner = { issuer: 'https://id.example', subject: 'alice' };
const strangers: Owner[] = [
  { issuer: 'https://id.example', subject: 'bob' },
  { issuer: 'https://other.example', subject: 'alice' },
  { issuer: 'https://id.example/', subject: 'alice' },
  { issuer: 'https://id.example', subject: 'Alice' },
  { issuer: 'https://id.example', subject: '%' },
  { issuer: 'https://id.example', subject: '' },
];

const nobody = '00000000-0000-4000-8000-000000000000';

describe.each(dialects)('in %s,', (dialect) => {
  let database: TestDatabase;
  let store: NoteStore;
  let now = 0;
  beforeEach(async () => {
    now = Date.UTC(2026, 10, 22, 12);
    database = await testDatabase(dialect);
    store = new NoteStore(database.db, () => now);
  });
  afterEach(() => database.remove());

  const create = async (...given: Parameters<NoteStore['create']>) => {
    const note = await store.create(...given);
    if (!note) throw new Error('there is no room');
    return note;
  };
  const write = (title: string, owner = alice) => create(owner, { title, body: `${title}: body` });

  describe('a note', () => {
    it('comes back as it was written', async () => {
      const note = await create(alice, {
        title: 'Zürich 👩‍🚀',
        body: 'a\r\nb\t"\' ; drop table note; --',
      });
      expect(note).toEqual({
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        title: 'Zürich 👩‍🚀',
        body: 'a\r\nb\t"\' ; drop table note; --',
        version: 1,
        createdAt: '2026-11-22T12:00:00.000Z',
        updatedAt: '2026-11-22T12:00:00.000Z',
      });
      expect(await store.find(alice, note.id)).toEqual(note);
      expect((await store.list(alice, { limit: 20 })).notes).toEqual([note]);
    });

    it('with every character that a note may have comes back whole', async () => {
      const body = `\u0001\u007f\u2028\ufeff\uffff${'😀'.repeat(5_000)}`;
      const note = await create(alice, newNoteSchema.parse({ title: '\u0001', body }));
      expect(await store.find(alice, note.id)).toEqual(note);
    });

    it('that is not there is not found', async () => {
      // PostgreSQL refuses a NUL in any text that it is asked for.
      for (const id of [nobody, '', "' or 1=1 --", '%', '\0', `${nobody}\0`, '\ud800', 'x'.repeat(100_000)]) {
        expect(await store.find(alice, id)).toBeUndefined();
        expect(await store.change(alice, id, { title: 'x' }, undefined)).toEqual({ outcome: 'missing' });
        expect(await store.remove(alice, id, undefined)).toBe('missing');
      }
    });

    it('survives the end of the process', async () => {
      const note = await write('kept');
      await database.db.destroy();
      expect(await new NoteStore(database.again(), () => now).find(alice, note.id)).toEqual(note);
    });
  });

  describe('the notes of someone else', () => {
    it.each(strangers)(
      'are not there for %j: not in lists, not by id, not to change, not to delete',
      async (stranger) => {
        const note = await write('private');
        expect(await store.list(stranger, { limit: 100 })).toEqual({ notes: [], nextCursor: null });
        expect(await store.find(stranger, note.id)).toBeUndefined();
        for (const versions of [undefined, [1], []]) {
          expect(await store.change(stranger, note.id, { title: 'mine' }, versions)).toEqual({
            outcome: 'missing',
          });
          expect(await store.remove(stranger, note.id, versions)).toBe('missing');
        }
        expect(await store.find(alice, note.id)).toEqual(note);
      },
    );

    it('do not count in one’s own pages', async () => {
      for (let n = 0; n < 5; n++) {
        await write(`alice ${n}`);
        for (const stranger of strangers) await write(`stranger ${n}`, stranger);
      }
      const page = await store.list(alice, { limit: 5 });
      expect(page.notes.map(({ title }) => title.slice(0, 5))).toEqual(Array(5).fill('alice'));
      expect(page.nextCursor).toBeNull();
    });
  });

  describe('changing a note', () => {
    it('counts its version and notes the time; what is not named stays', async () => {
      const note = await write('first');
      now += 1_000;
      const changed = { ...note, title: 'second', version: 2, updatedAt: '2026-11-22T12:00:01.000Z' };
      expect(await store.change(alice, note.id, { title: 'second' }, [1])).toEqual({
        outcome: 'changed',
        note: changed,
      });
      expect(await store.change(alice, note.id, { body: '' }, [2])).toEqual({
        outcome: 'changed',
        note: { ...changed, body: '', version: 3 },
      });
    });

    it('of which the version is another one meanwhile is a conflict and changes nothing', async () => {
      const note = await write('first');
      await store.change(alice, note.id, { title: 'second' }, [1]);
      for (const version of [1, 3, 0, -1]) {
        expect(await store.change(alice, note.id, { title: 'lost' }, [version])).toEqual({
          outcome: 'conflict',
        });
      }
      expect(await store.find(alice, note.id)).toMatchObject({ title: 'second', version: 2 });
    });

    it('whatever its version takes the one that is there', async () => {
      const note = await write('first');
      for (let version = 2; version < 6; version++) {
        expect(await store.change(alice, note.id, { body: 'x' }, undefined)).toMatchObject({
          note: { version },
        });
      }
    });

    it('that is not there says so, with and without a version', async () => {
      expect(await store.change(alice, nobody, { title: 'x' }, undefined)).toEqual({ outcome: 'missing' });
      expect(await store.change(alice, nobody, { title: 'x' }, [1])).toEqual({ outcome: 'missing' });
    });

    it('touches no other note', async () => {
      const [one, other] = [await write('one'), await write('other')];
      await store.change(alice, one.id, { title: 'changed' }, undefined);
      expect(await store.find(alice, other.id)).toEqual(other);
    });

    it('at once from two instances succeeds for exactly one of each version', async () => {
      const second = new NoteStore(database.again(), () => now);
      const note = await write('contended');
      for (let version = 1; version <= 10; version++) {
        const results = await Promise.all(
          [store, second, store, second].map((instance, n) =>
            instance.change(alice, note.id, { title: `by ${n}` }, [version]),
          ),
        );
        expect(results.filter(({ outcome }) => outcome === 'changed')).toHaveLength(1);
        expect(results.filter(({ outcome }) => outcome === 'conflict')).toHaveLength(3);
      }
      expect((await second.find(alice, note.id))?.version).toBe(11);
    });
  });

  describe('a change that means several versions', () => {
    it('is made where it is one of them, and of none is a conflict', async () => {
      const note = await write('first');
      expect(await store.change(alice, note.id, { title: 'no' }, [])).toEqual({ outcome: 'conflict' });
      expect(await store.change(alice, note.id, { title: 'no' }, [2, 3])).toEqual({ outcome: 'conflict' });
      expect(await store.change(alice, note.id, { title: 'yes' }, [7, 1])).toMatchObject({
        outcome: 'changed',
      });
      expect(await store.remove(alice, note.id, [])).toBe('conflict');
      expect(await store.remove(alice, note.id, [1, 2])).toBe('removed');
    });
  });

  describe('one person', () => {
    const fill = async (owner: Owner) => {
      const rows = Array.from({ length: notesPerOwner }, (_, index) => ({
        ...{ ...owner, id: randomUUID(), title: `${index}`, body: '', version: 1 },
        ...{ created_at: index, updated_at: index },
      }));
      for (let from = 0; from < rows.length; from += 100)
        await database.db
          .insertInto('note')
          .values(rows.slice(from, from + 100))
          .execute();
    };

    it('has room for a thousand notes, and for another where one is gone', async () => {
      await fill(alice);
      expect(await store.create(alice, { title: 'one too many', body: '' })).toBeUndefined();
      const [newest] = (await store.list(alice, { limit: 1 })).notes;
      await store.remove(alice, newest?.id ?? '', undefined);
      expect(await store.create(alice, { title: 'fits', body: '' })).toMatchObject({ title: 'fits' });
      expect(await store.create(alice, { title: 'one too many', body: '' })).toBeUndefined();
    });

    it('takes no room from another', async () => {
      await fill(alice);
      for (const stranger of strangers)
        expect(await store.create(stranger, { title: 'fits', body: '' })).toBeDefined();
    });
  });

  describe('deleting a note', () => {
    it('removes it for good, once', async () => {
      const note = await write('gone');
      expect(await store.remove(alice, note.id, undefined)).toBe('removed');
      expect(await store.find(alice, note.id)).toBeUndefined();
      expect(await store.remove(alice, note.id, undefined)).toBe('missing');
    });

    it('of which the version is another one meanwhile is a conflict', async () => {
      const note = await write('kept');
      await store.change(alice, note.id, { body: 'new' }, undefined);
      expect(await store.remove(alice, note.id, [1])).toBe('conflict');
      expect(await store.find(alice, note.id)).toBeDefined();
      expect(await store.remove(alice, note.id, [2])).toBe('removed');
    });
  });

  describe('a list of notes', () => {
    /** Titles of all pages, one page after the other. */
    async function pages(limit: number): Promise<string[][]> {
      const all: string[][] = [];
      let cursor: string | null = null;
      do {
        const after: ReturnType<typeof decodeCursor> = cursor === null ? undefined : decodeCursor(cursor);
        const page: Awaited<ReturnType<NoteStore['list']>> = await store.list(alice, { limit, after });
        all.push(page.notes.map(({ title }) => title));
        cursor = page.nextCursor;
      } while (cursor !== null);
      return all;
    }

    it('is empty for those who have none', async () => {
      expect(await store.list(alice, { limit: 20 })).toEqual({ notes: [], nextCursor: null });
    });

    it('shows the newest first', async () => {
      for (const title of ['a', 'b', 'c']) {
        await write(title);
        now += 1;
      }
      expect(await pages(20)).toEqual([['c', 'b', 'a']]);
    });

    it.each([1, 7, 20, 44, 45, 46])(
      'of 45 notes from the same moment has no gaps and no repeats, %i to a page',
      async (limit) => {
        const titles = Array.from({ length: 45 }, (_, n) => `note ${n}`);
        for (const title of titles) await write(title);
        const all = await pages(limit);
        expect(all.map((page) => page.length)).toEqual([
          ...Array(Math.ceil(45 / limit) - 1).fill(limit),
          45 % limit || limit,
        ]);
        expect(all.flat().sort()).toEqual(titles.sort());
      },
    );

    it('stays whole while notes come and go between pages', async () => {
      for (let n = 0; n < 10; n++) {
        await write(`old ${n}`);
        now += 1;
      }
      const first = await store.list(alice, { limit: 5 });
      await write('new');
      const [last] = first.notes.slice(-1);
      if (!last || first.nextCursor === null) throw new Error('no second page');
      await store.remove(alice, last.id, undefined);
      const second = await store.list(alice, { limit: 20, after: decodeCursor(first.nextCursor) });
      expect(second.notes.map(({ title }) => title)).toEqual(['old 4', 'old 3', 'old 2', 'old 1', 'old 0']);
    });
  });
});

describe('a cursor', () => {
  it('comes back as it was made', () => {
    const cursor = { createdAt: 1_763_812_800_000, id: nobody };
    expect(decodeCursor(encodeCursor(cursor))).toEqual(cursor);
    expect(encodeCursor(cursor)).toMatch(/^[A-Za-z0-9_-]+$/);
  });

  it.each([
    '',
    'garbage',
    '....',
    nobody,
    Buffer.from(`1.${nobody}x`).toString('base64url'),
    Buffer.from(`-1.${nobody}`).toString('base64url'),
    Buffer.from(`1e3.${nobody}`).toString('base64url'),
    Buffer.from(`${'9'.repeat(16)}.${nobody}`).toString('base64url'),
    Buffer.from(`1.' or 1=1 -- ${'a'.repeat(22)}`).toString('base64url'),
    '\u0000'.repeat(100),
    'A'.repeat(100_000),
  ])('is not %j', (text) => {
    expect(decodeCursor(text)).toBeUndefined();
  });
});
