import 'server-only';
import { migrationState } from '../db';
import { examine, type Line, type Result, sharedRun, summarise } from '../doctor';

import { currentConfig } from './config';
import { database } from './database';
import { perProcess } from './per-process';
import { askProvider, providerMetadata } from './provider';
import { lastSeenToken, verifier } from './verifier';

export type { Line, Result };

export interface Report {
  readonly lines: readonly Line[];
  readonly result: Result;
  readonly counts: Readonly<Record<Result, number>>;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** Longer than a page should take to be whole, shorter than people wait. Milliseconds. */
const budget = 6_000;
/** However often people reload, the provider is bothered this often at most. Milliseconds. */
const keptFor = 10_000;

/** The examination of this process; those who ask at the same time share one. */
export function report(): Promise<Report> {
  const run = perProcess('doctor', () => sharedRun(makeReport, { clock: Date.now, keptFor }));
  return run();
}

async function makeReport(): Promise<Report> {
  const lines = await examine({
    config: currentConfig(),
    fetch: askProvider,
    clock: Date.now,
    budget,
    running: true,
    seenToken: () => lastSeenToken().current,
    store: async () => ({ state: 'there', migrations: await migrationState(await database()) }),
  });
  return { lines, ...summarise(lines), at: Date.now() };
}

/** What this process keeps of the provider, without asking for anything. */
export function keptOfProvider() {
  return { discovery: providerMetadata().state(), keys: verifier().state() };
}
