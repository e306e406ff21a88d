import os from 'node:os';
import { parseArgs } from 'node:util';
import { ensureInstalled, isInstalled } from './install.mjs';
import { alone } from './lock.mjs';
import { root } from './root.mjs';
import { importTypeScript } from './typescript.mjs';

/** `npm run -s token -- --scope note:read`: an access token for a shell, on standard output and nothing else there. */
function options() {
  try {
    return parseArgs({ options: { scope: { type: 'string', multiple: true, default: [] } } }).values;
  } catch {
    console.error('Usage: npm run -s token [-- --scope note:read --scope note:create]');
    process.exit(2);
  }
}

const { scope: scopes } = options();
if (!isInstalled({ dev: false })) await alone(() => ensureInstalled({ dev: false }));
const { default: env } = await import('@next/env');
env.loadEnvConfig(root, false, { info: () => undefined, error: console.error });
const { tokenCommand } = await importTypeScript('lib/machine/command.ts');
const result = await tokenCommand({
  env: process.env,
  directory: process.cwd(),
  machineName: os.hostname(),
  scopes,
  fetch,
  clock: Date.now,
});
if ('complaint' in result) {
  console.error(result.complaint);
  process.exit(1);
}
if (result.remark) console.error(result.remark);
process.stdout.write(`${result.token}\n`);
