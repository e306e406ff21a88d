import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

/** In a process of its own, compiled as for an app: what a test runner does to modules slows ours down alone. */
test('verify', () => {
  const script = fileURLToPath(new URL('./verify.mjs', import.meta.url));
  expect(spawnSync(process.execPath, [script], { stdio: 'inherit' }).status).toBe(0);
});
