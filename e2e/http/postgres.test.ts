import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { keepSecret } from '../../lib/config/generated-secret';
import { embeddedIssuer } from '../../lib/config/personality';
import { embeddedAudience } from '../../lib/config/read';
import { startPostgres, type TestPostgres, testPassword } from '../../test/db/postgres';
import { freePort } from '../../test/free-port';
import { type RunningApp, startAndFail, startApp } from '../support/app';
import { keepSession } from '../support/kept-session';
import { cookieOf, fetchCode, redeem, sameOrigin, signedIn } from '../support/session';

const secret = 'a-secret-that-both-instances-share-and-nobody-else';

let server: TestPostgres;
let directory: string;
/** Two instances on one database; people sign in at the first, whose embedded provider is the second's too. */
let first: RunningApp;
let second: RunningApp;
beforeAll(async () => {
  server = await startPostgres({ durable: true });
  const [port, idpPort] = [await freePort(), await freePort()];
  const shared = { DATABASE_URL: server.url(), SESSION_SECRET: secret };
  directory = await mkdtemp(path.join(tmpdir(), 'claimcheck-'));
  const outside = {
    OIDC_ISSUER: embeddedIssuer('standard', idpPort),
    OIDC_CLIENT_ID: 'claimcheck',
    // The one that the first will find there.
    OIDC_CLIENT_SECRET: keepSecret(path.join(directory, '.data'), 'client-secret'),
    OIDC_AUDIENCE: embeddedAudience,
    // One origin for people, as behind a load balancer: their cookie is named by it.
    APP_BASE_URL: `http://localhost:${port}`,
  };
  // Together, on a database that nobody has migrated yet.
  [first, second] = await Promise.all([
    startApp({ env: shared, port, idpPort, directory }),
    startApp({ env: { ...shared, ...outside } }),
  ]);
  // The second may have been there before the provider, and asks it again after a pause.
  const ready = async () => expect(await statusOf(get(second, '/api/health/ready'))).toBe(200);
  await vi.waitFor(ready, { timeout: 60_000, interval: 100 });
  // Whoever comes first builds the app.
}, 400_000);
afterAll(async () => {
  await Promise.all([first?.stop(), second?.stop()]);
  await server?.stop();
  await rm(directory, { recursive: true, force: true });
});

type Session = { cookie: string };
const get = (app: RunningApp, path: string, session: Partial<Session> = {}) =>
  fetch(`${app.baseUrl}${path}`, { headers: { ...session }, redirect: 'manual' });
const write = (app: RunningApp, title: string, session: Session) =>
  fetch(`${app.baseUrl}/api/notes`, {
    method: 'POST',
    headers: { ...session, ...sameOrigin, 'content-type': 'application/json' },
    body: JSON.stringify({ title }),
  });
const statusOf = async (response: Promise<Response>) => (await response).status;

async function titles(app: RunningApp, session: Session): Promise<string[]> {
  const response = await get(app, '/api/notes?limit=100', session);
  const { notes } = (await response.json()) as { notes: { title: string }[] };
  return notes.map(({ title }) => title);
}

describe('two instances on one database', () => {
  test('see each other’s sessions and notes', async () => {
    const session = await signedIn(first);
    expect(await (await get(second, '/auth/session', session)).json()).toMatchObject({ signedIn: true });
    expect(await statusOf(write(first, 'from the first', session))).toBe(201);
    expect(await statusOf(write(second, 'from the second', session))).toBe(201);
    for (const app of [first, second]) {
      expect(await titles(app, session)).toEqual(['from the second', 'from the first']);
    }
  });

  test('end a session for each other', async () => {
    const session = await signedIn(first, { username: 'bob' });
    expect(await statusOf(get(second, '/api/my-token', session))).toBe(200);
    await fetch(`${second.baseUrl}/auth/logout`, {
      method: 'POST',
      headers: { ...session, ...sameOrigin },
      redirect: 'manual',
    });
    expect(await statusOf(get(first, '/api/my-token', session))).toBe(401);
  });

  test('find a session that somebody else has put there', async () => {
    const { cookie } = await keepSession(first, 'not.a.token', secret);
    for (const app of [first, second]) {
      const answer = await (await get(app, '/auth/session', { cookie })).json();
      // Found: of a session that is not there it would have nothing to refuse.
      expect(answer).toEqual({ signedIn: false, reason: 'refused' });
    }
  });

  test('answer a note id that PostgreSQL would refuse to look for with 404', async () => {
    const session = await signedIn(first);
    for (const id of ['%00', '00000000-0000-4000-8000-00000000000%00', '%F0%9F%AA%B6']) {
      expect(await statusOf(get(first, `/api/notes/${id}`, session))).toBe(404);
    }
  });
});

