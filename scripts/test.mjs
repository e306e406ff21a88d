import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { ensureBrowser } from './browser.mjs';
import { ensureBuilt } from './build.mjs';
import { ensureInstalled } from './install.mjs';
import { root } from './root.mjs';

/**
 * `npm test`: installs what it needs, a browser included, and runs everything. Ends with `N passed, N failed`; a step
 * that is no test run (lint, types, build) counts as one. `npm test -- unit e2e` runs only those.
 */
const results = path.join(root, 'test-results');
const bin = (...parts) => path.join(root, 'node_modules', ...parts);
let passed = 0;
let failed = 0;

function run(script, args, env = {}) {
  const { status } = spawnSync(process.execPath, [script, ...args], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: '1', ...env },
  });
  return status === 0;
}

function count(good, bad) {
  passed += good;
  failed += bad;
}

const check = (script, args) => () => (run(script, args) ? count(1, 0) : count(0, 1));

/** Runs a test runner that leaves its figures in a file; one that leaves none has failed. */
function countTests(name, start, read) {
  const file = path.join(results, `${name}.json`);
  rmSync(file, { force: true });
  const ok = start(file);
  try {
    const { good, bad } = read(JSON.parse(readFileSync(file, 'utf8')));
    count(good, ok ? bad : Math.max(1, bad));
  } catch {
    count(0, 1);
  }
}

const vitest = (name, project) => () =>
  countTests(
    name,
    (file) => {
      const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
      return run(bin('vitest', 'vitest.mjs'), ['run', '--project', project, ...reporters]);
    },
    (report) => ({ good: report.numPassedTests, bad: report.numFailedTests }),
  );

function playwright() {
  countTests(
    'playwright',
    (file) =>
      run(bin('@playwright', 'test', 'cli.js'), ['test', '--reporter=list,json'], {
        PLAYWRIGHT_JSON_OUTPUT_NAME: file,
      }),
    ({ stats }) => ({ good: stats.expected + stats.flaky, bad: stats.unexpected }),
  );
}

async function build() {
  await ensureBuilt().then(
    () => count(1, 0),
    (error) => {
      console.error(error.message);
      count(0, 1);
    },
  );
}

const steps = {
  lint: check(bin('@biomejs', 'biome', 'bin', 'biome'), ['check', '--error-on-warnings', '.']),
  build,
  types: check(bin('typescript', 'bin', 'tsc'), ['--noEmit']),
  unit: vitest('unit', 'unit'),
  lift: vitest('lift', 'lift'),
  http: vitest('http', 'http'),
  e2e: playwright,
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in steps));
if (unknown.length > 0) {
  console.error(`Unknown: ${unknown.join(', ')}. There are: ${Object.keys(steps).join(', ')}.`);
  process.exit(1);
}

// The tests start the app without a base path, whatever the settings of this machine say.
process.env.APP_BASE_URL = '';
await ensureInstalled({ dev: true });
await ensureBrowser();
mkdirSync(results, { recursive: true });
for (const [name, step] of Object.entries(steps)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  console.log(`\n── ${name}`);
  await step();
}
console.log(`\n${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
