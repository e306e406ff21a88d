import { expect, it } from 'vitest';
import { sourceFiles } from './build.mjs';

it('a build is made of the app, and of nothing that only tests use', () => {
  const files = sourceFiles();
  expect(files).toEqual(expect.arrayContaining(['app/page.tsx', 'lib/token/examine.ts', 'proxy.ts']));
  expect(files.filter((file) => /\.test\.|^(test|e2e|bench)\//.test(file))).toEqual([]);
});
