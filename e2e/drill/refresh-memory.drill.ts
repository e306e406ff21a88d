import { readFileSync } from 'node:fs';
import { Agent } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { get, median } from '../../bench/load';
import { type RefreshingApp, startRefreshingApp } from '../support/refreshing-app';
import { sameOrigin } from '../support/session';

/**
 * 30,000 authenticated requests in 30 batches, half of them by session and half by bearer token. Every batch begins
 * with new sign-ins, and the oldest sessions sign out, so that several hundred come and go; the others go on and are
 * renewed every 8 s.
 *
 * Two things are measured after each batch: what the server still uses after a garbage collection, which shows a leak
 * of any kind with hardly any noise, and its resident memory, which is what people see. The first third warms up
 * code and caches. Memory has levelled off where the median of the last third is at most so much above that of the
 * middle third; 10,000 requests lie between the two.
 */
const batches = 30;
const perBatch = 1_000;
const newSessions = 12;
/** Fewer than one person may have. */
const living = 36;
const allowedGrowth = { used: 0.03, resident: 0.05 };

const placesBySession = ['/api/my-token', '/api/notes', '/auth/session', '/token', '/notes'];
const placesByToken = ['/api/my-token', '/api/notes', '/api/my-scopes'];

type Headers = Readonly<Record<string, string>>;

let app: RefreshingApp;
afterEach(() => app?.stop());

async function signInBoth(): Promise<{ session: Headers; token: Headers }> {
  const { headers: session } = await app.signIn();
  const reveal = { method: 'POST', headers: { ...session, ...sameOrigin } };
  const answer = await fetch(`${app.baseUrl}/auth/reveal`, reveal);
  const { access_token: token } = (await answer.json()) as { access_token: string };
  return { session, token: { authorization: `Bearer ${token}` } };
}

async function signOut(session: Headers): Promise<void> {
  const leave = { method: 'POST', headers: { ...session, ...sameOrigin }, redirect: 'manual' } as const;
  expect((await fetch(`${app.baseUrl}/auth/logout`, leave)).status).toBe(200);
}

/** Asks for all of these, sixteen at a time. @returns how often which status */
async function askAll(requests: readonly (readonly [path: string, headers: Headers])[]) {
  const agent = new Agent({ keepAlive: true, maxSockets: 16 });
  const statuses: Record<number, number> = {};
  await Promise.all(
    requests.map(async ([path, headers]) => {
      const { status } = await get(`${app.baseUrl}${path}`, headers, agent);
      statuses[status] = (statuses[status] ?? 0) + 1;
    }),
  );
  agent.destroy();
  return statuses;
}

/** Bytes. */
interface Memory {
  readonly used: number;
  readonly resident: number;
}

async function memory(): Promise<Memory> {
  const [server] = app.processes;
  if (!server) throw new Error('no process');
  const pid = server.serverPid();
  const reports = () => [...server.output().matchAll(/^memory in use: (\d+)$/gm)];
  const before = reports().length;
  process.kill(pid, 'SIGUSR2');
  await expect.poll(() => reports().length, { timeout: 10_000, interval: 20 }).toBeGreaterThan(before);
  const pages = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]);
  return { used: Number(reports().at(-1)?.[1]), resident: pages * 4_096 };
}

/** By how much a part of the memory grew from the middle third to the last one, as a share. */
function growth(samples: readonly Memory[], part: keyof Memory): number {
  const third = samples.length / 3;
  const values = samples.map((sample) => sample[part]);
  return median(values.slice(2 * third)) / median(values.slice(third, 2 * third)) - 1;
}

const megabytes = (bytes: number) => (bytes / 1_048_576).toFixed(1);
const percent = (share: number) => `${(share * 100).toFixed(1)} %`;

test('memory levels off over 30,000 authenticated requests', async () => {
  const preload = new URL('./memory-report.mjs', import.meta.url).href;
  // A batch may take longer than a bearer token lives, which nobody renews.
  const env = { NODE_OPTIONS: `--import=${preload}`, OIDC_CLOCK_TOLERANCE: '300' };
  app = await startRefreshingApp({ lifetime: 10, env });
  const sessions: Headers[] = [];
  const samples: Memory[] = [];
  let signIns = 0;
  for (let batch = 0; batch < batches; batch++) {
    const tokens: Headers[] = [];
    for (let person = 0; person < newSessions; person++) {
      const { session, token } = await signInBoth();
      sessions.push(session);
      tokens.push(token);
      signIns++;
    }
    for (const session of sessions.splice(0, Math.max(0, sessions.length - living))) await signOut(session);
    const requests = Array.from({ length: perBatch }, (_, index) => {
      const [places, people] = index % 2 === 0 ? [placesBySession, sessions] : [placesByToken, tokens];
      const number = Math.floor(index / 2);
      const place = places[Math.floor(number / people.length) % places.length] ?? '';
      return [place, people[number % people.length] ?? {}] as const;
    });
    expect(await askAll(requests)).toEqual({ 200: perBatch });
    samples.push(await memory());
  }
  const list = (part: keyof Memory) => samples.map((sample) => megabytes(sample[part])).join(' ');
  const [used, resident] = [growth(samples, 'used'), growth(samples, 'resident')];
  console.log(`\nmemory over ${batches * perBatch} requests, ${signIns} sessions, in MiB after each batch`);
  console.log(`  in use   ${list('used')}\n  resident ${list('resident')}`);
  console.log(`  from the middle third to the last: in use ${percent(used)}, resident ${percent(resident)}`);
  console.log(`  renewals ${app.proxy.calls.length}`);
  expect(used).toBeLessThan(allowedGrowth.used);
  expect(resident).toBeLessThan(allowedGrowth.resident);
});
