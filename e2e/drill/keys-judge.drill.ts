import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { forgetPerProcess } from '../../lib/server/per-process';
import { verifier, verifyToken } from '../../lib/server/verifier';
import { jwksPath, type KeyServer, startKeyServer } from '../../test/token/key-server';
import {
  accessToken,
  encodePart,
  headerOf,
  newTokenContext,
  partsOf,
  type TokenContext,
} from '../../test/token/tokens';
import { inTurns } from './compare';

/**
 * The flood without HTTP: `verifyToken` itself, in one process, nothing to hide behind. Honest and forged tokens take turns
 * on the event loop, as requests do, and neither ever pauses. As this process is always busy, what an honest caller
 * waits is counted in processor time from its arrival to its verdict, everything that goes first included: on an idle
 * machine that is the time on the clock, on a busy one it leaves out what other programs take.
 */
const rounds = 5;
const perRound = 2_000;

/** More than the 5,000 verdicts that are remembered: asked one after the other, each is verified for real each time. */
const honestCallers = 6_000;

let server: KeyServer;
let context: TokenContext;
let honest: string[];
let serial = 0;

beforeAll(async () => {
  server = await startKeyServer();
  context = await newTokenContext({ issuer: server.origin, now: Math.floor(Date.now() / 1_000) });
  server.keys = context.published;
  honest = Array.from({ length: honestCallers }, (_, index) =>
    accessToken(context, { jti: `honest-${index}` }),
  );
  const environment = {
    APP_BASE_URL: 'http://localhost:3000',
    OIDC_ISSUER: context.issuer,
    OIDC_CLIENT_ID: context.clientId,
    OIDC_AUDIENCE: context.audience,
    SESSION_SECRET: 'x'.repeat(40),
  };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
}, 120_000);

/** An app that has just started, with its keys loaded. */
beforeEach(async () => {
  server.behaviour = 'normal';
  for (const name of ['provider-metadata', 'key-set-cache', 'verdicts']) forgetPerProcess(name);
  await verifier().ready();
});

afterAll(async () => {
  vi.unstubAllEnvs();
  server.release();
  await server.close();
});

/** Processor time of this process so far, in milliseconds. */
const busy = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
};

/** At most one look per cooldown, however slow this machine is; the first forged token always causes one. */
function expectOneLookPerCooldown(looks: number, begin: number) {
  expect(looks).toBeGreaterThanOrEqual(1);
  expect(looks).toBeLessThanOrEqual(1 + Math.floor((Date.now() - begin) / 30_000));
}

/** A `kid` that nobody published; otherwise as long and as plausible as a good token. */
const unknownKid = () => {
  const [, payload, signature] = partsOf(template());
  return `${encodePart(headerOf(context.rsa, { kid: `unknown-${serial++}` }))}.${payload}.${signature}`;
};

/** A known `kid` and a signature that does not fit. */
const badSignature = () => {
  const [header, , signature] = partsOf(template());
  return `${header}.${encodePart({ iss: context.issuer, sub: 'eve', jti: `forged-${serial++}` })}.${signature}`;
};

let made: string | undefined;
const template = () => {
  made ??= accessToken(context);
  return made;
};

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

let next = 0;

/** Judges one honest token after the other. @returns for each the time since it arrived, in milliseconds */
async function callers(): Promise<number[]> {
  const latencies: number[] = [];
  for (let index = 0; index < perRound; index++) {
    const token = honest[next++ % honestCallers] ?? '';
    const arrived = busy();
    // What is on its turn before it goes first: the flood, where there is one.
    await turn();
    const { outcome } = await verifyToken(token);
    latencies.push(busy() - arrived);
    if (outcome !== 'accepted') throw new Error(`an honest token was ${outcome}`);
  }
  return latencies;
}

/** The same beside a flood: a forged token on every turn of the event loop, none of them waited for. */
async function callersIn(
  forge: () => string,
): Promise<{ latencies: number[]; outcomes: Promise<Set<string>> }> {
  const forged = Array.from({ length: perRound }, forge);
  const verdicts: Promise<string>[] = [];
  const flood = async () => {
    for (const token of forged) {
      await turn();
      verdicts.push(verifyToken(token).then(({ outcome }) => outcome));
    }
  };
  const [latencies] = await Promise.all([callers(), flood()]);
  return { latencies, outcomes: Promise.all(verdicts).then((all) => new Set(all)) };
}

describe(`${rounds * perRound} forged tokens at full speed, one for each honest one`, () => {
  test('with unknown kids cost one fetch per cooldown and slow honest callers by less than half', async () => {
    const [before, begin] = [server.requests(jwksPath), Date.now()];
    const ratio = await inTurns('verify, unknown kids', {
      rounds,
      without: callers,
      with: async () => {
        const { latencies, outcomes } = await callersIn(unknownKid);
        expect(await outcomes).toEqual(new Set(['refused']));
        return latencies;
      },
    });
    expectOneLookPerCooldown(server.requests(jwksPath) - before, begin);
    expect(ratio.p99).toBeLessThanOrEqual(1.5);
  });

  test('with unknown kids while the provider hangs delay no honest caller', async () => {
    const [before, begin] = [server.requests(jwksPath), Date.now()];
    server.behaviour = 'hung';
    const waiting: Promise<Set<string>>[] = [];
    const ratio = await inTurns('verify, unknown kids, provider hung', {
      rounds,
      without: callers,
      with: async () => {
        const { latencies, outcomes } = await callersIn(unknownKid);
        waiting.push(outcomes);
        return latencies;
      },
    });
    expectOneLookPerCooldown(server.requests(jwksPath) - before, begin);
    for (const outcomes of waiting) expect(await outcomes).toEqual(new Set(['unavailable']));
    expect(ratio.p99).toBeLessThanOrEqual(1.5);
  });

  test('with a known kid and a bad signature cost one fetch per cooldown and no more than an honest token each', async () => {
    const [before, begin] = [server.requests(jwksPath), Date.now()];
    const ratio = await inTurns('verify, bad signatures', {
      rounds,
      without: callers,
      with: async () => {
        const { latencies, outcomes } = await callersIn(badSignature);
        expect(await outcomes).toEqual(new Set(['refused']));
        return latencies;
      },
    });
    expectOneLookPerCooldown(server.requests(jwksPath) - before, begin);
    // Whether a signature fits is only known once it has been verified: a forged token for each honest one doubles
    // the work, and the honest one that comes second waits for the other. Its share, give or take a quarter.
    expect(ratio.p50).toBeLessThanOrEqual(2.5);
    expect(ratio.p99).toBeLessThanOrEqual(2.5);
  });
});

test('100,000 distinct forged tokens leave nothing behind', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const heap = () => {
    collect();
    return process.memoryUsage().heapUsed / 1_024 / 1_024;
  };
  const flood = async (count: number) => {
    for (let index = 0; index < count; index++) await verifyToken(index % 2 ? unknownKid() : badSignature());
  };
  // As full as it gets: every cache has reached its limit.
  await flood(10_000);
  const before = heap();
  await flood(100_000);
  const growth = heap() - before;
  console.log(`\nheap after 100,000 more forged tokens: ${growth.toFixed(1)} MiB more`);
  expect(growth).toBeLessThan(4);
});
