import { setTimeout as sleep } from 'node:timers/promises';
import { type DatabaseSettings, placeOf } from '../config/database-url';
import { explainRefusal, isTransient } from './explain-error';
import { reasonOf } from './postgres-error';

/** Why the database cannot be used, and what to change: for those who start the app. */
export class DatabaseUnusable extends Error {
  override readonly name = 'DatabaseUnusable';
  constructor(problem: string, fix: string, cause: unknown) {
    super(`${problem}\n      Fix: ${fix}`, { cause });
  }
}

export interface Waiting {
  /** Milliseconds after which a server that cannot be reached is given up. */
  readonly patience?: number;
  /** Milliseconds between two tries. */
  readonly pause?: number;
  /** Told once, where it has to wait, what for. */
  readonly say: (line: string) => void;
}

/**
 * Opens a database whose server may be starting at the same moment. Waits for one that cannot be reached, but not for
 * one that refuses: no wait makes a password right.
 * @throws {DatabaseUnusable} with the fix; or what was thrown, where the reason is another than that it cannot be reached
 */
export async function whenReachable<T>(
  settings: DatabaseSettings,
  open: () => Promise<T>,
  { patience = 30_000, pause = 1_000, say }: Waiting,
): Promise<T> {
  const end = performance.now() + patience;
  for (let said = false; ; said = true) {
    try {
      return await open();
    } catch (error) {
      if (settings.kind === 'sqlite') throw error;
      const place = placeOf(settings);
      if (!isTransient(error) || performance.now() + pause > end) throw unusable(error, place);
      const seconds = Math.round(patience / 1_000);
      if (!said) say(`Waiting up to ${seconds} s for the database at ${place} (${reasonOf(error)})`);
      await sleep(pause);
    }
  }
}

function unusable(error: unknown, place: string): unknown {
  const explained = explainRefusal(error);
  if (!explained) return error;
  return new DatabaseUnusable(`the database server at ${place}, ${explained.problem}`, explained.fix, error);
}
