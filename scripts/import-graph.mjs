import { readdirSync, readFileSync, statSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import path from 'node:path';
import { importsOf } from './imports.mjs';

/**
 * @typedef {object} Source
 * @property {string} file from the root, with forward slashes: `lib/token/verify.ts`
 * @property {string} text
 * @property {(import('./imports.mjs').Import & { name: string })[]} imports each with the name of what it imports: a
 *   package as written, our own modules from the root, as a rule without extension: `lib/token`
 */

/** @typedef {{ files: Set<string>, packages: Set<string> }} Closure */

const isOwn = (specifier) => specifier.startsWith('@/') || specifier.startsWith('.');

function nameOf(file, specifier) {
  if (specifier.startsWith('@/')) return specifier.slice(2);
  return specifier.startsWith('.') ? path.posix.join(path.posix.dirname(file), specifier) : specifier;
}

function importsIn(file, text) {
  try {
    return importsOf(text).map((one) => ({ ...one, name: nameOf(file, one.specifier) }));
  } catch (cause) {
    throw new Error(`${file} cannot be read: ${cause.message}`, { cause });
  }
}

/** `next` of `next/headers`, `@scope/name` of `@scope/name/part`. */
const packageOf = (specifier) =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

/**
 * The TypeScript files below a folder, tests included.
 * @param {string} root
 * @param {string} folder from the root
 * @returns {string[]} from the root, with forward slashes, sorted
 */
export function sourcesUnder(root, folder) {
  return readdirSync(path.join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => path.relative(root, path.join(entry.parentPath ?? entry.path, entry.name)))
    .map((file) => file.split(path.sep).join('/'))
    .sort();
}

/**
 * Who imports whom, read from the sources alone: no compiler, no packages, no build. Files are read once, when asked for.
 * @param {string} root the folder that `@/` stands for
 */
export function importGraph(root) {
  /** @type {Map<string, Source>} */
  const sources = new Map();
  const isFile = (file) => statSync(path.join(root, file), { throwIfNoEntry: false })?.isFile() ?? false;

  /** @param {string} file @returns {Source} */
  function read(file) {
    const text = readFileSync(path.join(root, file), 'utf8');
    // A style sheet, say, is reached but imports no module.
    const imports = /\.[cm]?[jt]sx?$/.test(file) ? importsIn(file, text) : [];
    return { file, text, imports };
  }

  /**
   * A file and what it imports, types included.
   * @param {string} file from the root
   * @returns {Source}
   * @throws {Error} where there is no such file, or its text is no module
   */
  function source(file) {
    const known = sources.get(file) ?? read(file);
    sources.set(file, known);
    return known;
  }

  /** @param {string} from @param {{ name: string, specifier: string }} imported */
  function fileOf(from, { name, specifier }) {
    const found = ['', '.ts', '.tsx', '/index.ts', '/index.tsx'].find((ending) => isFile(name + ending));
    if (found === undefined) throw new Error(`${from} imports '${specifier}', and there is no such file`);
    return name + found;
  }

  /**
   * What files bring along at run time, themselves included. Imports of types bring nothing; `import()` brings what it
   * names.
   * @param {string | string[]} entry from the root
   * @param {{ isBoundary?: (source: Source) => boolean, types?: boolean }} [options] `isBoundary`: whether a file is
   *   reached, but brings nothing along; `types`: what a compiler needs, imports of types included
   * @returns {Closure} our files, and the packages that they import; what Node brings itself is none
   * @throws {Error} where one of our own imports leads to no file
   */
  function closure(entry, { isBoundary = () => false, types = false } = {}) {
    const files = new Set([entry].flat());
    /** @type {Set<string>} */
    const packages = new Set();
    // A set goes through what is added to it on the way.
    for (const file of files) {
      if (isBoundary(source(file))) continue;
      for (const imported of source(file).imports) {
        if (imported.isType && !types) continue;
        if (isOwn(imported.specifier)) files.add(fileOf(file, imported));
        else if (!isBuiltin(imported.specifier)) packages.add(packageOf(imported.specifier));
      }
    }
    return { files, packages };
  }

  return { source, closure };
}
