import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import * as nodeModule from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './root.mjs';

/**
 * Imports a TypeScript module of this project without a build of the app.
 *
 * By the compiler that the app is built with anyway: a bundler would be one more package to install, the output of Next
 * belongs to Next and needs a whole build first, and Node strips no types before version 22. Compiling takes about a
 * second; what it makes goes to a folder of its own and is removed at once.
 * @param {string} file from the root of the project
 */
export async function importTypeScript(file) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'claimcheck-compiled-'));
  try {
    compile(file, folder);
    writeFileSync(path.join(folder, 'package.json'), '{"type":"module"}');
    const hooks = await import('./typescript-hooks.mjs');
    if (nodeModule.registerHooks) nodeModule.registerHooks(hooks);
    else nodeModule.register('./typescript-hooks.mjs', import.meta.url);
    return await import(pathToFileURL(path.join(folder, file.replace(/\.ts$/, '.js'))).href);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function compile(file, folder) {
  const compiler = path.join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const options = [
    // Types are checked by `npm test`.
    ...['--ignoreConfig', '--noCheck', '--skipLibCheck', '--pretty', 'false'],
    ...['--target', 'es2022', '--module', 'esnext', '--moduleResolution', 'bundler'],
    ...['--rootDir', root, '--outDir', folder],
  ];
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [compiler, ...options, path.join(root, file)],
    {
      cwd: root,
      encoding: 'utf8',
    },
  );
  if (status !== 0) throw new Error(`${file} could not be compiled:\n${stdout}${stderr}`);
}
