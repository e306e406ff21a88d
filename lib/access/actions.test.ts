import { describe, expect, it } from 'vitest';
import { actions, allActions, permittedActions, scopeFor } from './actions';

describe('the access table', () => {
  it('has the four actions of notes, in the order in which people are shown them', () => {
    expect(allActions).toEqual(['note:read', 'note:create', 'note:update', 'note:delete']);
  });

  it('says of each action what it is called and what it allows, each in other words', () => {
    const rows = Object.values(actions);
    for (const { title, description } of rows) expect([title, description].join()).toMatch(/^[A-Z].+,[A-Z]/);
    expect(new Set(rows.flatMap(({ title, description }) => [title, description])).size).toBe(8);
  });

  it('gives scope values that a scope list can hold (RFC 6749 §3.3)', () => {
    for (const action of allActions)
      expect(scopeFor(action, 'example:')).toMatch(/^[\x21\x23-\x5b\x5d-\x7e]+$/);
  });
});

describe('a scope', () => {
  it('is the prefix and the action', () => {
    expect(scopeFor('note:read', 'example:')).toBe('example:note:read');
    expect(scopeFor('note:read', 'https://api.example/')).toBe('https://api.example/note:read');
  });

  it('permits its action, in the order of the table, however often it is granted', () => {
    const granted = ['example:note:delete', 'openid', 'example:note:read', 'example:note:read'];
    expect(permittedActions(granted, 'example:')).toEqual(['note:read', 'note:delete']);
    expect(permittedActions(granted, 'https://api.example/')).toEqual([]);
  });

  it.each([
    'example:note:readonly',
    'example:note:rea',
    'example:note',
    'example:note:*',
    'example:*',
    '*',
    'Example:note:read',
    'example:note:READ',
    'xexample:note:read',
    ' example:note:read',
    'example:note:read ',
    'example:note:read example:note:create',
    'note:read',
    'other:note:read',
    'example.note:read',
    '',
  ])('that is "%s" permits nothing', (scope) => {
    expect(permittedActions([scope], 'example:')).toEqual([]);
  });

  it('of none permits nothing', () => {
    expect(permittedActions([], 'example:')).toEqual([]);
  });
});
