import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const text = readFileSync('AGENTS.md', 'utf8');
const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
const quoted = [...text.matchAll(/`([^`]+)`/g)].map(([, code]) => code as string);

/** What looks like a path of the project, within a command too. */
const paths = quoted
  .flatMap((code) => code.split(' '))
  .filter((word) => /^(app|lib|idp|docs|e2e)\/|^\w[\w.-]*\.(ts|mjs|md)$/.test(word));

it('AGENTS.md is short', () => {
  expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(40);
});

it('AGENTS.md names what exists', () => {
  expect(paths.length).toBeGreaterThan(25);
  // `index.ts` stands in every folder.
  expect(paths.filter((path) => path !== 'index.ts' && !existsSync(path))).toEqual([]);
});

it('AGENTS.md runs what exists', () => {
  const named = quoted.flatMap((code) =>
    [...code.matchAll(/npm (?:run )?([\w-]+)/g)].map(([, name]) => name as string),
  );
  expect(named.length).toBeGreaterThan(3);
  expect(named.filter((name) => !(name in scripts))).toEqual([]);
});

it('AGENTS.md knows every folder of lib/', () => {
  const folders = readdirSync('lib', { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect(folders.map(({ name }) => `lib/${name}`).filter((folder) => !quoted.includes(folder))).toEqual([]);
});
