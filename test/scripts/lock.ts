import { mkdirSync, rmdirSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { lockAt, thisMachine } from '../../scripts/lock.mjs';

/** Takes the lock again and again. @returns how often somebody else was inside at the same time */
export async function overlaps(folder: string): Promise<number> {
  const alone = lockAt(folder, { ...thisMachine, sleep: () => setTimeout(1) as Promise<void> });
  let count = 0;
  for (let turn = 0; turn < 20; turn++) {
    await alone(async () => {
      try {
        mkdirSync(`${folder}-inside`);
        await setTimeout(1);
        rmdirSync(`${folder}-inside`);
      } catch {
        count += 1;
      }
    });
  }
  return count;
}
