import { describe, expect, it } from 'vitest';
import { importsOf } from './imports.mjs';

const specifiers = (text: string) => importsOf(text).map(({ specifier }) => specifier);
const isType = (text: string) => importsOf(text).map((imported) => imported.isType);

describe('an import that is there at run time', () => {
  it.each([
    ['for its effect', `import 'a';`],
    ['of a default', `import a from "a";`],
    ['of a namespace', `import * as a from 'a';`],
    ['of names', `import { b, c as d } from 'a';`],
    ['of names over several lines', `import {\n  b,\n  c,\n} from 'a';`],
    ['of a default and names', `import a, { b } from 'a';`],
    ['of a default and a namespace', `import a, * as b from 'a';`],
    ['of no names', `import {} from 'a';`],
    ['with attributes', `import a from 'a' with { type: 'json' };`],
    ['without spaces', `import{b}from'a'`],
    ['that is exported again', `export { b, c as default } from 'a';`],
    ['of everything, exported again', `export * from 'a';`],
    ['of everything, exported under a name', `export * as b from 'a';`],
    ['by a call', `const { b } = await import('a');`],
    ['by a call over several lines', `import(\n  'a',\n).then(start);`],
    ['by a call with a template', 'import(`a`);'],
    ['by a call inside a template', `const b = \`an import: \${\`<\${await import("a")}>\`}, {\`;`],
    ['of a type beside a value', `import { type B, c } from 'a';`],
    ['of a type beside a default', `import a, { type B } from 'a';`],
    ['of a default called type', `import type from 'a';`],
    ['of a default called type, and names', `import type, { b } from 'a';`],
    ['of a name called type', `import { type } from 'a';`],
    ['of a name called type, renamed', `import { type as b } from 'a';`],
  ])('%s', (_, text) => {
    expect(importsOf(text)).toEqual([{ specifier: 'a', isType: false }]);
  });
});

describe('an import that vanishes with the types', () => {
  it.each([
    ['of names', `import type { B } from 'a';`],
    ['of a default', `import type A from 'a';`],
    ['of a default called from', `import type from from 'a';`],
    ['of a namespace', `import type * as a from 'a';`],
    ['in which every name says so', `import {\n  type B,\n  type C as D,\n} from 'a';`],
    ['that is exported again', `export type { B } from 'a';`],
    ['that is exported again, every name as a type', `export { type B, type C } from 'a';`],
    ['of everything, exported again', `export type * from 'a';`],
    ['of everything, exported under a name', `export type * as B from 'a';`],
    ['as the type of a module', `let a: typeof import('a');`],
    ['as a member of a module', `let a: import('a').B;`],
  ])('%s', (_, text) => {
    expect(importsOf(text)).toEqual([{ specifier: 'a', isType: true }]);
  });
});

describe('what only looks like an import', () => {
  it.each([
    ['a comment', `// import 'a';\n/* import 'b';\n export * from 'c'; */`],
    ['a comment in a declaration', `export type A = /* import b from */ 'b';`],
    ['a string', `const text = "import 'a'"; const other = 'import("b")';`],
    ['a string with an escaped quote', `const text = 'it\\'s import "a"';`],
    ['a template', `const text = \`import "a"; \${b} export * from "c"\`;`],
    ['a regular expression', `const found = /import "a"/.test(text);`],
    ['a member', `loader.import('a'); this.#import('b'); loader.export?.('c');`],
    ['the address of a module', `new URL('a', import.meta.url);`],
    [
      'an export of our own',
      `export const from = 'a'; export { b }; export type C = 'c'; export default 'd';`,
    ],
    ['a name that begins alike', `importing('a'); exported('b'); const imports = 'c';`],
    ['a computed name', `await import(name); await import(\`./\${name}\`);`],
  ])('%s', (_, text) => {
    expect(importsOf(text)).toEqual([]);
  });
});

describe('imports are found', () => {
  it('in the order of the text, several on a line', () => {
    const text = `import 'a'; import b from "b"; import { c,\n d } from 'c'; import type { E } from 'd';
      export * from 'e'; export { f } from 'f'; await import('g'); export const x = 'not';`;
    expect(specifiers(text)).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g']);
    expect(isType(text)).toEqual([false, false, false, true, false, false, false]);
  });

  it.each([
    ['a comment that contains the word', `// what we import\nimport 'a'; /* import */ import 'b';`],
    ['a comment inside', `import { c /* import, not export */ } from 'a'; import /* why */ 'b';`],
    ['an address in a string', `const at = 'https://app.example'; import('a'); import('b');`],
    ['a quote in a regular expression', `const quote = /['"\`]/; import('a'); import('b');`],
    ['a slash in a class of a regular expression', `text.split(/[/'*]/); import('a'); import('b');`],
    ['a division', `const half = all / 2; import('a'); const third = all / 3; import('b');`],
    ['a quote in the text of a page', `const page = <p>It's</p>;\nimport('a'); import('b');`],
    ['a closing tag', `const page = <p>a</p>; import('a'); const other = <br />; import('b');`],
  ])('beside %s', (_, text) => {
    expect(specifiers(text)).toEqual(['a', 'b']);
  });

  it('or the reader says that it has lost its way', () => {
    expect(() => importsOf("import 'a'; const text = `import 'b';")).toThrow(SyntaxError);
  });
});
