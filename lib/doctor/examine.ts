import type { ConfigProblem } from '../config';
import { databaseSecrets } from '../config/database-url';
import { address, cookie, reveal, store } from './app-diagnoses';
import { type Diagnosis, type Finding, type Line, pass, type Result, skipped, warn } from './diagnosis';
import { type Evidence, gather, type Surroundings } from './evidence';
import { clock, discovery, keys, pkce, provider } from './provider-diagnoses';
import { redact, secretForms } from './redact';
import { audience, client, redirect, scopes } from './registration-diagnoses';
import { providerSignOut, refresh, signOut, stepUp } from './session-diagnoses';

/** Comes first and by itself: without settings there is nothing to examine. */
export const settings = { name: 'settings', title: 'The settings can be read' };

/** Everything that is looked at, in the order in which people are shown it. To look at more, add an entry. */
export const diagnoses: readonly Diagnosis[] = [
  ...[provider, discovery, keys, clock],
  ...[pkce, redirect, scopes, audience, client],
  ...[refresh, signOut, providerSignOut, stepUp],
  ...[address, cookie, reveal, store],
];

/** Looks at everything; one that breaks off spoils no other. */
export async function examine(surroundings: Surroundings): Promise<Line[]> {
  const { config } = surroundings;
  const evidence = gather(surroundings);
  const findings = await Promise.all(diagnoses.map((diagnosis) => lineOf(diagnosis, evidence)));
  const { clientId, clientSecret } = config.provider;
  const secrets = [
    ...secretForms(clientId, clientSecret),
    ...config.session.secrets,
    ...(config.database.kind === 'postgres' ? databaseSecrets(config.database.url) : []),
  ];
  const first: Line = { ...settings, ...pass('Every variable makes sense.') };
  return [first, ...findings].map((line) => redact(line, secrets));
}

async function lineOf({ name, title, examine }: Diagnosis, evidence: Evidence): Promise<Line> {
  try {
    return { name, title, ...(await examine(evidence)) };
  } catch (error) {
    return { name, title, ...warn(`It could not be looked at: ${(error as Error).message}.`) };
  }
}

/** The lines where settings are wrong: each of them with its fix, and nothing else looked at. */
export function refuseSettings(problems: readonly ConfigProblem[], secrets: readonly string[]): Line[] {
  const wrong = problems.map(({ variable, problem, fix }): Line => {
    const finding: Finding = {
      result: 'fail',
      found: `${variable} ${problem}.`,
      change: `${variable}: ${fix}.`,
    };
    return { ...settings, ...finding };
  });
  const rest = diagnoses.map(
    ({ name, title }): Line => ({ name, title, ...skipped('The settings come first.') }),
  );
  return [...wrong, ...rest].map((line) => redact(line, secrets));
}

/** The worst of them, and how many there are of each. */
export function summarise(lines: readonly Line[]) {
  const count = (result: Result) => lines.filter((line) => line.result === result).length;
  const counts = { pass: count('pass'), warn: count('warn'), fail: count('fail'), skipped: count('skipped') };
  const worst: Result = counts.fail > 0 ? 'fail' : counts.warn > 0 ? 'warn' : 'pass';
  return { result: worst, counts };
}
