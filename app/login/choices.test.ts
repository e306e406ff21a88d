import { describe, expect, it } from 'vitest';
import { choices } from './choices';

const ticked = (wanted: string | string[] | undefined) =>
  choices(wanted, 'example:')
    .filter((choice) => choice.ticked)
    .map((choice) => choice.scope);

const all = ['example:note:read', 'example:note:create', 'example:note:update', 'example:note:delete'];

describe('the check boxes of the sign-in page', () => {
  it('are all ticked where nothing is asked for', () => {
    expect(ticked(undefined)).toEqual(all);
    expect(ticked('')).toEqual(all);
  });

  it('follow ?scope= in actions or scope values, with spaces or commas', () => {
    const expected = ['example:note:read', 'example:note:delete'];
    expect(ticked('note:delete note:read')).toEqual(expected);
    expect(ticked('note:read,example:note:delete')).toEqual(expected);
    expect(ticked(['note:read', 'note:delete'])).toEqual(expected);
  });

  it('stay unticked for names that merely resemble a scope', () => {
    expect(ticked('note:rea')).toEqual([]);
    expect(ticked('other:note:read')).toEqual([]);
  });
});
