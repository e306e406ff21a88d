import { test } from 'vitest';
import { startApp } from '../e2e/support/app';
import { signedIn } from '../e2e/support/session';
import { machineToken } from '../test/idp/client';
import { startBareApp } from './bare-app';
import { type Load, mediansInTurns, requestsPerSecond } from './load';

const rounds = 5;

/** Requests per second of a protected route beside a route that does nothing, in turns within one run. */
test('api', async () => {
  const bare = await startBareApp();
  const app = await startApp();
  const { access_token: token } = await machineToken({
    issuer: app.embeddedIssuer,
    scope: 'example:note:read',
  });
  const session = await signedIn(app);
  const url = `${app.baseUrl.replace('localhost', '127.0.0.1')}/api/my-token`;
  const asking = (load: Pick<Load, 'url' | 'headers'>) => () =>
    requestsPerSecond({ ...load, connections: 16, duration: 2_000 });
  const candidates = {
    'bare route handler': asking({ url: bare.url }),
    '/api/my-token, bearer token': asking({ url, headers: { authorization: `Bearer ${token}` } }),
    '/api/my-token, session cookie': asking({ url, headers: { ...session } }),
  };
  const rates = await mediansInTurns(candidates, rounds);
  await Promise.all([app.stop(), bare.stop()]);
  const base = rates.get('bare route handler') ?? 0;
  console.log(
    `\nRequests per second, 16 connections, median of ${rounds} rounds of 2 s, Node ${process.version}`,
  );
  for (const [name, rate] of rates) {
    console.log(`${name.padEnd(32)} ${rate.toFixed(0).padStart(6)}  ${(rate / base).toFixed(2)} of bare`);
  }
});
