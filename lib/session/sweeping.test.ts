import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type TestSessions, testSessions } from '../../test/session/sessions';
import { keepSweeping, type Sweep } from './sweeping';

let sessions: TestSessions;
beforeEach(async () => {
  sessions = await testSessions();
});
afterEach(() => sessions.database.remove());

const hour = 3_600_000;

/** Begins so many sessions, all of a kind. */
async function manySessions(count: number): Promise<void> {
  await sessions.begin();
  const [row] = await sessions.rows();
  if (!row) throw new Error('no session');
  const others = Array.from({ length: count - 1 }, (_, n) => ({ ...row, id_hash: `another-${n}` }));
  await sessions.database.db.insertInto('session').values(others).execute();
}

/** Sweeps until so much time has passed. @returns the moments of sleep, in milliseconds, and what failed */
async function sweepFor(duration: number, ...sweeps: Sweep[]) {
  const { clock } = sessions;
  const until = clock.now + duration;
  const slept: number[] = [];
  const onFailure = vi.fn();
  const sleep = async (milliseconds: number) => {
    if (clock.now + milliseconds > until) throw new Error('it is over');
    slept.push(milliseconds);
    clock.now += milliseconds;
  };
  await keepSweeping({ sweeps, sleep, onFailure });
  return { slept, onFailure };
}

describe('the background', () => {
  it('removes what is over in batches, with a pause for others between them', async () => {
    await manySessions(1_100);
    sessions.clock.now += 43_200_000 + hour;
    const kept = await sessions.begin();
    const sweep = vi.fn((limit: number) => sessions.store.sweep(limit));
    const { slept } = await sweepFor(400_000, sweep);
    expect(sweep.mock.calls).toEqual([[500], [500], [500]]);
    expect(slept.slice(1)).toEqual([200, 200]);
    expect((await sessions.rows()).map((row) => row.id_hash)).toEqual([kept]);
  });

  it('sweeps every five to six minutes, and two instances do not do so in step', async () => {
    const nothing = async () => 0;
    const [one, two] = [await sweepFor(hour, nothing), await sweepFor(hour, nothing)];
    for (const pause of [...one.slept, ...two.slept]) {
      expect(pause).toBeGreaterThanOrEqual(300_000);
      expect(pause).toBeLessThan(360_000);
    }
    expect(one.slept).not.toEqual(two.slept);
  });

  it('goes on after a failure, of which it tells, and with what else there is to sweep', async () => {
    const failing = vi.fn(async () => {
      throw new Error('the database is away');
    });
    const other = vi.fn(async () => 0);
    const { onFailure } = await sweepFor(hour, failing, other);
    expect(failing.mock.calls.length).toBeGreaterThanOrEqual(9);
    expect(onFailure).toHaveBeenCalledTimes(failing.mock.calls.length);
    expect(other).toHaveBeenCalledTimes(failing.mock.calls.length);
  });
});
