import { describe, expect, it } from 'vitest';
import { databaseSecrets, placeOf, readDatabase } from './database-url';
import { Fields } from './fields';

function read(url: string) {
  const fields = new Fields({ DATABASE_URL: url });
  return { database: readDatabase(fields, '/srv/app'), problems: fields.problems };
}

describe('a password that was not encoded', () => {
  it.each([
    'postgres://app:hunter2/secret@db.example/notes',
    'postgres://app:2/secret@db.example/notes',
    'postgres://app:2#secret@db.example/notes',
    'postgres://app:2?secret@db.example/notes',
    'postgres://app:%secret@db.example/notes',
    'postgres://app:%ffsecret@db.example/notes',
    'postgres://app:sec ret@db.example/notes',
    'postgres://db.example/notes#secret',
  ])('is complained about, and not shown: %s', (url) => {
    const { problems } = read(url);
    expect(problems.map(({ variable }) => variable)).toEqual(['DATABASE_URL']);
    expect(JSON.stringify(problems)).not.toMatch(/secret|hunter2|sec ret|db\.example/);
    expect(problems[0]?.fix).toContain('%40');
  });

  it.each([
    'postgres://app:p@ss@db.example/notes',
    'postgres://app:p%2Fss%23@db.example/notes',
    'postgres://app:@db.example/notes',
    'postgres://[::1]:5433/notes',
  ])('or is harmless where it leaves no doubt: %s', (url) => {
    expect(read(url).problems).toEqual([]);
  });
});

describe('the place of a database', () => {
  it.each([
    ['file:x.db', '/srv/app/x.db'],
    ['postgres://app:hunter2@db.example/notes', 'db.example:5432, database notes'],
    ['postgres://app:hunter2@[::1]:6432/my%20notes?sslmode=disable', '[::1]:6432, database my notes'],
    [
      'postgres:///notes?host=/run/postgresql&user=app&password=hunter2',
      '/run/postgresql:5432, database notes',
    ],
  ])('of %s is %s, without user and password', (url, place) => {
    expect(placeOf(read(url).database)).toBe(place);
  });
});

describe('the secrets of a database', () => {
  it('are its URL and its password, encoded or not, wherever the URL says it', () => {
    const url = 'postgres://app:p%40ss@db.example/notes?password=other%2Fone';
    expect(databaseSecrets(url)).toEqual([url, 'p%40ss', 'p@ss', 'other/one', 'other%2Fone']);
  });

  it('are all of it where it cannot be read, and none in the name of a file', () => {
    expect(databaseSecrets('postgres://app:x/y@z:1')).toEqual(['postgres://app:x/y@z:1']);
    expect(databaseSecrets('file:x.db')).toEqual([]);
    expect(databaseSecrets('postgres://db.example/notes')).toEqual(['postgres://db.example/notes']);
  });
});
