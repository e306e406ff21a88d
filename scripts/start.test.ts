import { execFile } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../test/free-port';
import { thisMachine } from './lock.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** A project with our scripts, whose Next says what it was asked for and stops. */
let project: string;
let port: number;
beforeAll(async () => {
  project = mkdtempSync(path.join(tmpdir(), 'claimcheck-start-'));
  port = await freePort();
  const put = (file: string, text: string) => {
    mkdirSync(path.dirname(path.join(project, file)), { recursive: true });
    writeFileSync(path.join(project, file), text);
  };
  cpSync(path.join(root, 'scripts'), path.join(project, 'scripts'), { recursive: true });
  cpSync(path.join(root, 'node_modules/@next/env'), path.join(project, 'node_modules/@next/env'), {
    recursive: true,
  });
  put('package.json', '{"type":"module"}');
  put('package-lock.json', '{"packages":{}}');
  put('node_modules/.package-lock.json', '{"packages":{}}');
  put('node_modules/next/package.json', '{"type":"module"}');
  const said = `import { mkdirSync } from 'node:fs';
    mkdirSync('.next', { recursive: true });
    console.log('next', process.argv[2]);`;
  put('node_modules/next/dist/bin/next', said);
}, 60_000);
afterAll(() => {
  setWritable(true);
  rmSync(project, { recursive: true });
});

const everything = () => ['', ...readdirSync(project, { recursive: true }).map(String)];
/** Means something to everybody but root. */
const setWritable = (writable: boolean) => {
  for (const file of everything()) chmodSync(path.join(project, file), writable ? 0o755 : 0o555);
};

const start = () =>
  new Promise<{ code: unknown; output: string }>((resolve) => {
    const { PATH, HOME } = process.env;
    execFile(
      process.execPath,
      [path.join(project, 'scripts', 'start.mjs')],
      { cwd: project, env: { PATH, HOME, PORT: String(port), NODE_ENV: 'production' }, timeout: 20_000 },
      (error, stdout, stderr) => resolve({ code: error?.code ?? 0, output: stdout + stderr }),
    );
  });

describe('npm start', () => {
  it('builds the first time, and leaves no lock', async () => {
    expect(await start()).toEqual({ code: 0, output: 'Building…\nnext build\nnext start\n' });
    expect(existsSync(path.join(project, '.start.lock'))).toBe(false);
  }, 30_000);

  it('of a complete folder asks nobody and writes nothing: it may be read-only', async () => {
    // A holder that lives and is young: whoever wants the lock would wait for it.
    const holder = {
      ...thisMachine,
      started: thisMachine.startedAt(process.pid),
      token: 'x',
      at: Date.now(),
    };
    mkdirSync(path.join(project, '.start.lock'));
    writeFileSync(path.join(project, '.start.lock', 'holder'), JSON.stringify(holder));
    setWritable(false);
    const before = everything();
    expect(await start()).toEqual({ code: 0, output: 'next start\n' });
    expect(everything()).toEqual(before);
  }, 30_000);
});
