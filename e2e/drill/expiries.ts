import { expect } from 'vitest';
import { percentile } from '../../bench/load';
import type { RunningApp } from '../support/app';
import { type BurstAnswer, burst } from '../support/burst';
import type { RefreshingApp, SignedIn } from '../support/refreshing-app';
import type { Outcome, RefreshCall, Treatment } from '../support/token-proxy';

/** Requests that come at once. */
export const burstSize = 200;

/** A burst in which every request uses one session. */
export interface Storm {
  readonly answers: readonly BurstAnswer[];
  /** When the access token of that session expired, in seconds since the epoch. */
  readonly expiry: number;
  /** Refresh calls that the app made meanwhile. */
  readonly calls: readonly RefreshCall[];
}

/** What came of one burst after another, each at an expiry, and between them with a fresh token. */
export interface Figures {
  readonly storms: readonly Storm[];
  readonly quiet: readonly BurstAnswer[];
}

export const failedIn = (answers: readonly BurstAnswer[]) => answers.filter(({ good }) => !good);

/** Answers as somebody gets them who is signed out. */
const signOutsIn = (answers: readonly BurstAnswer[]) =>
  answers.filter(
    ({ status, path, good }) =>
      status === 401 || status === 307 || (path === '/auth/session' && status === 200 && !good),
  );

export const callsWith = (calls: readonly RefreshCall[], ...outcomes: readonly Outcome[]) =>
  calls.filter(({ outcome }) => outcomes.includes(outcome));

/** Seconds before its expiry from which an access token is renewed. */
const margin = ({ lifetime }: RefreshingApp) => lifetime * 0.2;

/** Waits for a moment, in seconds since the epoch. */
export async function moment(at: number): Promise<void> {
  await expect.poll(() => Date.now() / 1_000, { timeout: 60_000, interval: 10 }).toBeGreaterThan(at);
}

/** Sends a burst now. */
export async function storm(
  app: RefreshingApp,
  { headers, family }: SignedIn,
  size = burstSize,
): Promise<Storm> {
  const before = app.proxy.calls.length;
  const expiry = family.expiresAt;
  const answers = await burst(app, headers, size);
  return { answers, expiry, calls: app.proxy.calls.slice(before) };
}

/** Sends a burst the moment the access token has expired. */
export async function stormAtExpiry(app: RefreshingApp, someone: SignedIn, size = burstSize): Promise<Storm> {
  await moment(someone.family.expiresAt);
  return storm(app, someone, size);
}

/**
 * A burst at each expiry, and one with the fresh token after it, where there is time for that. Before them an expiry
 * at which the provider is well warms everything up.
 * @param treatment what is done to the refresh calls
 */
export async function throughExpiries(
  app: RefreshingApp,
  someone: SignedIn,
  { expiries, treatment = () => ({}) }: { expiries: number; treatment?: (call: number) => Treatment },
): Promise<Figures> {
  await storm(app, someone);
  await stormAtExpiry(app, someone);
  const quiet = [...(await storm(app, someone)).answers];
  app.proxy.treat(treatment);
  const storms: Storm[] = [];
  while (storms.length < expiries) {
    const atExpiry = await stormAtExpiry(app, someone);
    storms.push(atExpiry);
    const time = someone.family.expiresAt - margin(app) - Date.now() / 1_000;
    if (time > 2 * secondsOf(atExpiry)) quiet.push(...(await storm(app, someone)).answers);
  }
  return { storms, quiet };
}

const secondsOf = ({ answers }: Storm) => Math.max(...answers.map(({ latency }) => latency)) / 1_000;

/** Prints what came of a drill. */
export function report(name: string, { storms, quiet }: Figures, { processes, proxy }: RefreshingApp): void {
  const { calls } = proxy;
  const answers = storms.flatMap((one) => one.answers);
  const count = (...outcomes: Outcome[]) => callsWith(calls, ...outcomes).length;
  const at = (some: readonly BurstAnswer[], share: number) =>
    percentile(
      some.map(({ latency }) => latency),
      share,
    );
  const figures = (share: number) =>
    `p${share * 100} ${at(answers, share).toFixed(0)} ms, ${(at(answers, share) / at(quiet, share)).toFixed(2)} times the quiet ${at(quiet, share).toFixed(0)} ms`;
  console.log(`\n${name}`);
  console.log(`  expiries ${storms.length}  requests ${answers.length + quiet.length}`);
  console.log(
    `  refresh calls: ${count('granted')} granted, ${count('failed')} failed by the drill, ` +
      `${count('refused')} refused as used before, ${count('lost', 'abandoned')} of a killed process`,
  );
  const all = [...answers, ...quiet];
  console.log(
    `  failed requests ${failedIn(all).length} (${statuses(failedIn(all))})  sign-outs ${signOutsIn(all).length}`,
  );
  console.log(`  200 at once at an expiry: ${figures(0.5)}; ${figures(0.99)}`);
  if (failedIn(all).length > 0) console.log(processes.flatMap(errorsOf).slice(0, 20).join('\n'));
}

/** What a process has logged as errors; asked for where requests failed. */
function errorsOf({ output }: RunningApp): string[] {
  const isError = (line: string) => /"level":[56]0\b/.test(line) || line.includes('⨯');
  return output()
    .split('\n')
    .filter(isError)
    .map((line) => `  ${line.slice(0, 400)}`);
}

/** How often which status: `503: 12, 0: 3`. */
export function statuses(answers: readonly BurstAnswer[]): string {
  const counts = new Map<number, number>();
  for (const { status } of answers) counts.set(status, (counts.get(status) ?? 0) + 1);
  return [...counts].map(([status, count]) => `${status}: ${count}`).join(', ') || 'none';
}

/** Nobody was refused, and nobody was taken for signed out. */
export function expectNobodyNoticed({ storms, quiet }: Figures): void {
  const answers = [...storms.flatMap((one) => one.answers), ...quiet];
  expect(statuses(failedIn(answers)), 'statuses of failed requests').toBe('none');
  expect(signOutsIn(answers)).toEqual([]);
}

/** Every expiry made the app ask the provider exactly once, as far as the provider answered. */
export function expectOneCallPerExpiry({ storms }: Pick<Figures, 'storms'>): void {
  for (const { calls, expiry } of storms) {
    const atExpiry = callsWith(calls, 'granted').filter(({ replacesExpiry }) => replacesExpiry === expiry);
    expect(atExpiry, 'refresh calls granted at one expiry').toHaveLength(1);
  }
}

/**
 * No refresh token was spent twice, whatever else happened; the provider would end the session. And none was spent
 * before its access token was due.
 */
export function expectNothingSpentTwice(app: RefreshingApp): void {
  const { calls } = app.proxy;
  expect(callsWith(calls, 'refused'), 'refresh tokens that were used before').toEqual([]);
  const spent = callsWith(calls, 'granted', 'lost').map(({ refreshToken }) => refreshToken);
  expect(spent.length).toBe(new Set(spent).size);
  const early = calls.filter(({ at, replacesExpiry }) => at / 1_000 < replacesExpiry - margin(app) - 0.01);
  expect(early, 'refresh calls before they were due').toEqual([]);
}
