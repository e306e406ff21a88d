import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { database } from './database';
import { forgetPerProcess } from './per-process';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'claimcheck-db-'));
  vi.stubEnv('SESSION_SECRET', 'x'.repeat(32));
  vi.stubEnv('OIDC_ISSUER', '');
  vi.stubEnv('DATABASE_URL', `file:${folder}/x.db`);
});
afterEach(async () => {
  await (await database()).destroy();
  forgetPerProcess('database');
  forgetPerProcess('config');
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const sessions = async () => (await database()).selectFrom('session').selectAll().execute();

describe('the database of the process', () => {
  it('is opened and migrated once, however many ask at once', async () => {
    const [first, second] = await Promise.all([database(), database()]);
    expect(second).toBe(first);
    expect(await sessions()).toEqual([]);
  });

  it('that could not be opened is tried again by the next who asks', async () => {
    mkdirSync(`${folder}/x.db`);
    await expect(database()).rejects.toThrow();
    rmSync(`${folder}/x.db`, { recursive: true });
    expect(await sessions()).toEqual([]);
  });
});
