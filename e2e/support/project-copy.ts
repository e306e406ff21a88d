import {
  copyFileSync,
  cpSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { sourceFiles } from '../../scripts/build.mjs';
import { root } from './app';

/** What a copy keeps from one run to the next. */
const kept = ['node_modules', '.next'];

/**
 * A copy of this project with a build of its own, so that the main one is left alone; `middleware.ts` has the name there
 * that Next 16 prefers, so that both names are tried. It stays where it is: the next run
 * builds it again only where something has changed.
 * @param name of its folder
 * @param overlay a folder whose `app/` takes the place of ours, but for sign-in and health, and whose other files are added
 * @returns the folder
 */
export function copyProject(name: string, { overlay }: { readonly overlay?: string } = {}): string {
  const copy = path.join(root, '.copies', name);
  mkdirSync(copy, { recursive: true });
  for (const entry of readdirSync(copy)) {
    if (!kept.includes(entry)) rmSync(path.join(copy, entry), { recursive: true });
  }
  for (const file of [...sourceFiles(), 'package.json']) {
    cpSync(path.join(root, file), path.join(copy, file));
  }
  cpSync(path.join(root, 'scripts'), path.join(copy, 'scripts'), { recursive: true });
  renameMiddleware(copy);
  if (overlay !== undefined) layOver(copy, path.join(root, overlay));
  linkPackages(copy);
  return copy;
}

/** What somebody else's app takes over from ours: the sign-in, and what says whether it is ready. */
const takenOver = ['app/auth', 'app/login', 'app/components', 'app/api/health', 'app/.well-known'];

function layOver(copy: string, overlay: string): void {
  rmSync(path.join(copy, 'app'), { recursive: true });
  const taken = sourceFiles().filter((file) => takenOver.some((place) => file.startsWith(`${place}/`)));
  for (const file of taken) cpSync(path.join(root, file), path.join(copy, file));
  cpSync(overlay, copy, { recursive: true });
}

/** As docs/existing-app.md says: a proxy runs on Node.js always, and Next refuses one that says so. */
function renameMiddleware(copy: string): void {
  const [from, to] = [path.join(copy, 'middleware.ts'), path.join(copy, 'proxy.ts')];
  const text = readFileSync(from, 'utf8');
  const renamed = text.replace("  runtime: 'nodejs',\n", '');
  if (renamed === text) throw new Error('middleware.ts has no line of its own for its runtime');
  writeFileSync(to, renamed);
  rmSync(from);
}

/** Links every file: Turbopack follows no link that leads out of the project. */
function linkPackages(copy: string): void {
  const [from, to] = [root, copy].map((folder) => path.join(folder, 'node_modules'));
  if (from === undefined || to === undefined || recordOf(from) === recordOf(to)) return;
  rmSync(to, { recursive: true, force: true });
  // Whole under its own name only when it is complete.
  const underWay = `${to}.new`;
  rmSync(underWay, { recursive: true, force: true });
  linkFolder(from, underWay);
  renameSync(underWay, to);
}

/** What npm has written down of the packages in a folder. */
function recordOf(packages: string): string | undefined {
  try {
    return readFileSync(path.join(packages, '.package-lock.json'), 'utf8');
  } catch {
    return undefined;
  }
}

/** A folder with the same files in it, not copies of them. */
export function linkFolder(from: string, to: string): void {
  mkdirSync(to);
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [path.join(from, entry.name), path.join(to, entry.name)];
    if (entry.isDirectory()) linkFolder(source, target);
    else if (entry.isSymbolicLink()) symlinkSync(readlinkSync(source), target);
    else linkFile(source, target);
  }
}

function linkFile(source: string, target: string): void {
  try {
    linkSync(source, target);
  } catch {
    // On another file system, or one without hard links.
    copyFileSync(source, target);
  }
}
