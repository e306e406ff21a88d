import { setTimeout } from 'node:timers/promises';

/** Removes at most so many rows that nobody needs any more. @returns how many there were */
export type Sweep = (limit: number) => Promise<number>;

export interface SweepingOptions {
  readonly sweeps: readonly Sweep[];
  /** Waits for so many milliseconds; rejects where waiting is over for good. */
  readonly sleep: (milliseconds: number) => Promise<unknown>;
  readonly onFailure: (error: unknown) => void;
}

/** Rows at a time: a statement of this size keeps no other writer waiting. */
const batch = 500;

/** Milliseconds. */
const betweenBatches = 200;
const betweenSweeps = 300_000;

/**
 * Sweeps every five to six minutes, for as long as it may sleep. Instances that start together drift apart, and one
 * that meets another's work finds less to do; none waits for another.
 */
export async function keepSweeping(options: SweepingOptions): Promise<void> {
  for (;;) {
    const drift = Math.random() * betweenSweeps * 0.2;
    if (!(await slept(options, betweenSweeps + drift))) return;
    for (const sweep of options.sweeps) await sweepUp(sweep, options);
  }
}

/** All there is, batch after batch. What fails is left for the next time. */
async function sweepUp(sweep: Sweep, options: SweepingOptions): Promise<void> {
  try {
    while ((await sweep(batch)) === batch) {
      if (!(await slept(options, betweenBatches))) return;
    }
  } catch (error) {
    options.onFailure(error);
  }
}

async function slept({ sleep }: SweepingOptions, milliseconds: number): Promise<boolean> {
  try {
    await sleep(milliseconds);
    return true;
  } catch {
    return false;
  }
}

/** Sleeps without keeping the process alive. */
export const lightSleep = (milliseconds: number) => setTimeout(milliseconds, undefined, { ref: false });
