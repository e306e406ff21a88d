import { Agent } from 'node:http';
import { get } from '../../bench/load';
import type { RefreshingApp } from './refreshing-app';

/** An answer that one request of a burst got. */
export interface BurstAnswer {
  readonly path: string;
  /** Which of the app's processes it asked. */
  readonly process: number;
  /** 0 where there was none. */
  readonly status: number;
  /** Whether it is the answer of somebody who is signed in. */
  readonly good: boolean;
  /** Milliseconds until its last byte. */
  readonly latency: number;
}

/** What a burst asks for, and what only those read who are signed in. */
const places: readonly (readonly [path: string, proof: RegExp])[] = [
  ['/api/my-token', /"sub":/],
  ['/api/notes', /"notes":/],
  ['/auth/session', /"signedIn":true/],
  ['/token', /Alice Liddell/],
  ['/notes', /Alice Liddell/],
];

/** As many requests as are wanted at the same moment, in turns to every process and to every place. */
export async function burst(
  { processes, baseUrl }: Pick<RefreshingApp, 'processes' | 'baseUrl'>,
  headers: Readonly<Record<string, string>>,
  count: number,
): Promise<BurstAnswer[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: count });
  const { host } = new URL(baseUrl);
  const begin = performance.now();
  const ask = async (index: number): Promise<BurstAnswer> => {
    const number = index % processes.length;
    const [path, proof] = places[Math.floor(index / processes.length) % places.length] as (typeof places)[0];
    const url = `http://127.0.0.1:${processes[number]?.port}${path}`;
    const answer = await get(url, { ...headers, host }, agent).catch(() => ({ status: 0, body: '' }));
    const good = answer.status === 200 && proof.test(answer.body);
    return { path, process: number, status: answer.status, good, latency: performance.now() - begin };
  };
  try {
    return await Promise.all(Array.from({ length: count }, (_, index) => ask(index)));
  } finally {
    agent.destroy();
  }
}
