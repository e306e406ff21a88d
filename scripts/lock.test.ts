import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { inProcessesAtOnce } from '../test/processes';
import { lockAt } from './lock.mjs';

let place: string;
let folder: string;
let now: number;
beforeEach(() => {
  place = mkdtempSync(path.join(tmpdir(), 'claimcheck-lock-'));
  folder = path.join(place, '.start.lock');
  now = Date.now();
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
});
afterEach(() => rmSync(place, { recursive: true }));

const minute = 60_000;

/** A machine on which process 1 is ours, and these others live: number and start. */
function machine(living: Record<number, string> = {}, more: object = {}) {
  return {
    ...{ pid: 1, host: 'here', now: () => now },
    sleep: vi.fn(async (milliseconds: number) => {
      now += milliseconds;
    }),
    isAlive: (pid: number) => pid in living || pid === 1,
    startedAt: (pid: number): string | undefined => (pid === 1 ? '100' : living[pid]),
    ...more,
  };
}

/** A lock that somebody has left or holds. */
function held(holder: object | undefined) {
  mkdirSync(folder);
  if (holder) writeFileSync(path.join(folder, 'holder'), JSON.stringify(holder));
}
const other = (more: object = {}) => ({
  ...{ pid: 7, host: 'here', started: '200', token: 'theirs', at: now },
  ...more,
});
const step = vi.fn(async () => 'done');
beforeEach(() => step.mockClear());

describe('a step that one at a time may run', () => {
  it('runs at once where nobody else does, and leaves nothing behind', async () => {
    const seen = machine();
    await lockAt(
      folder,
      seen,
    )(async () => {
      const holder = JSON.parse(readFileSync(path.join(folder, 'holder'), 'utf8'));
      expect(holder).toEqual({ pid: 1, host: 'here', started: '100', token: expect.any(String), at: now });
    });
    expect(seen.sleep).not.toHaveBeenCalled();
    expect(readdirSync(place)).toEqual([]);
  });

  it('leaves nothing behind where it fails', async () => {
    const failing = () => Promise.reject(new Error('the build failed'));
    await expect(lockAt(folder, machine())(failing)).rejects.toThrow('the build failed');
    expect(readdirSync(place)).toEqual([]);
  });

  it('waits for a holder that lives, and runs when that one is through', async () => {
    held(other());
    const sleep = vi.fn(async (milliseconds: number) => {
      now += milliseconds;
      if (sleep.mock.calls.length === 5) rmSync(folder, { recursive: true });
    });
    expect(await lockAt(folder, machine({ 7: '200' }, { sleep }))(step)).toBe('done');
    expect(sleep).toHaveBeenCalledTimes(5);
    expect(console.error).toHaveBeenCalledTimes(1);
  });

  it.each([
    ['is dead', {}, {}],
    ['is this very process, as in a container that was restarted', { pid: 1 }, {}],
    ['is dead, and its number belongs to another process now', {}, { 7: '999' }],
    ['lives, but began too long ago', { at: Date.now() - 16 * minute }, { 7: '200' }],
    [
      'lives in another container, but began too long ago',
      { host: 'there', at: Date.now() - 16 * minute },
      {},
    ],
    ['is of the future, as a clock was set back', { at: Date.now() + 16 * minute }, { 7: '200' }],
    ['does not say when it began', { at: undefined }, { 7: '200' }],
  ])('does not wait where the holder %s', async (_name, holder, living) => {
    held(other(holder));
    expect(await lockAt(folder, machine(living))(step)).toBe('done');
    expect(now - Date.now()).toBeLessThan(5_000);
    expect(readdirSync(place)).toEqual([]);
  });

  it.each([
    ['lives where no start of a process is told', {}, { 7: undefined as unknown as string }],
    ['is of another container, whose numbers say nothing here', { host: 'there', pid: 1 }, {}],
    ['is young, and lives', {}, { 7: '200' }],
  ])(
    'waits where the holder %s, for ten minutes; then it is said which folder to delete',
    async (_name, holder, living) => {
      held(other(holder));
      const begun = now;
      const waiting = lockAt(folder, machine(living))(step);
      await expect(waiting).rejects.toThrow(
        `10 minutes.\n      Fix: see whether it still runs; if it does not, delete ${folder}`,
      );
      expect(now - begun).toBeLessThan(11 * minute);
      expect(step).not.toHaveBeenCalled();
      expect(existsSync(folder)).toBe(true);
    },
  );

  it('gives a holder that was killed before it could say who it is a moment, and no more', async () => {
    held(undefined);
    expect(await lockAt(folder, machine())(step)).toBe('done');
    expect(now - Date.now()).toBeLessThan(10_000);
  });

  it('is not held up by one who was killed while removing a dead lock', async () => {
    held(other());
    mkdirSync(`${folder}.breaking`);
    expect(await lockAt(folder, machine())(step)).toBe('done');
    expect(readdirSync(place)).toEqual([]);
  });

  it('leaves a lock alone that is not its own any more', async () => {
    await lockAt(
      folder,
      machine(),
    )(async () => {
      rmSync(folder, { recursive: true });
      held(other());
    });
    expect(JSON.parse(readFileSync(path.join(folder, 'holder'), 'utf8')).token).toBe('theirs');
  });

  it('says so where nothing can be written', async () => {
    writeFileSync(path.join(place, 'a-file'), '');
    const nowhere = lockAt(path.join(place, 'a-file', '.start.lock'), machine());
    await expect(nowhere(step)).rejects.toThrow(/cannot be written to \(ENOTDIR\)\.\n {6}Fix: /);
  });

  it('runs once at a time, over processes that all find the same dead lock', async () => {
    held(other({ pid: 2 ** 30, host: hostname() }));
    const call = { file: 'test/scripts/lock.ts', name: 'overlaps', args: [folder] };
    expect(await inProcessesAtOnce(4, call)).toEqual([0, 0, 0, 0]);
    expect(readdirSync(place)).toEqual([]);
  }, 60_000);
});
