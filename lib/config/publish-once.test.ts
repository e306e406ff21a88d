import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { publishOnce } from './publish-once';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'claimcheck-publish-'));
  file = path.join(folder, 'kept');
});
afterEach(() => rmSync(folder, { recursive: true }));

const withoutLinks = (code: string) => () => {
  throw Object.assign(new Error(code), { code });
};
const content = () => readFileSync(file, 'utf8');

it('puts a file there for its owner alone, and no draft beside it', () => {
  publishOnce(file, 'one');
  expect(content()).toBe('one');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder)).toEqual(['kept']);
});

it('leaves what is there already', () => {
  publishOnce(file, 'one');
  publishOnce(file, 'two');
  expect(content()).toBe('one');
  expect(readdirSync(folder)).toEqual(['kept']);
});

// What exFAT, SMB and bind mounts answer to a link.
it.each(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EACCES', 'EINVAL'])(
  'does so without hard links (%s)',
  (code) => {
    publishOnce(file, 'one', withoutLinks(code));
    expect(content()).toBe('one');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    publishOnce(file, 'two', withoutLinks(code));
    expect(content()).toBe('one');
    expect(readdirSync(folder)).toEqual(['kept']);
  },
);

it('says so where nothing can be written at all', () => {
  writeFileSync(path.join(folder, 'a-file'), '');
  expect(() => publishOnce(path.join(folder, 'a-file', 'kept'), 'one')).toThrow(/ENOTDIR/);
});
