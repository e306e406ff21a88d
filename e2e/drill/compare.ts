import { median, percentile } from '../../bench/load';

/** Latencies in milliseconds, one list per round. */
type Rounds = number[][];

export interface Comparison {
  readonly rounds: number;
  /** Each measures one round. @returns what honest callers waited, in milliseconds */
  readonly without: (round: number) => Promise<number[]>;
  readonly with: (round: number) => Promise<number[]>;
}

/**
 * Measures the same callers without and with something that might slow them, in turns, so that a noisy machine hurts
 * both alike; of each percentile the median round counts, so that one disturbed round does not.
 * @param name printed beside the figures
 * @returns how many times as long callers wait with it
 */
export async function inTurns(name: string, comparison: Comparison): Promise<{ p50: number; p99: number }> {
  const [before, during]: [Rounds, Rounds] = [[], []];
  for (let round = 0; round < comparison.rounds; round++) {
    before.push(await comparison.without(round));
    during.push(await comparison.with(round));
  }
  const of = (rounds: Rounds, share: number) => median(rounds.map((one) => percentile(one, share)));
  const ratio = (share: number) => of(during, share) / of(before, share);
  const line = (what: string, rounds: Rounds) =>
    `  ${what.padEnd(8)} p50 ${of(rounds, 0.5).toFixed(3)} ms  p99 ${of(rounds, 0.99).toFixed(3)} ms` +
    `  (${rounds.flat().length} honest callers)`;
  console.log(`\n${name}\n${line('without', before)}\n${line('with', during)}`);
  console.log(`  ratio    p50 ${ratio(0.5).toFixed(2)}      p99 ${ratio(0.99).toFixed(2)}`);
  return { p50: ratio(0.5), p99: ratio(0.99) };
}
