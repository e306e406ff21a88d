import { describe, expect, it } from 'vitest';
import { newNoteSchema, noteChangeSchema } from './note';
import { bodyLimit, titleLimit } from './text';

const messages = (schema: typeof newNoteSchema | typeof noteChangeSchema, value: unknown) =>
  schema.safeParse(value).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);

describe('a new note', () => {
  it('has a title and perhaps a body', () => {
    expect(newNoteSchema.parse({ title: 'a', body: 'b' })).toEqual({ title: 'a', body: 'b' });
    expect(newNoteSchema.parse({ title: 'a' })).toEqual({ title: 'a', body: '' });
  });

  it('is taken as it is: nothing is trimmed', () => {
    expect(newNoteSchema.parse({ title: ' a ', body: '\n' })).toEqual({ title: ' a ', body: '\n' });
  });

  it('is as long as people count: by code points', () => {
    const [title, body] = ['👩'.repeat(titleLimit), '👩'.repeat(bodyLimit)];
    expect(newNoteSchema.safeParse({ title, body }).success).toBe(true);
    expect(messages(newNoteSchema, { title: `${title}x`, body: `${body}x` })).toEqual([
      'title: must have at most 200 characters',
      'body: must have at most 10000 characters',
    ]);
  });

  it.each(['a\u0000b', '\u0000', 'a\ud800', '\udc00b'])(
    'may not hold %j, which no database keeps as it is',
    (text) => {
      const message = 'must not contain a NUL character or half a surrogate pair';
      expect(messages(newNoteSchema, { title: text, body: text })).toEqual([
        `title: ${message}`,
        `body: ${message}`,
      ]);
    },
  );

  it.each([
    [{}, ['title: must be a string']],
    [{ title: '' }, ['title: must not be empty']],
    [{ title: ' \n\t\u00a0' }, ['title: must not be empty']],
    [{ title: null, body: null }, ['title: must be a string', 'body: must be a string']],
    [{ title: ['a'], body: 1 }, ['title: must be a string', 'body: must be a string']],
  ])('is not %j', (value, expected) => {
    expect(messages(newNoteSchema, value)).toEqual(expected);
  });
});

describe('a change of a note', () => {
  it.each([{ title: 'a' }, { body: 'b' }, { body: '' }, { title: 'a', body: 'b' }])('may be %j', (change) => {
    expect(noteChangeSchema.parse(change)).toEqual(change);
  });

  it.each([
    [{}, [': must change the title or the body']],
    [{ title: '' }, ['title: must not be empty']],
    [{ body: 'x'.repeat(bodyLimit + 1) }, ['body: must have at most 10000 characters']],
    [{ title: null }, ['title: must be a string']],
  ])('is not %j', (value, expected) => {
    expect(messages(noteChangeSchema, value)).toEqual(expected);
  });
});
