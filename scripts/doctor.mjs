import os from 'node:os';
import { parseArgs } from 'node:util';
import { ensureInstalled, isInstalled } from './install.mjs';
import { alone } from './lock.mjs';
import { root } from './root.mjs';
import { importTypeScript } from './typescript.mjs';

/** `npm run doctor`: checks the settings against the provider, before the app has ever started. `--json` for programs. */
function options() {
  try {
    return parseArgs({ options: { json: { type: 'boolean', default: false } } }).values;
  } catch {
    console.error('Usage: npm run doctor [-- --json]');
    process.exit(2);
  }
}

const { json } = options();
const { NO_COLOR } = process.env;
// Where nothing is to be installed nothing is written: an image may be read-only.
if (!isInstalled({ dev: false })) await alone(() => ensureInstalled({ dev: false }));
const { default: env } = await import('@next/env');
env.loadEnvConfig(root, false, { info: () => undefined, error: console.error });
const { doctor } = await importTypeScript('lib/doctor/command.ts');
const { output, exitCode } = await doctor({
  env: process.env,
  directory: process.cwd(),
  machineName: os.hostname(),
  fetch,
  clock: Date.now,
  json,
  colour: process.stdout.isTTY === true && !NO_COLOR,
});
process.stdout.write(output, () => process.exit(exitCode));
