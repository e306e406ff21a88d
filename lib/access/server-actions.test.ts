import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { sourcesUnder } from '../../scripts/import-graph.mjs';
import { unguardedActions } from '../../test/access/server-actions';

const root = fileURLToPath(new URL('../..', import.meta.url));

const sources = [
  ...['app', 'lib', 'idp'].flatMap((folder) => sourcesUnder(root, folder)),
  ...['middleware.ts', 'instrumentation.ts', 'instrumentation-client.ts'],
]
  .filter((file) => !/\.test\.tsx?$/.test(file))
  .map((file) => ({ file, text: readFileSync(path.join(root, file), 'utf8') }));

describe('the server actions of this app', () => {
  it('are all made by protectAction', () => {
    const unguarded = sources.flatMap(({ file, text }) =>
      unguardedActions(text).map((what) => `${file}: ${what}`),
    );
    expect(unguarded).toEqual([]);
  });

  it('are there: the test does not hold for want of any', () => {
    const files = sources.filter(({ text }) => /^['"]use server['"]/.test(text)).map(({ file }) => file);
    expect(files).toEqual(['app/(signed-in)/notes/actions.ts']);
  });
});

const head = `'use server';\n\nimport { protectAction } from '@/lib/server/protect-action';\n`;
const guarded = `export const create = protectAction('note:create', async (_, form) => form.get(')'));\n`;

describe('a file of server actions', () => {
  it('may export what protectAction returns, and types', () => {
    expect(unguardedActions(head + guarded)).toEqual([]);
    const types = 'export type A = { a: string };\nexport interface B { b: string }\n';
    expect(unguardedActions(`${head}${types}${guarded}const own = () => 1;\n${guarded}`)).toEqual([]);
  });

  it.each([
    'export async function create(form: FormData) {}',
    'export default async function create(form: FormData) {}',
    'export const create = async (form: FormData) => {};',
    'export const create = other(protectAction("signed-in", () => 1));',
    'export const create = protectAction("signed-in", () => 1).bind(null);',
    'export const create = protectAction("signed-in", () => 1)(form);',
    'export const create = protectAction("signed-in", () => 1), remove = async () => {};',
    'export let create = protectAction("signed-in", () => 1);',
    'export { remove };',
    'export { remove } from "./remove";',
    'export * from "./remove";',
    'export default protectAction("signed-in", () => 1);',
  ])('may not export anything else: %s', (exported) => {
    expect(unguardedActions(`${head}${guarded}${exported}\n`)).toHaveLength(1);
  });

  it.each([
    `import { protectAction } from './my-guard';`,
    `import { allow as protectAction } from '@/lib/server/protect-action';`,
    'const protectAction = (_, handler) => handler;',
  ])('may not have a guard of its own: %s', (line) => {
    expect(unguardedActions(`'use server';\n${line}\n${guarded}`)).toEqual([
      'protectAction is not the one of lib/server',
    ]);
  });
});

describe('a server action inside a component', () => {
  it.each([
    `export default function Page() {\n  async function act() {\n    'use server';\n  }\n}`,
    `const act = async () => { "use server"; };`,
    `${head}${guarded}const act = async () => { 'use server'; };`,
    `'use client';\n'use server';`,
    `// first\n'use server';\n${guarded}`,
  ])('is refused, wherever it stands (%#)', (text) => {
    expect(unguardedActions(text)).toEqual([
      'the directive stands elsewhere than at the beginning of a file, once',
    ]);
  });

  it('is none where there is no directive', () => {
    expect(unguardedActions(`export async function act() {} // use server`)).toEqual([]);
  });
});
