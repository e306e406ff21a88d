import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { decodeProtectedHeader } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RunningApp, root, startApp } from '../support/app';

const run = promisify(execFile);

let app: RunningApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.stop());

/** `npm run -s idp -- …` in the folder of the running app. */
async function idp(...args: string[]) {
  const env = {
    PATH: process.env.PATH,
    PORT: String(app.port),
    IDP_PORT: new URL(app.embeddedIssuer).port,
    NODE_ENV: 'production' as const,
  };
  const command = [path.join(root, 'scripts', 'idp.mjs'), ...args];
  const done = await run(process.execPath, command, { cwd: app.directory, env }).catch((error) => error);
  return { code: done.code ?? 0, stdout: String(done.stdout), stderr: String(done.stderr) };
}

async function newToken(): Promise<string> {
  const answer = await fetch(`${app.embeddedIssuer}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa('claimcheck-machine:wonderland-machine')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'example:note:read' }),
  });
  return ((await answer.json()) as { access_token: string }).access_token;
}

const ask = async (token: string) =>
  (await fetch(`${app.baseUrl}/api/notes`, { headers: { authorization: `Bearer ${token}` } })).status;
const kidOf = (token: string) => decodeProtectedHeader(token).kid;

async function publishedKids(): Promise<string[]> {
  const answer = await fetch(`${app.embeddedIssuer}/.well-known/jwks.json`);
  return ((await answer.json()) as { keys: { kid: string }[] }).keys.map(({ kid }) => kid);
}

describe('npm run idp -- rotate', () => {
  test('changes the key under a running app: no request fails, with old tokens or new', async () => {
    const old = await newToken();
    expect(await ask(old)).toBe(200);
    let rotating = true;
    const statuses = new Set<number>();
    const stream = (async () => {
      // One more round once it is over, so that tokens of the new key are among those that are asked with.
      for (let last = false; !last; ) {
        last = !rotating;
        for (const status of await Promise.all([ask(old), ask(await newToken())])) statuses.add(status);
      }
    })();
    const { code, stderr, stdout } = await idp('rotate', '--lead', '0');
    rotating = false;
    await stream;
    expect([code, stdout]).toEqual([0, '']);
    expect(stderr).toContain('signs from now on');
    const fresh = await newToken();
    expect(kidOf(fresh)).not.toBe(kidOf(old));
    expect(await publishedKids()).toEqual(expect.arrayContaining([kidOf(old), kidOf(fresh)]));
    expect([...statuses, await ask(old), await ask(fresh)]).toEqual([200, 200, 200]);
  });

  test('publishes a key before it signs, and is refused while one is waiting', async () => {
    const before = await publishedKids();
    const { code } = await idp('rotate');
    expect(code).toBe(0);
    expect((await publishedKids()).length).toBeGreaterThan(before.length);
    expect(before).toContain(kidOf(await newToken()));
    expect(await idp('rotate')).toMatchObject({ code: 1, stderr: expect.stringContaining('under way') });
  });

  test.each([[[]], [['turn']], [['rotate', '--lead', 'soon']], [['rotate', '--force']]])(
    '%j is refused with how it is used',
    async (args) => {
      expect(await idp(...args)).toMatchObject({
        code: 2,
        stdout: '',
        stderr: expect.stringContaining('Usage: '),
      });
    },
  );

  test('says how it is used', async () => {
    expect(await idp('--help')).toMatchObject({ code: 0, stdout: expect.stringContaining('rotate') });
  });
});
