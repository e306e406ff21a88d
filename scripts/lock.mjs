import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { root } from './root.mjs';

const folder = path.join(root, '.start.lock');

/** Whether the process that holds the lock is still there. */
function holderLives() {
  try {
    process.kill(Number(readFileSync(path.join(folder, 'pid'), 'utf8')), 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function take() {
  try {
    mkdirSync(folder);
    writeFileSync(path.join(folder, 'pid'), String(process.pid));
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

/** Runs a step that only one process at a time may run in this folder, such as a build; others wait for it. */
export async function alone(step) {
  for (let waited = 0; !take(); waited++) {
    if (waited === 2) console.error('Waiting for another start in this folder to finish building…');
    // A second look before the lock is broken: its holder may just be about to write its number.
    if (waited > 2 && !holderLives()) rmSync(folder, { recursive: true, force: true });
    await pause(500);
  }
  try {
    return await step();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
