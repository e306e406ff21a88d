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
      const { status } = await get(url, headers, agent);
      if (status !== 200) throw new Error(`${url}: ${status}`);
      answers++;
    }
  };
  await Promise.all(Array.from({ length: connections }, worker));
  const seconds = (performance.now() - begin) / 1_000;
  agent.destroy();
  return answers / seconds;
}

export interface SteadyLoad {
  readonly url: string;
  /** The headers of each request, in the order in which they are sent. */
  readonly requests: readonly Readonly<Record<string, string>>[];
  readonly perSecond: number;
}

export interface Answer {
  /** When it was due, in milliseconds since the epoch. */
  readonly due: number;
  /** From when it was due until its last byte, in milliseconds. */
  readonly latency: number;
  readonly status: number;
  readonly body: string;
}

/**
 * Sends each request when it is due, whether or not the ones before are answered: callers do not know of each other.
 * Time is counted from when a request was due, so that one that could only be sent late, or that had to wait for a
 * connection, does not look fast (no coordinated omission). Ends when all are answered.
 */
export async function steadyLoad({ url, requests, perSecond }: SteadyLoad): Promise<Answer[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 2_048 });
  const begin = performance.now();
  const answers = requests.map(async (headers, index) => {
    const due = begin + (index * 1_000) / perSecond;
    await until(due);
    const { status, body } = await get(url, headers, agent);
    return { due: performance.timeOrigin + due, latency: performance.now() - due, status, body };
  });
  try {
    return await Promise.all(answers);
  } finally {
    agent.destroy();
  }
}

/** A timer comes up to a millisecond late, which would hide small differences; the rest is spent turning around. */
async function until(due: number): Promise<void> {
  const remaining = due - performance.now();
  if (remaining > 2) await new Promise((resolve) => setTimeout(resolve, remaining - 2));
  while (performance.now() < due) await new Promise((resolve) => setImmediate(resolve));
}

/** Asks once. @returns status and text of the answer, whatever they are */
export function get(
  url: string,
  headers: Readonly<Record<string, string>>,
  agent?: Agent,
): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { agent, headers, timeout: 60_000 }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk) => {
        body += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
      response.on('error', reject);
    });
    outgoing.on('timeout', () => outgoing.destroy(new Error(`${url}: no answer within 60 s`)));
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      // The server has closed the kept-alive connection at the same moment; browsers ask again too (RFC 9110 §9.2.2).
      if (outgoing.reusedSocket && error.code === 'ECONNRESET') resolve(get(url, headers, agent));
      else reject(error);
    });
    outgoing.end();
  });
}

/** Asks once with each of these headers, over so many connections. @returns the answers, in the same order */
export async function askAll(
  url: string,
  requests: readonly Readonly<Record<string, string>>[],
  connections: number,
): Promise<{ status: number; body: string }[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  try {
    return await Promise.all(requests.map((headers) => get(url, headers, agent)));
  } finally {
    agent.destroy();
  }
}

/** The value below which this share of the values lies. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** The middle of several measurements: one disturbed run does not count. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/**
 * Measures candidates in turns, so that whatever else the machine does meets all of them, and once before, to warm up.
 * @param candidates each gives one figure a round
 * @returns the median of each, by name
 */
export async function mediansInTurns(
  candidates: Readonly<Record<string, () => Promise<number>>>,
  rounds: number,
): Promise<Map<string, number>> {
  const figures = new Map<string, number[]>(Object.keys(candidates).map((name) => [name, []]));
  for (let round = 0; round <= rounds; round++) {
    for (const [name, measure] of Object.entries(candidates)) {
      const figure = await measure();
      if (round > 0) figures.get(name)?.push(figure);
    }
  }
  return new Map([...figures].map(([name, all]) => [name, median(all)]));
}
