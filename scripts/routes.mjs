import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { root } from './root.mjs';

/**
 * The paths that Next serves from one kind of file below a folder, as its router names them: groups and slots leave no
 * trace in a path, and `*` stands for a segment that may be anything.
 * @param {string} folder from the root, whose own name is not part of the paths
 * @param {'page' | 'route'} kind
 */
export function filesUnder(folder, kind) {
  const top = path.join(root, folder);
  // Where a build runs without its sources it knows already, and is not asked again.
  if (!existsSync(top)) return [];
  return readdirSync(top, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && new RegExp(`^${kind}\\.[jt]sx?$`).test(entry.name))
    .map((entry) => pathOf(path.relative(top, entry.parentPath ?? entry.path)))
    .sort();
}

/** @param {string} folder */
function pathOf(folder) {
  const segments = folder.split(path.sep).filter((segment) => segment !== '' && !/^[(@]/.test(segment));
  return `/${segments.map((segment) => (segment.startsWith('[') ? '*' : segment)).join('/')}`;
}
