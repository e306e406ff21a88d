import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { importGraph } from './import-graph.mjs';
import { type Folder, measureFolder, measurePart, type Part } from './measure.mjs';
import { root } from './root.mjs';

const script = path.join(root, 'scripts/sizes.mjs');
const sizes = (...args: string[]) => execFileSync(process.execPath, [script, ...args], { encoding: 'utf8' });

let place: string;
beforeEach(() => {
  place = mkdtempSync(path.join(tmpdir(), 'claimcheck-sizes-'));
  mkdirSync(path.join(place, 'lib/test'), { recursive: true });
});
afterEach(() => rmSync(place, { recursive: true }));

const write = (file: string, lines: number) => writeFileSync(path.join(place, file), '\n'.repeat(lines - 1));

describe('npm run sizes', () => {
  it('counts what the import graph reaches', () => {
    const { parts, folders }: { parts: Part[]; folders: Folder[] } = JSON.parse(sizes('--json'));
    expect(parts.length).toBeGreaterThan(0);
    for (const { entry, files, lines, packages } of parts) {
      const reached = importGraph(root).closure(entry);
      expect(files).toEqual([...reached.files].sort());
      expect(packages).toEqual([...reached.packages].sort());
      const texts = files.map((file) => readFileSync(path.join(root, file), 'utf8'));
      expect(lines).toBe(texts.flatMap((text) => text.split('\n')).length);
    }
    expect(folders.map(({ folder }) => folder)).toEqual(['lib', 'app', 'idp']);
  });

  it('prints the same as tables', () => {
    const { parts, folders }: { parts: Part[]; folders: Folder[] } = JSON.parse(sizes('--json'));
    const rows = sizes()
      .split('\n')
      .map((row) => row.split(/ {2,}/));
    for (const { entry, files, lines, packages } of parts) {
      const imported = packages.length > 0 ? [packages.join(', ')] : [];
      expect(rows).toContainEqual([entry, `${files.length}`, `${lines}`, ...imported]);
    }
    for (const { folder, files, lines, median, longest } of folders) {
      const numbers = [files, lines, median].map(String);
      expect(rows).toContainEqual([folder, ...numbers, `${longest.file} (${longest.lines})`]);
    }
  });

  it('names an entry that is not there', () => {
    cpSync(path.join(root, 'scripts'), path.join(place, 'scripts'), { recursive: true });
    const { status, stderr } = spawnSync(process.execPath, ['scripts/sizes.mjs'], {
      cwd: place,
      encoding: 'utf8',
    });
    expect(status).toBe(1);
    expect(stderr).toMatch(/^There is no lib\/[\w/-]+\.ts\n$/);
  });

  it('refuses an option that it does not know', () => {
    const { status, stderr } = spawnSync(process.execPath, [script, '--yaml'], { encoding: 'utf8' });
    expect(status).toBe(2);
    expect(stderr).toContain('Usage: npm run sizes [-- --json]\n');
  });
});

describe('the size of a folder', () => {
  it('has a median between two files, and a longest file', () => {
    write('lib/a.ts', 10);
    write('lib/b.tsx', 3);
    expect(measureFolder(place, 'lib')).toEqual({
      ...{ folder: 'lib', files: 2, lines: 13, median: 6.5 },
      longest: { file: 'lib/a.ts', lines: 10 },
    });
    write('lib/c.ts', 5);
    expect(measureFolder(place, 'lib')).toMatchObject({ files: 3, median: 5 });
  });

  it('leaves out tests and what only they use', () => {
    write('lib/a.ts', 2);
    const others = ['a.test.ts', 'b.test.tsx', 'testing.ts', 'testing-keys.ts', 'hostile-corpus.ts'];
    for (const name of [...others, 'test/keys.ts']) write(`lib/${name}`, 9);
    expect(measureFolder(place, 'lib')).toMatchObject({ files: 1, lines: 2 });
  });
});

describe('the size of a part', () => {
  it('counts each file once, however often it is imported', () => {
    writeFileSync(path.join(place, 'lib/a.ts'), "import './b';\nimport './c';\n");
    writeFileSync(path.join(place, 'lib/b.ts'), "import './c';\nimport 'jose';");
    writeFileSync(path.join(place, 'lib/c.ts'), '');
    expect(measurePart(place, 'lib/a.ts')).toEqual({
      ...{ entry: 'lib/a.ts', files: ['lib/a.ts', 'lib/b.ts', 'lib/c.ts'] },
      ...{ lines: 6, packages: ['jose'] },
    });
  });

  it('is none where there is no such file', () => {
    expect(() => measurePart(place, 'lib/gone.ts')).toThrow('There is no lib/gone.ts');
  });
});
