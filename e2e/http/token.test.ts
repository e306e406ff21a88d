import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RunningApp, startApp } from '../support/app';

const script = fileURLToPath(new URL('../../scripts/token.mjs', import.meta.url));

let app: RunningApp;
beforeAll(async () => {
  app = await startApp();
}, 180_000);
afterAll(() => app.stop());

function shell(...args: string[]) {
  const { PATH, HOME } = process.env;
  const idp = new URL(app.embeddedIssuer).port;
  const env = { PATH, HOME, NODE_ENV: 'production' as const, PORT: String(app.port), IDP_PORT: idp };
  return spawnSync(process.execPath, [script, ...args], { cwd: app.directory, env, encoding: 'utf8' });
}

const notes = (token: string, init: RequestInit = {}) =>
  fetch(`${app.baseUrl}/api/notes`, {
    ...init,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
  });

describe('npm run token', () => {
  test('prints a token that the API takes for what was asked, and nothing else', async () => {
    const { stdout, stderr, status } = shell('--scope', 'note:read');
    expect({ stderr, status, lines: stdout.split('\n').length }).toEqual({ stderr: '', status: 0, lines: 2 });
    expect((await notes(stdout.trim())).status).toBe(200);
    expect((await notes(stdout.trim(), { method: 'POST', body: '{"title":"x"}' })).status).toBe(403);
    expect(shell('--scope', 'note:read').stdout).toBe(stdout);
  });

  test.each([
    [['--scope', 'no:such'], 1, 'No token'],
    [['--scopes', 'note:read'], 2, 'Usage'],
  ])('%j prints no token and ends with %i', (args, status, said) => {
    const answer = shell(...args);
    expect({ status: answer.status, stdout: answer.stdout }).toEqual({ status, stdout: '' });
    expect(answer.stderr).toContain(said);
  });
});
