import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { basePathOf } from './base-path.mjs';
import { ensureInstalled } from './install.mjs';
import { alone } from './lock.mjs';
import { root } from './root.mjs';

/** Everything that a build is made of, but for the tests in there. What only tests use lies in `test/`. */
const sources = [
  ...['app', 'lib', 'idp', 'public', 'proxy.ts', 'middleware.ts'],
  ...['instrumentation.ts', 'instrumentation-client.ts'],
  ...['scripts/base-path.mjs', 'scripts/routes.mjs'],
  ...['next.config.js', 'next.config.mjs', 'postcss.config.mjs', 'tsconfig.json', 'package-lock.json'],
];
const stamp = path.join(root, '.next', 'built-from');

function* filesOf(place) {
  const full = path.join(root, place);
  if (!existsSync(full)) return;
  if (statSync(full).isFile()) {
    if (!/\.test\.tsx?$/.test(place)) yield place;
    return;
  }
  for (const name of readdirSync(full).sort()) yield* filesOf(path.join(place, name));
}

/** Files that make a new build necessary where they change. */
export const sourceFiles = () => sources.flatMap((place) => [...filesOf(place)]);

/** Next builds the base path in, so that an APP_BASE_URL with another path needs another build. */
function fingerprint() {
  const hash = createHash('sha256').update(process.version).update(basePathOf(process.env.APP_BASE_URL));
  for (const file of sourceFiles()) hash.update(`\0${file}\0`).update(readFileSync(path.join(root, file)));
  return hash.digest('hex');
}

const isBuilt = () => existsSync(stamp) && readFileSync(stamp, 'utf8') === fingerprint();

/** Builds the app where its sources have changed since the last build. Exits where that fails. */
export async function ensureBuilt() {
  if (isBuilt()) return;
  await alone(async () => {
    if (isBuilt()) return;
    console.log('Building…');
    const next = path.join(root, 'node_modules', 'next', 'dist', 'bin', 'next');
    const { status } = spawnSync(process.execPath, [next, 'build'], {
      cwd: root,
      stdio: 'inherit',
      env: { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' },
    });
    if (status !== 0) throw new Error('The build failed; see above.');
    writeFileSync(stamp, fingerprint());
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await ensureInstalled({ dev: false });
  const { default: env } = await import('@next/env');
  // What Next reads too: APP_BASE_URL may stand in .env.local.
  env.loadEnvConfig(root, false, { info: () => undefined, error: console.error });
  await ensureBuilt();
}
