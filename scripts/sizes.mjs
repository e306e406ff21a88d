import { parseArgs } from 'node:util';
import { measureFolder, measurePart } from './measure.mjs';
import { root } from './root.mjs';

/** Where the parts that people copy begin. */
const entries = [
  'lib/token/index.ts',
  'lib/access/gate.ts',
  'lib/session/index.ts',
  'proxy.ts',
  'lib/sign-in/index.ts',
  'idp/index.ts',
];
const folders = ['lib', 'app', 'idp'];

/** `npm run sizes`: what each part takes along, and how the code is cut; needs no packages. `--json` names the files. */
function options() {
  try {
    return parseArgs({ options: { json: { type: 'boolean', default: false } } }).values;
  } catch {
    console.error('Usage: npm run sizes [-- --json]');
    process.exit(2);
  }
}

function measureAll() {
  try {
    return {
      parts: entries.map((entry) => measurePart(root, entry)),
      folders: folders.map((folder) => measureFolder(root, folder)),
    };
  } catch (error) {
    console.error(error.message);
    process.exit(1);
  }
}

/** Numbers to the right, words to the left. */
function table(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => `${row[column]}`.length)));
  const cell = (value, column) =>
    typeof value === 'number' ? `${value}`.padStart(widths[column]) : value.padEnd(widths[column]);
  return rows.map((row) => row.map(cell).join('  ').trimEnd()).join('\n');
}

const partsTable = (parts) =>
  table([
    ['Part', 'Files', 'Lines', 'Packages'],
    ...parts.map((part) => [part.entry, part.files.length, part.lines, part.packages.join(', ')]),
  ]);

const foldersTable = (measured) =>
  table([
    ['Folder', 'Files', 'Lines', 'Median', 'Longest'],
    ...measured.map(({ folder, files, lines, median, longest }) => [
      ...[folder, files, lines, median],
      `${longest.file} (${longest.lines})`,
    ]),
  ]);

const { json } = options();
const sizes = measureAll();
console.log(
  json ? JSON.stringify(sizes, null, 2) : `${partsTable(sizes.parts)}\n\n${foldersTable(sizes.folders)}`,
);
