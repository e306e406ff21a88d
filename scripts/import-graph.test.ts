import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { importGraph, sourcesUnder } from './import-graph.mjs';

let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'claimcheck-imports-'));
});
afterEach(() => rmSync(root, { recursive: true }));

function write(files: Record<string, string>) {
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(path.join(root, path.dirname(file)), { recursive: true });
    writeFileSync(path.join(root, file), text);
  }
}

function reached(entry: string) {
  const { files, packages } = importGraph(root).closure(entry);
  return { files: [...files].sort(), packages: [...packages].sort() };
}

describe('a source', () => {
  it('names what it imports from the root, types included', () => {
    write({
      'lib/token/index.ts': `import '@/lib/http'; import './verify'; import type { A } from '../config/a'; import 'next/og';`,
    });
    const { imports, file } = importGraph(root).source('lib/token/index.ts');
    expect(file).toBe('lib/token/index.ts');
    expect(imports.map(({ name }) => name)).toEqual([
      ...['lib/http', 'lib/token/verify', 'lib/config/a'],
      'next/og',
    ]);
  });

  it('that cannot be read is named', () => {
    write({ 'a.ts': 'const text = `' });
    expect(() => importGraph(root).source('a.ts')).toThrow('a.ts cannot be read: a template literal');
    expect(() => importGraph(root).source('gone.ts')).toThrow('gone.ts');
  });

  it('is any TypeScript below a folder', () => {
    write({ 'lib/b/c.tsx': '', 'lib/a.ts': '', 'lib/a.test.ts': '', 'lib/a.css': '', 'app/d.ts': '' });
    expect(sourcesUnder(root, 'lib')).toEqual(['lib/a.test.ts', 'lib/a.ts', 'lib/b/c.tsx']);
  });
});

describe('what a file reaches at run time', () => {
  it.each([
    ['from the root', `import '@/lib/b';`, 'lib/b.ts'],
    ['beside it', `import './b';`, 'lib/b.ts'],
    ['above it', `import '../b';`, 'b.ts'],
    ['as a component', `import './b';`, 'lib/b.tsx'],
    ['as a folder', `import '@/lib/b';`, 'lib/b/index.ts'],
    ['with its extension', `import '../scripts/b.mjs';`, 'scripts/b.mjs'],
    ['as a style sheet', `import './b.css';`, 'lib/b.css'],
    ['exported again', `export * from './b';`, 'lib/b.ts'],
    ['only when called', `await import('./b');`, 'lib/b.ts'],
  ])('lies %s', (_, text, file) => {
    write({ 'lib/a.ts': text, [file]: '' });
    expect(reached('lib/a.ts').files.sort()).toEqual(['lib/a.ts', file].sort());
  });

  it('goes on through what is reached, and ends in a cycle', () => {
    write({
      'a.ts': `import './b';`,
      'b.ts': `export { c } from './c'; import './a';`,
      'c.ts': `import './a'; import './c';`,
      'd.ts': `import './a';`,
    });
    expect(reached('a.ts').files).toEqual(['a.ts', 'b.ts', 'c.ts']);
    expect(reached('d.ts').files).toEqual(['a.ts', 'b.ts', 'c.ts', 'd.ts']);
  });

  it('leaves out what is imported as a type, and what that imports', () => {
    write({
      'a.ts': `import type { B } from './b'; export { type B } from './b'; let d: typeof import('d');`,
      'b.ts': `import 'c';`,
    });
    expect(reached('a.ts')).toEqual({ files: ['a.ts'], packages: [] });
  });

  it('keeps what is imported as a type here and as a value there', () => {
    write({ 'a.ts': `import type { B } from './b'; import './c';`, 'b.ts': '', 'c.ts': `import './b';` });
    expect(reached('a.ts').files).toEqual(['a.ts', 'b.ts', 'c.ts']);
  });

  it('includes packages by name, whatever part is imported, and nothing of Node', () => {
    write({
      'a.ts': `import './b'; import 'next/headers'; import 'next/server'; import '@scope/name/part';`,
      'b.ts': `import 'node:fs'; import 'path'; import type { C } from 'c'; await import('jose');`,
    });
    expect(reached('a.ts').packages).toEqual(['@scope/name', 'jose', 'next']);
  });

  it('ends at a boundary, which belongs to it', () => {
    write({
      'a.ts': `import './b'; import './c';`,
      'b.ts': `'end'; import './d'; import 'jose';`,
      'c.ts': '',
    });
    const closure = importGraph(root).closure('a.ts', { isBoundary: ({ text }) => text.startsWith(`'end'`) });
    expect([...closure.files]).toEqual(['a.ts', 'b.ts', 'c.ts']);
    expect([...closure.packages]).toEqual([]);
  });

  it('is the same when the files are asked for twice', () => {
    write({ 'a.ts': `import './b';`, 'b.ts': '' });
    const graph = importGraph(root);
    expect(graph.closure('a.ts')).toEqual(graph.closure('a.ts'));
    expect(graph.source('b.ts')).toBe(graph.source('b.ts'));
  });

  it('is unknown where an import leads nowhere, which is said', () => {
    write({ 'a.ts': `import './b';`, 'b.ts': `import '@/lib/gone';`, 'lib/gone/other.ts': '' });
    expect(() => reached('a.ts')).toThrow("b.ts imports '@/lib/gone', and there is no such file");
  });

  it('does not depend on where the types of an import lie', () => {
    write({ 'a.ts': `import type { B } from './gone';` });
    expect(reached('a.ts').files).toEqual(['a.ts']);
  });
});
