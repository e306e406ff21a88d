import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { alone } from './lock.mjs';
import { root } from './root.mjs';

const readJson = (file) => JSON.parse(readFileSync(path.join(root, file), 'utf8'));

/** Whether `node_modules` holds what the lock file says; packages for other platforms and, if so asked, dev ones aside. */
export function isInstalled({ dev }) {
  const record = 'node_modules/.package-lock.json';
  if (!existsSync(path.join(root, record))) return false;
  const wanted = readJson('package-lock.json').packages;
  const present = readJson(record).packages;
  return Object.entries(wanted).every(([place, entry]) => {
    if (place === '' || entry.optional || entry.devOptional || (entry.dev && !dev)) return true;
    return present[place]?.version === entry.version;
  });
}

function npm(...args) {
  const { status } = spawnSync(process.platform === 'win32' ? 'npm.cmd' : 'npm', args, {
    cwd: root,
    // Standard output belongs to the results of whatever needs the packages.
    stdio: ['inherit', process.stderr, 'inherit'],
    shell: process.platform === 'win32',
  });
  return status === 0;
}

/**
 * Installs the packages of the lock file where they are missing.
 * @param {{ dev: boolean }} options whether tools for tests are needed too
 */
export async function ensureInstalled({ dev }) {
  // Where nothing is to be installed nothing is written: an image may be read-only.
  if (isInstalled({ dev })) return;
  await alone(() => isInstalled({ dev }) || install({ dev }));
}

function install({ dev }) {
  console.error('Installing packages…');
  const options = ['--no-audit', '--no-fund', '--loglevel=error', dev ? '--include=dev' : '--omit=dev'];
  // `npm ci` refuses a lock file that was written where another platform's binaries were left out of it.
  if (npm('ci', ...options) || npm('install', '--no-save', ...options)) return;
  console.error('\nThe packages could not be installed; npm says why above.');
  process.exit(1);
}
