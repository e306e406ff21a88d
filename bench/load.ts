import { Agent, request } from 'node:http';

export interface Load {
  readonly url: string;
  readonly headers?: Record<string, string>;
  /** Requests under way at once. */
  readonly connections: number;
  /** How long, in milliseconds. */
  readonly duration: number;
}

/** Asks over kept-alive connections for a bounded time. @returns answers per second; throws at any other than 200 */
export async function requestsPerSecond({ url, headers = {}, connections, duration }: Load): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const begin = performance.now();
  let answers = 0;
  const worker = async () => {
    while (performance.now() - begin < duration) {
      await ask(url, headers, agent);
      answers++;
    }
  };
  await Promise.all(Array.from({ length: connections }, worker));
  const seconds = (performance.now() - begin) / 1_000;
  agent.destroy();
  return answers / seconds;
}

function ask(url: string, headers: Record<string, string>, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { agent, headers }, (response) => {
      response.resume();
      response.on('end', () =>
        response.statusCode === 200 ? resolve() : reject(new Error(`${url}: ${response.statusCode}`)),
      );
    });
    outgoing.on('error', reject);
    outgoing.end();
  });
}

/** The middle of several measurements: one disturbed run does not count. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
