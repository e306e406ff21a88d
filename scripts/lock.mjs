import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { root } from './root.mjs';

/** Milliseconds. */
const limits = {
  /** Between two looks. */
  pause: 500,
  /** For which whoever has just taken the lock may be writing down who it is. */
  nameless: 5_000,
  /** After which a lock is nobody's: no build takes that long. */
  old: 15 * 60_000,
  /** After which nobody waits any longer. */
  patience: 10 * 60_000,
};

/** When a process started, in the kernel's own count; undefined where there is no `/proc`. A number is used again, both are not. */
function startedAt(pid) {
  try {
    // proc_pid_stat(5): field 22. The second field is a name in parentheses, which may hold anything.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/**
 * What a lock is judged by; a test puts something else in its place.
 * @typedef {object} Machine
 * @property {number} pid
 * @property {string} host
 * @property {() => number} now
 * @property {(milliseconds: number) => Promise<unknown>} sleep
 * @property {(pid: number) => boolean} isAlive
 * @property {(pid: number) => string | undefined} startedAt
 * @type {Machine}
 */
export const thisMachine = {
  pid: process.pid,
  host: os.hostname(),
  now: Date.now,
  sleep,
  isAlive,
  startedAt,
};

/**
 * A lock that is a folder: only one process can make it.
 * @param {string} folder
 * @param {Machine} machine
 * @returns what runs a step while nobody else runs one; others wait for it
 */
export function lockAt(folder, machine = thisMachine) {
  const { pid, host, now, sleep: wait } = machine;
  const mine = { pid, host, started: machine.startedAt(pid), token: randomUUID() };

  return async function alone(step) {
    const since = now();
    for (let looks = 0; !take(folder, { ...mine, at: now() }); looks++) {
      if (looks === 2) console.error('Waiting for another start in this folder to finish building…');
      const holder = holderOf(folder, now());
      if (holder && isStale(holder, machine)) discard(folder, holder, now());
      if (now() - since > limits.patience) throw new Error(tooLong(folder));
      await wait(limits.pause);
    }
    try {
      return await step();
    } finally {
      if (holderOf(folder, now())?.token === mine.token) rmSync(folder, { recursive: true, force: true });
    }
  };
}

const tooLong = (folder) =>
  `another start in this folder has not finished after ${limits.patience / 60_000} minutes.\n      Fix: see whether it still runs; if it does not, delete ${folder}`;

function take(folder, holder) {
  try {
    mkdirSync(folder);
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw new Error(
      `something must be installed or built, and ${path.dirname(folder)} cannot be written to (${error.code}).\n      Fix: let this user write there, or install and build where the image is made: npm run build`,
    );
  }
  writeFileSync(path.join(folder, 'holder'), JSON.stringify(holder));
  return true;
}

/** Who holds the lock; undefined where nobody does, or nobody has said so yet. */
function holderOf(folder, now) {
  try {
    return JSON.parse(readFileSync(path.join(folder, 'holder'), 'utf8'));
  } catch {
    // Killed before it could say who it is.
    return ageOf(folder, now) > limits.nameless ? { token: undefined } : undefined;
  }
}

function ageOf(folder, now) {
  try {
    return now - statSync(folder).mtimeMs;
  } catch {
    return 0;
  }
}

function isStale({ pid, host, started, token, at }, machine) {
  // A clock that was set back makes a lock of the future, which must not last either.
  if (token === undefined || !(Math.abs(machine.now() - at) < limits.old)) return true;
  // The numbers of another container say nothing here: only its age does.
  if (host !== machine.host) return false;
  // Ours from an earlier life: whoever asks does not hold it.
  if (pid === machine.pid || !machine.isAlive(pid)) return true;
  const startsNow = machine.startedAt(pid);
  return started !== undefined && startsNow !== undefined && started !== startsNow;
}

/**
 * Removes a lock that was found stale. One at a time does so, and looks again first: somebody else may have been faster,
 * and the lock that is there now be a new one.
 */
function discard(folder, stale, now) {
  const breaking = `${folder}.breaking`;
  try {
    mkdirSync(breaking);
  } catch {
    // Whoever was killed while at it blocks nobody.
    if (ageOf(breaking, now) > limits.nameless) rmSync(breaking, { recursive: true, force: true });
    return;
  }
  try {
    const found = holderOf(folder, now);
    if (!found || found.token !== stale.token) return;
    // Out of the way at once; what is removed file by file could be mistaken for a lock on the way.
    const aside = `${folder}.${randomUUID()}`;
    renameSync(folder, aside);
    rmSync(aside, { recursive: true, force: true });
  } catch (error) {
    // Its holder was slow, and is through.
    if (error.code !== 'ENOENT') throw error;
  } finally {
    rmSync(breaking, { recursive: true, force: true });
  }
}

/** Runs a step that only one process at a time may run in this folder, such as a build. */
export const alone = lockAt(path.join(root, '.start.lock'));
