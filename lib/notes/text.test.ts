import { describe, expect, it } from 'vitest';
import { newNoteSchema } from './note';
import { bodyLimit, fieldErrors, titleLimit } from './text';

describe('the fields of a note are judged in the browser as by the API', () => {
  it.each([
    ['a title', { title: 'x', body: '' }],
    ['no title', { title: '', body: 'text' }],
    ['a title of spaces', { title: '  ', body: '' }],
    ['the longest title', { title: '😀'.repeat(titleLimit), body: '' }],
    ['a title too long by one', { title: 'x'.repeat(titleLimit + 1), body: '' }],
    ['the longest text', { title: 'x', body: 'x'.repeat(bodyLimit) }],
    ['a text too long by one', { title: 'x', body: 'x'.repeat(bodyLimit + 1) }],
  ])('%s', (_, text) => {
    const wrong = Object.entries(fieldErrors(text) ?? {}).flatMap(([field, message]) =>
      message ? [field] : [],
    );
    const refused = newNoteSchema.safeParse(text).error?.issues.map((issue) => issue.path.join('.')) ?? [];
    expect(wrong).toEqual(refused);
  });
});
