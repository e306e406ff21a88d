import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RunningApp, startAndFail, startApp } from '../support/app';
import { sameOrigin, signedIn } from '../support/session';

describe('a bad start', () => {
  test('lists every wrong setting with its fix, shows no secret, and ends with code 1', async () => {
    const { code, output } = await startAndFail({
      env: {
        OIDC_ISSUER: 'http://idp.example',
        SESSION_SECRET: 'hunter2',
        OIDC_ALGORITHMS: 'HS256',
        IDP_PORT: 'many',
      },
    });
    expect(code).toBe(1);
    for (const variable of [
      'OIDC_ISSUER',
      'OIDC_CLIENT_ID',
      'SESSION_SECRET',
      'OIDC_ALGORITHMS',
      'IDP_PORT',
    ]) {
      expect(output).toContain(`${variable}: `);
    }
    expect(output.match(/Fix: /g)).toHaveLength(5);
    expect(output).not.toContain('hunter2');
  });

  test('for a public address without a provider is refused', async () => {
    const { code, output } = await startAndFail({ env: { APP_BASE_URL: 'https://app.example' } });
    expect(code).toBe(1);
    expect(output).toContain('the embedded provider serves loopback only');
  });

  test('a malformed PORT is named at once', async () => {
    const { code, output } = await startAndFail({ env: { PORT: '99999' } });
    expect([code, output.includes('PORT is "99999"')]).toEqual([1, true]);
  });
});

describe('two instances', () => {
  let first: RunningApp;
  beforeAll(async () => {
    first = await startApp();
  });
  afterAll(() => first.stop());

  test('a taken PORT is named', async () => {
    const { code, output } = await startAndFail({ port: first.port });
    expect(code).toBe(1);
    expect(output).toContain(`PORT ${first.port} on 127.0.0.1 is already in use`);
  });

  test('a taken IDP_PORT is named', async () => {
    const idpPort = Number(new URL(first.embeddedIssuer).port);
    const { code, output } = await startAndFail({ idpPort });
    expect(code).toBe(1);
    expect(output).toContain(`IDP_PORT ${idpPort} is already in use`);
  });

  test('run side by side from one folder', async () => {
    const second = await startApp({ directory: first.directory });
    expect((await fetch(`${second.baseUrl}/api/health/ready`)).status).toBe(200);
    expect((await fetch(`${first.baseUrl}/api/health/ready`)).status).toBe(200);
    await second.stop();
  });
});

describe('a restart', () => {
  test('ends within 5 s and keeps sessions, notes and keys; what is kept is private', async () => {
    const directory = await mkdtemp(path.join(os.tmpdir(), 'claimcheck-'));
    const before = await startApp({ directory });
    const session = await signedIn(before);
    const headers = { ...session, ...sameOrigin, 'content-type': 'application/json' };
    const body = '{"title":"Survivor"}';
    const created = await fetch(`${before.baseUrl}/api/notes`, { method: 'POST', headers, body });
    const { id } = (await created.json()) as { id: string };
    expect((await before.stop()).took).toBeLessThan(5_000);

    const idpPort = Number(new URL(before.embeddedIssuer).port);
    const after = await startApp({ directory, port: before.port, idpPort });
    const note = await fetch(`${after.baseUrl}/api/notes/${id}`, { headers: session });
    expect([note.status, (await note.json()).title]).toEqual([200, 'Survivor']);
    await after.stop();

    const kept = path.join(directory, '.data');
    for (const place of ['.', 'session-secret', 'idp-keys.json']) {
      expect((await stat(path.join(kept, place))).mode & 0o077).toBe(0);
    }
    const files = ['claimcheck.db', 'claimcheck.db-wal'];
    const stored = Buffer.concat(
      await Promise.all(files.map((file) => readFile(path.join(kept, file)).catch(() => Buffer.alloc(0)))),
    );
    expect(stored.includes('Survivor')).toBe(true);
    expect(stored.includes('eyJ')).toBe(false);
    await rm(directory, { recursive: true });
  });
});

describe('short-lived access tokens', () => {
  let app: RunningApp;
  beforeAll(async () => {
    app = await startApp({ env: { IDP_ACCESS_TOKEN_TTL: '2' } });
  });
  afterAll(() => app.stop());

  test('are renewed once for all who ask together, and nobody notices', async () => {
    const session = await signedIn(app);
    const get = (url: string) => fetch(`${app.baseUrl}${url}`, { headers: session });
    const expiresAt = async () => (await (await get('/auth/session')).json()).expiresAt as number;
    const refreshes = () => app.output().match(/"event":"refreshed"/g)?.length ?? 0;
    for (let round = 1; round <= 3; round++) {
      const answers = await Promise.all(Array.from({ length: 40 }, () => get('/api/my-scopes')));
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
      const current = await expiresAt();
      await expect.poll(expiresAt, { timeout: 5_000, interval: 100 }).toBeGreaterThan(current);
    }
    expect(refreshes()).toBeGreaterThanOrEqual(3);
    expect(app.output()).not.toContain('session_ended');
  });

  test('no token is ever logged', () => {
    expect(app.output()).toContain('signed_in');
    expect(app.output()).not.toMatch(/eyJ/);
  });
});
