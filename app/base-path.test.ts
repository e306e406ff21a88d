import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { sourcesUnder } from '../scripts/import-graph.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Lines of pages and of what runs in the browser that match, but for those that are allowed. */
function linesWith(pattern: RegExp, allowed: RegExp): string[] {
  const files = ['app', 'lib/sign-in'].flatMap((place) => sourcesUnder(root, place));
  return files
    .filter((file) => !/\.test\.tsx?$/.test(file))
    .flatMap((file) => {
      const matches = readFileSync(path.join(root, file), 'utf8').matchAll(pattern);
      return [...matches].map(([text]) => `${file}: ${text}`).filter((line) => !allowed.test(line));
    });
}

// `next/link` adds the base path by itself, and React that of a server action; what the browser is given otherwise would lead out of the app.
it.each([
  ['a link', /<a\b[^>]*/g, /href=("|\{`)#|withBasePath\(/],
  ['a form', /<form\b[^>]*\baction[^>]*/g, /withBasePath\(|action=\{send\}/],
  ['a request', /\bfetch\(.*/g, /\bfetch\(withBasePath\(/],
  ['a way on', /\blocation\.(assign|replace)\(.*/g, /\(withBasePath\(|withParameters\(request\.url/],
])('%s in a page is below the base path', (_, pattern, allowed) => {
  expect(linesWith(pattern, allowed)).toEqual([]);
  expect(linesWith(pattern, /^$/)).not.toEqual([]);
});
