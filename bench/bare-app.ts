import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { freePort } from '../test/free-port';

const folder = fileURLToPath(new URL('./bare', import.meta.url));
const next = fileURLToPath(new URL('../node_modules/next/dist/bin/next', import.meta.url));
const env = { ...process.env, NODE_ENV: 'production' as const, NEXT_TELEMETRY_DISABLED: '1' };

/** Builds and starts a Next app of one route handler that does nothing. */
export async function startBareApp(): Promise<{ url: string; stop(): Promise<void> }> {
  // Turbopack looks for a middleware in every folder above, and would find this app's.
  const build = [next, 'build', '--webpack', folder];
  const { status, stdout } = spawnSync(process.execPath, build, { env });
  if (status !== 0) throw new Error(`The bare app does not build:\n${stdout}`);
  const port = await freePort();
  const args = [next, 'start', folder, '-H', '127.0.0.1', '-p', String(port)];
  const child = spawn(process.execPath, args, { env, stdio: 'ignore' });
  const url = `http://127.0.0.1:${port}/bare`;
  while (!(await fetch(url).catch(() => undefined))?.ok) {
    if (child.exitCode !== null) throw new Error('The bare app ended');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return {
    url,
    async stop() {
      child.kill('SIGTERM');
      if (child.exitCode === null) await once(child, 'exit');
    },
  };
}