describe('while the server is away', () => {
  test('nobody is answered 500: 200, or 503 with Retry-After; what was acknowledged is kept, and it heals', async () => {
    const session = await signedIn(first);
    const acknowledged: string[] = [];
    const answers: { status: number; retryAfter: string | null }[] = [];
    const note = (response: Response) => {
      answers.push({ status: response.status, retryAfter: response.headers.get('retry-after') });
      return response.status;
    };
    let over = false;
    const asks = async (app: RunningApp, who: number) => {
      for (let n = 0; !over; n++) {
        const title = `load ${who}.${n}`;
        if (note(await write(app, title, session)) === 201) acknowledged.push(title);
        note(await get(app, '/api/notes?limit=1', session));
        note(await get(app, '/auth/session', session));
        note(await get(app, '/token', session));
      }
    };
    const load = [first, second, first, second].map(asks);
    const enough = (count: number) =>
      expect.poll(() => answers.length, { timeout: 20_000 }).toBeGreaterThan(count);
    await enough(20);
    await server.restart();
    await enough(answers.length + 20);
    await server.kill9();
    await enough(answers.length + 20);
    await server.start();
    await enough(answers.length + 20);
    over = true;
    await Promise.all(load);

    const statuses = new Set(answers.map(({ status }) => status));
    expect([...statuses].filter((status) => ![200, 201, 503].includes(status))).toEqual([]);
    expect(statuses).toContain(503);
    const unhelpful = answers.filter(({ status, retryAfter }) => status === 503 && !(Number(retryAfter) > 0));
    expect(unhelpful).toEqual([]);

    for (const app of [first, second]) {
      await expect.poll(() => statusOf(get(app, '/api/notes', session)), { timeout: 10_000 }).toBe(200);
    }
    const { rows } = await server.run('select title from note', 'claimcheck');
    const kept = new Set(rows.map(({ title }) => title));
    expect(acknowledged.filter((title) => !kept.has(title))).toEqual([]);
    expect(acknowledged.length).toBeGreaterThan(0);
  }, 90_000);

  test('the app is alive, says what is failing and is not ready; and is, once it is back', async () => {
    await server.halt();
    const readiness = () => get(first, '/api/health/ready');
    await expect.poll(() => statusOf(readiness()), { timeout: 10_000 }).toBe(503);
    expect((await readiness()).headers.get('retry-after')).toBe('5');
    const alive = await get(first, '/api/health');
    expect([alive.status, (await alive.json()).checks.store]).toEqual([200, { status: 'failing' }]);
    await server.start();
    await expect.poll(() => statusOf(readiness()), { timeout: 10_000 }).toBe(200);
  });
});

describe('a sign-in while the server is away', () => {
  test('keeps its code and says whose trouble it is; the same request succeeds once the server is back', async () => {
    const previous = await signedIn(first);
    const code = await fetchCode(first);
    await server.halt();
    const away = await redeem(first, code, {}, { ...sameOrigin, ...previous });
    expect([away.status, away.headers.get('content-type'), away.headers.get('retry-after')]).toEqual([
      503,
      'application/json',
      '5',
    ]);
    expect(await away.json()).toEqual({
      error: 'store_unavailable',
      error_description: expect.stringContaining('DATABASE_URL'),
    });
    expect(away.headers.getSetCookie()).toEqual([]);
    await server.start();
    const back = await redeem(first, code, {}, { ...sameOrigin, ...previous });
    expect(back.status).toBe(200);
    const state = async (cookie: string) => (await get(second, '/auth/session', { cookie })).json();
    expect(await state(cookieOf(back))).toMatchObject({ signedIn: true });
    expect(await state(previous.cookie)).toEqual({ signedIn: false, reason: 'replaced' });
  });
});

describe('the password', () => {
  const forms = [testPassword, encodeURIComponent(testPassword), 'postgres://'];

  test('is in nothing that an instance prints or says', async () => {
    const pages = await Promise.all(
      ['/status', '/api/health', '/api/health/ready', '/'].map(async (path) =>
        (await get(first, path)).text(),
      ),
    );
    expect(pages[0]).toContain('The database');
    for (const text of [first.output(), second.output(), ...pages]) {
      for (const form of forms) expect(text).not.toContain(form);
    }
  });

  test('that is wrong stops a start with a sentence, a fix, and without itself', async () => {
    const url = server.url().replace(encodeURIComponent(testPassword), 'wr0ng-hunter2');
    const { code, output } = await startAndFail({ env: { DATABASE_URL: url } });
    expect(code).toBe(1);
    expect(output).toMatch(/refuses user name or password \(28P01\)\n +Fix: .*DATABASE_URL/);
    expect(output).not.toContain('hunter2');
  });
});
