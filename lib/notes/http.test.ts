import { describe, expect, it } from 'vitest';
import { TestClock, testAccessToken } from '../../test/session/sessions';
import { etagOf, expectedVersions, noteAnswer, ownerOf, readFields, readForm, readPaging } from './http';
import { type Note, newNoteSchema, noteChangeSchema } from './note';
import { encodeCursor } from './store';

const note: Note = {
  id: '00000000-0000-4000-8000-000000000000',
  title: 'a',
  body: '',
  version: 7,
  createdAt: '2026-11-22T12:00:00.000Z',
  updatedAt: '2026-11-22T12:00:00.000Z',
};

const post = (body: string) =>
  new Request('http://localhost/', { method: 'POST', body, headers: { 'content-type': 'application/json' } });

async function problemOf(answer: unknown) {
  if (!(answer instanceof Response)) throw new Error('it was accepted');
  return { status: answer.status, ...(await answer.json()) };
}

describe('the owner of notes', () => {
  it('is issuer and subject of the token, and nothing else of it', () => {
    const token = testAccessToken(new TestClock(), {
      issuer: 'i',
      subject: 's',
      claims: { iss: 'x', sub: 'y', exp: 1 },
    });
    expect(ownerOf(token)).toEqual({ issuer: 'i', subject: 's' });
  });
});

describe('a note as an answer', () => {
  it('has its version as ETag and is not stored by anyone', async () => {
    const answer = noteAnswer(note);
    expect(answer.status).toBe(200);
    expect(Object.fromEntries(answer.headers)).toEqual({
      'content-type': 'application/json',
      etag: '"7"',
      'cache-control': 'no-store',
    });
    expect(await answer.json()).toEqual(note);
  });

  it('that is new says where it is', () => {
    const answer = noteAnswer(note, { status: 201, location: '/api/notes/1' });
    expect([answer.status, answer.headers.get('location')]).toEqual([201, '/api/notes/1']);
  });
});

describe('If-Match', () => {
  const versionOf = (value: string) => expectedVersions(new Headers({ 'if-match': value }));

  it('names the version that a change means, as the ETag does', () => {
    expect(versionOf(etagOf(note))).toEqual([7]);
    expect(versionOf('  "12"  ')).toEqual([12]);
    expect(versionOf('"0"')).toEqual([0]);
  });

  it('that is missing or * means any', () => {
    expect(expectedVersions(new Headers())).toBeUndefined();
    expect(versionOf('*')).toBeUndefined();
  });

  it.each([
    ['W/"7"', [7]],
    ['"7", "8"', [7, 8]],
    ['"7","8"', [7, 8]],
    [' "7" ,, W/"8" , ', [7, 8]],
    ['"abc", "8", "a,b", "8"', [8]],
    ['junk, "8"', [8]],
    ['"7-gzip", W/"8-br"', [7, 8]],
  ])('%j names each version in it that can be read', (value, versions) => {
    expect(versionOf(value)).toEqual(versions);
  });

  it.each([
    '',
    '7',
    'w/"7"',
    'W/ "7"',
    '"07"',
    '"7-"',
    '"7-x"',
    '"a"7"b"',
    '"*", *',
    ',',
    '"7',
    '7"',
    '""',
    '"*"',
    '"-1"',
    '"7.0"',
    '"0x7"',
    `"${'9'.repeat(16)}"`,
    '"abc"',
  ])('%j can match no version', (value) => {
    expect(versionOf(value)).toEqual([]);
  });
});

