import os from 'node:os';
import { ensureInstalled } from './install.mjs';
import { root } from './root.mjs';
import { importTypeScript } from './typescript.mjs';

/**
 * Makes ready for a command of this project that is written in TypeScript: packages, settings files, the module.
 * @param {string} file from the root of the project
 * @returns the module, and the surroundings that its commands ask for
 */
export async function prepareCommand(file) {
  await ensureInstalled({ dev: false });
  const { default: env } = await import('@next/env');
  const { loadedEnvFiles } = env.loadEnvConfig(root, false, { info: () => undefined, error: console.error });
  // Evaluated after the settings files are read, as Next does.
  const { default: next } = await import('../next.config.mjs');
  const surroundings = {
    env: process.env,
    envFiles: loadedEnvFiles,
    directory: process.cwd(),
    machineName: os.hostname(),
    built: { path: next.env.BASE_PATH, byHand: next.env.BASE_PATH_BY_HAND === 'yes' },
    fetch,
    clock: Date.now,
  };
  return { commands: await importTypeScript(file), surroundings };
}
