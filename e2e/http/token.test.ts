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

function shell(args: readonly string[], more: Record<string, string> = {}) {
  const { PATH, HOME } = process.env;
  const idp = new URL(app.embeddedIssuer).port;
  const env = { PATH, HOME, NODE_ENV: 'production' as const, PORT: String(app.port), IDP_PORT: idp, ...more };
  return spawnSync(process.execPath, [script, ...args], { cwd: app.directory, env, encoding: 'utf8' });
}

const notes = (token: string, init: RequestInit = {}) =>
  fetch(`${app.baseUrl}/api/notes`, {
    ...init,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
  });

describe('npm run token', () => {
  test('prints a token that the API takes for what was asked, and nothing else', async () => {
    const { stdout, stderr, status } = shell(['--scope', 'note:read']);
    expect({ stderr, status, lines: stdout.split('\n').length }).toEqual({ stderr: '', status: 0, lines: 2 });
    expect((await notes(stdout.trim())).status).toBe(200);
    expect((await notes(stdout.trim(), { method: 'POST', body: '{"title":"x"}' })).status).toBe(403);
    expect(shell(['--scope', 'note:read']).stdout).toBe(stdout);
  });

  test('says on the side what was not granted', () => {
    const { stdout, stderr } = shell(['--scope', 'note:read no:such']);
    expect(stdout).toMatch(/^\S+\n$/);
    expect(stderr).toContain('no:such');
  });

  test.each([
    [
      'with a client nobody knows',
      ['--scope', 'note:read'],
      { MACHINE_CLIENT_ID: 'x', MACHINE_CLIENT_SECRET: 'y' },
      1,
      'No token',
    ],
    ['with a provider that is not there', ['--scope', 'note:create'], { IDP_PORT: '1' }, 1, 'No token'],
    ['with an option it does not have', ['--scopes', 'note:read'], {}, 2, 'Usage'],
  ])('%s prints no token', (_name, args, more, status, said) => {
    const answer = shell(args, more);
    expect({ status: answer.status, stdout: answer.stdout }).toEqual({ status, stdout: '' });
    expect(answer.stderr).toContain(said);
  });
});