describe('the fields of a note', () => {
  it('are read from a JSON body', async () => {
    expect(await readFields(post('{"title":"a"}'), newNoteSchema)).toEqual({
      value: { title: 'a', body: '' },
    });
  });

  it('that are wrong are named, each and at once', async () => {
    const body = JSON.stringify({ title: '', body: 5, colour: 'red', version: 3 });
    const problem = await problemOf(await readFields(post(body), newNoteSchema));
    expect(problem).toMatchObject({
      status: 422,
      code: 'invalid_fields',
      errors: {
        title: 'must not be empty',
        body: 'must be a string',
        colour: 'is not a field of a note',
        version: 'is not a field of a note',
      },
    });
    for (const field of ['title', 'body', 'colour', 'version']) expect(problem.detail).toContain(field);
  });

  it('that nobody knows are named, even "__proto__"', async () => {
    const problem = await problemOf(
      await readFields(post('{"title":"a","__proto__":{"x":1}}'), newNoteSchema),
    );
    expect(problem.status).toBe(422);
    expect(problem.detail).toContain('__proto__');
    const more = await problemOf(
      await readFields(post('{"title":"a","constructor":1,"tags":[]}'), noteChangeSchema),
    );
    expect(Object.keys(more.errors)).toEqual(['constructor', 'tags']);
  });

  it.each(['null', '[]', '"title"', '1', 'true', '[{"title":"a"}]'])('are not in %s', async (body) => {
    expect(await problemOf(await readFields(post(body), newNoteSchema))).toMatchObject({
      status: 422,
      errors: { note: 'must be an object with title and body' },
    });
  });

  it('that are none at all are no change', async () => {
    expect(await problemOf(await readFields(post('{}'), noteChangeSchema))).toMatchObject({
      status: 422,
      errors: { note: 'must change the title or the body' },
    });
  });

  it('come as JSON or not at all', async () => {
    expect(await problemOf(await readFields(post('{'), newNoteSchema))).toMatchObject({
      code: 'malformed_body',
    });
  });
});

describe('the fields of a form', () => {
  function read(...entries: [string, string | File][]) {
    const form = new FormData();
    for (const [name, value] of entries) form.append(name, value);
    return readForm(form, newNoteSchema);
  }

  it('are read with the line breaks that were typed', () => {
    expect(read(['title', ' a '], ['body', 'b\r\n\r\nc\rd\ne'])).toEqual({
      value: { title: ' a ', body: 'b\n\nc\rd\ne' },
    });
  });

  it('are as long as they were typed', () => {
    const body = 'x\n'.repeat(5_000);
    expect(read(['title', 'a'], ['body', body.replaceAll('\n', '\r\n')])).toEqual({
      value: { title: 'a', body },
    });
  });

  it('that are wrong are named, each and at once', () => {
    expect(read(['title', ' '], ['body', new File(['b'], 'b.txt')], ['colour', 'red'])).toEqual({
      errors: {
        title: 'must not be empty',
        body: 'must be a string',
        colour: 'is not a field of a note',
      },
    });
    expect(read()).toEqual({ errors: { title: 'must be a string' } });
  });

  it('that nobody knows are named, even "__proto__"', () => {
    expect(Object.keys(read(['title', 'a'], ['__proto__', 'x']))).toEqual(['errors']);
  });
});

describe('paging', () => {
  const cursor = encodeCursor({ createdAt: 5, id: note.id });
  const read = (query: string) => readPaging(`http://localhost/api/notes${query}`);

  it.each([
    ['', { limit: 20, after: undefined }],
    ['?limit=1', { limit: 1, after: undefined }],
    ['?limit=100', { limit: 100, after: undefined }],
    [`?cursor=${cursor}&limit=5`, { limit: 5, after: { createdAt: 5, id: note.id } }],
    ['?other=1', { limit: 20, after: undefined }],
  ])('"%s" is read', (query, expected) => {
    expect(read(query)).toEqual(expected);
  });

  it.each(['0', '101', '-1', '1.5', '1e1', 'ten', '', '%20', '00000', '٣'])(
    'a limit of "%s" is refused',
    async (limit) => {
      expect(await problemOf(read(`?limit=${limit}`))).toMatchObject({
        status: 422,
        code: 'invalid_fields',
        errors: { limit: 'must be a whole number from 1 to 100' },
      });
    },
  );

  it.each(['', 'garbage', `${cursor}x.`])('a cursor of "%s" is refused', async (text) => {
    expect(await problemOf(read(`?cursor=${text}`))).toMatchObject({
      status: 422,
      errors: { cursor: 'must be the nextCursor of an earlier answer' },
    });
  });

  it('with both wrong names both', async () => {
    expect(Object.keys((await problemOf(read('?limit=x&cursor=x'))).errors)).toEqual(['limit', 'cursor']);
  });
});
