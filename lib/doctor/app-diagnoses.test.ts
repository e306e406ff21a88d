import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { examineWith, upToDate } from '../../test/doctor/examine-with';
import { readConfig } from '../config/read';
import { gather, type StoreState } from './evidence';

afterEach(() => vi.unstubAllEnvs());

const nobody = async () => {
  throw Object.assign(new TypeError('fetch failed'), { cause: { code: 'ECONNREFUSED' } });
};
const examined = (env: Record<string, string>, store?: () => Promise<StoreState>) =>
  examineWith({ env, fetch: nobody, running: false, ...(store && { store }) });

const open = {
  OIDC_ISSUER: 'https://id.example',
  OIDC_CLIENT_ID: 'notes-app',
  SESSION_SECRET: 'a-secret-of-at-least-32-bytes-for-tests',
  APP_BASE_URL: 'https://app.example',
};

describe('the address', () => {
  it.each([
    [{}, 'pass', 'http://localhost:3000'],
    [open, 'pass', 'https://app.example'],
    [{ ...open, HOSTNAME: '0.0.0.0' }, 'pass', '0.0.0.0'],
    [{ HOSTNAME: '0.0.0.0' }, 'warn', 'nobody can sign in from there'],
    [{ HOSTNAME: '::' }, 'warn', 'nobody can sign in from there'],
    [{ PORT: '8080', APP_BASE_URL: 'http://localhost:3000' }, 'warn', 'another port'],
    [{ PORT: '80', APP_BASE_URL: 'http://localhost' }, 'pass', 'http://localhost'],
    // A proxy on the same machine ends TLS.
    [{ APP_BASE_URL: 'https://app.localhost' }, 'pass', 'https://app.localhost'],
  ])('with %j: %s', async (env, result, found) => {
    const { address } = await examined(env);
    expect(address).toMatchObject({ result, found: expect.stringContaining(found) });
    if (result === 'warn') expect(address?.change).toContain('APP_BASE_URL');
  });

  it('keeps its base path where its port is to be changed', async () => {
    const change = async (APP_BASE_URL: string) =>
      (await examined({ PORT: '8080', APP_BASE_URL })).address?.change;
    expect(await change('http://localhost:3000')).toBe('APP_BASE_URL=http://localhost:8080');
    expect(await change('http://localhost:3000/account')).toBe('APP_BASE_URL=http://localhost:8080/account');
  });
});

describe('the cookie', () => {
  it('is bound to host and https where there is https', async () => {
    expect((await examined(open)).cookie?.found).toContain('__Host-session: HttpOnly, Secure');
    expect((await examined({})).cookie?.found).toContain('without Secure');
  });

  it('is for the base path where there is one, and bound to https there', async () => {
    const below = { ...open, APP_BASE_URL: 'https://shop.example/account' };
    expect((await examined(below)).cookie?.found).toBe(
      '__Secure-session_account: HttpOnly, Secure, SameSite=Lax, for /account alone.',
    );
    expect((await examined(open)).cookie?.found).toContain('bound to this host');
  });
});

describe('the addresses that a provider is told', () => {
  it.each(['https://app.example', 'https://shop.example/account'])('are below %s', async (base) => {
    const surroundings = { directory: '/srv/app', generatedSecret: () => '' };
    const config = readConfig({ ...open, APP_BASE_URL: base }, surroundings);
    const store = async () => upToDate;
    const evidence = gather({ config, fetch: nobody, clock: Date.now, budget: 0, running: false, store });
    expect([evidence.redirectUri, evidence.home]).toEqual([`${base}/auth/callback`, `${base}/`]);
  });
});

describe('revealing tokens', () => {
  it.each([
    [{}, 'pass', 'on this machine'],
    [open, 'pass', 'off'],
    [{ ...open, TOKEN_REVEAL: 'on' }, 'warn', 'raw access token'],
  ])('with %j: %s', async (env, result, found) => {
    const { reveal } = await examined(env);
    expect(reveal).toMatchObject({ result, found: expect.stringContaining(found) });
    if (result === 'warn') expect(reveal?.change).toBe('TOKEN_REVEAL=off');
  });
});

describe('the store', () => {
  const migrated =
    (changes: object): (() => Promise<StoreState>) =>
    async () => ({
      ...upToDate,
      migrations: { done: ['0001', '0002'], pending: [], unknown: [], ...changes },
    });

  it.each([
    ['up to date', migrated({}), 'pass', 'all 2 migrations'],
    ['not there yet', async () => ({ state: 'absent' }) as const, 'pass', 'first start'],
    ['an older one', migrated({ pending: ['0003'] }), 'pass', '0003'],
    ['a newer one', migrated({ unknown: ['0099_future'] }), 'fail', '0099_future'],
  ])('%s', async (_name, store, result, found) => {
    const line = (await examined({}, store)).store;
    expect(line).toMatchObject({ result, found: expect.stringContaining(found) });
  });

  it('that cannot be used', async () => {
    const { store } = await examined({}, async () => {
      throw Object.assign(new Error('unable to open database file'), { code: 'SQLITE_CANTOPEN' });
    });
    expect(store).toMatchObject({ result: 'fail', found: expect.stringContaining('unable to open') });
    expect(store?.change).toContain('DATABASE_URL');
  });

  it.each([
    ['postgres://app:hunter2@db.example/notes', 'warn'],
    ['postgres://app:hunter2@db.example/notes?sslmode=disable', 'warn'],
    ['postgres://app:hunter2@10.0.0.5/notes', 'warn'],
    ['postgres:///notes?host=db.example', 'warn'],
    ['postgres://app:hunter2@db.example/notes?sslmode=verify-full', 'pass'],
    ['postgres://app:hunter2@db.example/notes?ssl=true', 'pass'],
    ['postgres://app:hunter2@localhost/notes', 'pass'],
    ['postgres://app:hunter2@127.0.0.1/notes', 'pass'],
    ['postgres://app:hunter2@[::1]/notes', 'pass'],
    ['postgres:///notes?host=/run/postgresql', 'pass'],
  ])('at %s, as to TLS: %s', async (url, result) => {
    vi.stubEnv('PGSSLMODE', undefined);
    const { store } = await examined({ DATABASE_URL: url }, async () => upToDate);
    expect(store).toMatchObject({ result });
    if (result === 'warn') expect(store).toMatchObject({ change: expect.stringContaining('verify-full') });
    expect(JSON.stringify(store)).not.toContain('hunter2');
  });

  it('in a file that everybody can read is told, with the command that ends it', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'claimcheck-mode-'));
    const file = path.join(folder, 'app.db');
    writeFileSync(file, '');
    chmodSync(file, 0o644);
    const result = async () => (await examined({ DATABASE_URL: `file:${file}` }, async () => upToDate)).store;
    // Nobody gets as far as the file.
    expect(await result()).toMatchObject({ result: 'pass' });
    chmodSync(folder, 0o755);
    expect(await result()).toMatchObject({ result: 'warn', change: `chmod 600 ${file}*` });
    chmodSync(file, 0o600);
    expect(await result()).toMatchObject({ result: 'pass' });
    rmSync(folder, { recursive: true });
  });

  it('that is a server which echoes the password, shows it masked', async () => {
    const { store } = await examined({ DATABASE_URL: 'postgres://app:p%40ss@db.example/notes' }, async () => {
      throw Object.assign(new Error('no such option p@ss in p%40ss'), { code: '42601', severity: 'ERROR' });
    });
    expect(store?.found).toContain(
      'The database db.example:5432, database notes cannot be used: no such option ••• in •••',
    );
  });
});
