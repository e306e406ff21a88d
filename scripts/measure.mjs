import { existsSync } from 'node:fs';
import path from 'node:path';
import { importGraph, sourcesUnder } from './import-graph.mjs';

/**
 * @typedef {object} Part
 * @property {string} entry
 * @property {string[]} files reached from it at run time, itself included, sorted
 * @property {number} lines
 * @property {string[]} packages that these files import, sorted
 */

/**
 * @typedef {object} Folder
 * @property {string} folder
 * @property {number} files
 * @property {number} lines
 * @property {number} median lines of a file; half a line where it lies between two files
 * @property {{ file: string, lines: number }} longest
 */

/** Lines as an editor numbers them: a last line break begins one more. */
export const linesOf = (text) => text.split('\n').length;
const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);

/** @param {number[]} sorted */
function median(sorted) {
  const middle = sorted.length / 2;
  return (sorted[Math.ceil(middle) - 1] + sorted[Math.floor(middle)]) / 2;
}

/** Neither a test nor what only tests use. */
const isProduct = (file) => !/\.test\.tsx?$|(^|\/)(test\/|testing|hostile)/.test(file);

/**
 * What somebody takes along who copies one file and all that it needs to run.
 * @param {string} root
 * @param {string} entry from the root
 * @returns {Part}
 * @throws {Error} where there is no such file
 */
export function measurePart(root, entry) {
  if (!existsSync(path.join(root, entry))) throw new Error(`There is no ${entry}`);
  const graph = importGraph(root);
  const { files, packages } = graph.closure(entry);
  const lines = sum([...files].map((file) => linesOf(graph.source(file).text)));
  return { entry, files: [...files].sort(), lines, packages: [...packages].sort() };
}

/**
 * How much code a folder holds, and how it is cut; without tests and what only they use.
 * @param {string} root
 * @param {string} folder from the root, with at least one file
 * @returns {Folder}
 */
export function measureFolder(root, folder) {
  const graph = importGraph(root);
  const sizes = sourcesUnder(root, folder)
    .filter(isProduct)
    .map((file) => ({ file, lines: linesOf(graph.source(file).text) }))
    .sort((one, other) => one.lines - other.lines);
  const lines = sizes.map((size) => size.lines);
  return { folder, files: sizes.length, lines: sum(lines), median: median(lines), longest: sizes.at(-1) };
}
