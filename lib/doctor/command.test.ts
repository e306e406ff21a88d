import { type SpawnSyncReturns, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { emptyDatabase, openAndMigratePostgres } from '../../test/db/database';
import {
  type AuthorizationServer,
  json,
  startAuthorizationServer,
} from '../../test/doctor/authorization-server';
import { settingsFor } from '../../test/doctor/examine-with';
import { newSigner, type Signer } from '../../test/token/tokens';
import { migrations } from '../db/migrations';
import { migrate, openDatabase } from '../db/open';
import { doctor } from './command';

const root = fileURLToPath(new URL('../..', import.meta.url));

let rsa: Signer;
let server: AuthorizationServer;
let directory: string;
beforeAll(async () => {
  rsa = await newSigner('RS256', 'rsa-1');
});
beforeEach(async () => {
  server = await startAuthorizationServer([rsa.publicJwk]);
  directory = mkdtempSync(path.join(tmpdir(), 'claimcheck-doctor-'));
});
afterEach(async () => {
  rmSync(directory, { recursive: true });
  await server.close();
});

function run(env: Record<string, string>, { asJson = false, colour = false } = {}) {
  return doctor({
    env,
    directory,
    machineName: 'machine',
    fetch,
    clock: Date.now,
    json: asJson,
    colour,
  });
}

describe('the command, in this process', () => {
  it('is content with a healthy provider, and writes nothing', async () => {
    const { output, exitCode } = await run(settingsFor(server));
    expect(exitCode).toBe(0);
    expect(output).toContain('✓ pass   The redirect URI is registered');
    expect(output).toMatch(/\n {2}\d+ passed, 0 to look at, 0 failed\.\n/);
    expect(readdirSync(directory)).toEqual([]);
  });

  it('needs neither secret nor folder for the embedded provider, and makes none', async () => {
    const { output, exitCode } = await run({ IDP_PORT: new URL(server.origin).port });
    expect(output).toContain('something else listens');
    expect(exitCode).toBe(1);
    expect(readdirSync(directory)).toEqual([]);
  });

  it('says what to change, below what it found', async () => {
    server.token = () => json({ error: 'invalid_client' }, 401);
    const { output, exitCode } = await run(settingsFor(server));
    expect(exitCode).toBe(1);
    expect(output).toMatch(/✗ fail {3}The client.*\n {11}The provider.*\n {11}Change: OIDC_CLIENT_SECRET/);
  });

  it('goes on to 0 where something is only worth a look', async () => {
    const { output, exitCode } = await run({ ...settingsFor(server), OIDC_AUDIENCE: '' });
    expect(output).toContain('! warn   Access tokens will name this API');
    expect(exitCode).toBe(0);
  });

  it('names every wrong setting at once', async () => {
    const { output, exitCode } = await run({
      OIDC_ISSUER: 'http://id.example',
      PORT: 'x',
      SESSION_SECRET: 'short',
    });
    expect(exitCode).toBe(1);
    for (const variable of ['PORT', 'OIDC_ISSUER', 'OIDC_CLIENT_ID', 'SESSION_SECRET']) {
      expect(output).toContain(`Change: ${variable}: `);
    }
    expect(output).toContain('The settings come first.');
    expect(server.requests).toEqual([]);
  });

  it('says which values of a file arrive cut, also where that is why the start is refused', async () => {
    const cut = (value: string) => ({
      env: { ...settingsFor(server), SESSION_SECRET: value },
      envFiles: [
        { path: '.env.local', contents: `SESSION_SECRET=${value}#hunter2\n`, env: { SESSION_SECRET: value } },
      ],
    });
    const options = { directory, machineName: 'machine', fetch, clock: Date.now, json: false, colour: false };
    for (const value of ['s'.repeat(40), 'short']) {
      const { output } = await doctor({ ...options, ...cut(value) });
      expect(output).toMatch(
        /! warn {3}The settings can be read\n +SESSION_SECRET in \.env\.local does not arrive/,
      );
      expect(output).not.toContain('✓ pass   The settings can be read');
      expect(output).not.toMatch(/hunter2|sss/);
    }
  });

  it('colours only where it is told to', async () => {
    expect((await run(settingsFor(server))).output).not.toContain('\u001b');
    expect((await run(settingsFor(server), { colour: true })).output).toContain('\u001b[32m✓ pass\u001b[0m');
    expect((await run(settingsFor(server), { colour: true, asJson: true })).output).not.toContain('\u001b');
  });

  it('looks into a database that is there', async () => {
    const file = path.join(directory, 'x.db');
    const db = openDatabase(file);
    await migrate(db);
    await db.destroy();
    expect((await run({ ...settingsFor(server), DATABASE_URL: `file:${file}` })).output).toContain(
      'It can be read',
    );
    writeFileSync(path.join(directory, 'no.db'), 'this is no database, and long enough to say so'.repeat(50));
    const broken = await run({ ...settingsFor(server), DATABASE_URL: 'file:no.db' });
    expect(broken.output).toMatch(/✗ fail {3}The database/);
    expect(broken.exitCode).toBe(1);
  });

  it('looks into a database of PostgreSQL, changes nothing there, and shows host, port and database alone', async () => {
    const { settings } = await emptyDatabase('postgres');
    const { url } = settings as { url: string };
    const env = { ...settingsFor(server), DATABASE_URL: url };
    const names = Object.keys(migrations).join(', ');
    for (const look of [1, 2]) {
      const { output } = await run(env);
      expect(output, `look ${look}`).toContain(`brought up to date at the next start: ${names}.`);
    }
    expect(await openAndMigratePostgres(url)).toContain('note');
    expect((await run(env)).output).toContain('It can be read, and has seen');
  });

  it('says why a server of PostgreSQL cannot be used, without a password', async () => {
    const { settings } = await emptyDatabase('postgres');
    const { url } = settings as { url: string };
    const { host, password } = new URL(url);
    const wrong = await run({ ...settingsFor(server), DATABASE_URL: url.replace(password, 'wr0ng-hunter2') });
    expect(wrong.exitCode).toBe(1);
    expect(wrong.output).toContain(
      `The database server at ${host}, database claimcheck, refuses user name or`,
    );
    expect(wrong.output).toContain('Change: correct user name and password in DATABASE_URL.');
    const nobody = await run({
      ...settingsFor(server),
      DATABASE_URL: 'postgres://app:hunter2@127.0.0.1:1/notes',
    });
    expect(nobody.output).toContain('127.0.0.1:1, database notes, cannot be reached: ECONNREFUSED');
    expect(wrong.output + nobody.output).not.toMatch(/hunter2|app:/);
  });

  it('names what is wrong with a database URL, and shows none of it', async () => {
    const { output, exitCode } = await run({
      ...settingsFor(server),
      DATABASE_URL: 'postgres://app:hunter2/x@db.example/notes',
    });
    expect(exitCode).toBe(1);
    expect(output).toContain('DATABASE_URL is no URL that can be read.');
    expect(output).not.toMatch(/hunter2|db\.example/);
  });

  it('says where no database can be made', async () => {
    writeFileSync(path.join(directory, 'file'), '');
    const { output } = await run({ ...settingsFor(server), DATABASE_URL: 'file:file/x.db' });
    expect(output).toMatch(/✗ fail {3}The database/);
  });
});

type Ended = Pick<SpawnSyncReturns<string>, 'status' | 'stdout' | 'stderr'>;

/** `npm run doctor`, as it is. Not `spawnSync`: the provider is in this process. */
function start(args: readonly string[], env: Record<string, string>): Promise<Ended> {
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, [path.join(root, 'scripts', 'doctor.mjs'), ...args], {
    cwd: directory,
    env: { PATH, HOME, NODE_ENV: 'production', ...env },
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk) => (stdout += chunk));
  child.stderr.on('data', (chunk) => (stderr += chunk));
  return new Promise((resolve) => child.once('close', (status) => resolve({ status, stdout, stderr })));
}

describe('npm run doctor', () => {
  const secrets = { OIDC_CLIENT_SECRET: 'top-secret', SESSION_SECRET: 'sealing-secret-of-at-least-32-bytes' };

  it('prints one JSON document, without a secret, and fails by its exit code', async () => {
    server.token = (_form, { headers }) =>
      json({ error: 'invalid_client', error_description: `top-secret ${headers.authorization}` }, 401);
    const { status, stdout, stderr } = await start(['--json'], { ...settingsFor(server), ...secrets });
    expect(status, stderr).toBe(1);
    const document = JSON.parse(stdout);
    expect(document).toMatchObject({ result: 'fail', counts: { fail: 1 } });
    const [line] = document.lines.filter(({ result }: { result: string }) => result === 'fail');
    expect(line).toMatchObject({ name: 'client', found: expect.stringContaining('•••') });
    for (const secret of [
      'top-secret',
      'sealing-secret',
      Buffer.from('notes-app:top-secret').toString('base64'),
    ]) {
      expect(stdout + stderr).not.toContain(secret);
    }
    expect(server.requests).toContain('POST /token');
  });

  it('works with the wrong settings, too, and shows no secret', async () => {
    const { status, stdout, stderr } = await start([], {
      ...settingsFor(server),
      ...secrets,
      SESSION_SECRET: 'short-secret',
    });
    expect(status, stderr).toBe(1);
    expect(stdout).toContain('SESSION_SECRET');
    expect(stdout + stderr).not.toMatch(/top-secret|short-secret/);
    expect(stdout).not.toContain('\u001b');
  });

  it('is content, starts nothing and leaves nothing where all is well', async () => {
    const { status, stdout, stderr } = await start([], settingsFor(server));
    expect(status, stdout + stderr).toBe(0);
    expect(stdout).toContain('0 failed');
    expect(stderr).toBe('');
    expect(readdirSync(directory)).toEqual([]);
  });

  it('knows no other option', async () => {
    const { status, stderr } = await start(['--jsn'], settingsFor(server));
    expect(status).toBe(2);
    expect(stderr).toContain('--json');
  });
});
