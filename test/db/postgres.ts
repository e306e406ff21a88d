import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { freePort } from '../free-port';
import { asRoot, initialise, keepCertificate, linkBinaries, nobody } from './postgres-files';

/** A real server of PostgreSQL on loopback, in a folder of its own that goes with it. */
export interface TestPostgres {
  readonly port: number;
  /** For `DATABASE_URL`; of the database that is there from the beginning where no other one is named. */
  url(database?: string): string;
  /** Makes an empty database. @returns its URL */
  createDatabase(name: string): Promise<string>;
  /** Runs statements as the superuser. */
  run(sql: string, database?: string): Promise<pg.QueryResult>;
  /** Ends the server and removes its folder. */
  stop(): Promise<void>;
  /** Ends every connection and the server, and starts it again on the same port and folder. */
  restart(): Promise<void>;
  /** Ends the server as a power cut would; {@link start} brings it back. */
  kill9(): Promise<void>;
  /** Ends the server as an administrator would (`fast`: connections are ended, not waited for). */
  halt(): Promise<void>;
  start(): Promise<void>;
}

export interface TestPostgresOptions {
  /** Whether what is committed is on disk (`fsync`), for drills that pull the plug. Without: as fast as it can be. */
  readonly durable?: boolean;
  /** As PEM: it then speaks TLS to those who want it, and `url` leads to `localhost`. */
  readonly certificate?: { readonly key: string; readonly cert: string };
}

export const testPassword = 'p@ss/w#rd';
const role = 'claimcheck';

/** Starts a server. It ends when it is stopped, and also when this process ends in whatever way. */
export async function startPostgres(options: TestPostgresOptions = {}): Promise<TestPostgres> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'claimcheck-pg-'));
  try {
    if (asRoot) await chown(folder, nobody.uid, nobody.gid);
    const home = await linkBinaries(path.join(folder, 'home'));
    await initialise(folder, home);
    if (options.certificate) await keepCertificate(path.join(folder, 'data'), options.certificate);
    const server = new Server(folder, home, { port: await freePort(), ...options });
    await server.start();
    return server;
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

/**
 * Runs the server, and ends it when its standard input ends: that happens whatever becomes of the process that started
 * it. Removes the folder then, unless told to keep it.
 */
const guard = `
  const { spawn } = require('node:child_process');
  const { rmSync } = require('node:fs');
  const [folder, ids, binary, ...args] = process.argv.slice(1);
  const server = spawn(binary, args, { cwd: folder, stdio: ['ignore', 'inherit', 'inherit'], ...JSON.parse(ids) });
  let [keep, over] = ['', false];
  const leave = () => {
    if (keep !== 'keep') rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    process.exit(0);
  };
  process.stdout.write('pid ' + server.pid + '\\n');
  server.once('close', () => { over = true; process.stdout.write('closed\\n'); if (process.stdin.readableEnded) leave(); });
  process.stdin.on('data', (chunk) => { keep += chunk; });
  process.stdin.once('end', () => {
    if (over) leave();
    server.kill('SIGINT');
    setTimeout(() => server.kill('SIGKILL'), 10000);
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGPIPE']) process.on(signal, () => undefined);`;

class Server implements TestPostgres {
  readonly port: number;
  private readonly host: string;
  private guard: ChildProcess | undefined;
  private pid = 0;
  private readonly settings: readonly string[];

  constructor(
    private readonly folder: string,
    private readonly home: string,
    { port, durable, certificate }: TestPostgresOptions & { port: number },
  ) {
    this.port = port;
    this.host = certificate ? 'localhost' : '127.0.0.1';
    const options = {
      port,
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      shared_buffers: '16MB',
      max_connections: 200,
      ...(certificate && { ssl: 'on' }),
      ...(!durable && { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
    };
    this.settings = Object.entries(options).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  }

  url(database = role): string {
    return `postgres://${role}:${encodeURIComponent(testPassword)}@${this.host}:${this.port}/${database}`;
  }

  async createDatabase(name: string): Promise<string> {
    await this.run(`create database "${name}" owner ${role}`);
    return this.url(name);
  }

  async run(sql: string, database = 'postgres'): Promise<pg.QueryResult> {
    const client = new pg.Client({ host: '127.0.0.1', port: this.port, user: 'postgres', database });
    await client.connect();
    try {
      return await client.query(sql);
    } finally {
      await client.end();
    }
  }

  async start(): Promise<void> {
    const fresh = this.pid === 0;
    const binary = path.join(this.home, 'bin', 'postgres');
    const ids = JSON.stringify(asRoot ? nobody : {});
    const args = [this.folder, ids, binary, '-D', path.join(this.folder, 'data'), ...this.settings];
    // Of a process group of its own: Ctrl-C in a terminal ends the tests first, then the server.
    this.guard = spawn(process.execPath, ['-e', guard, ...args], { detached: true });
    this.pid = await ready(this.guard);
    // Its output is of no interest any more, and must not keep the tests from ending.
    for (const part of [this.guard, this.guard.stdout, this.guard.stderr, this.guard.stdin]) {
      (part as { unref?: () => void } | null)?.unref?.();
    }
    if (fresh) await this.makeRole();
  }

  /** An ordinary one, with a password that is checked; whoever is a superuser here needs none. */
  private async makeRole(): Promise<void> {
    await this.run(`create role ${role} login password '${testPassword}'`);
    await this.run(`create database ${role} owner ${role}`);
    await this.run(
      `copy (select 'host all postgres 127.0.0.1/32 trust' union all select 'host all all 127.0.0.1/32 scram-sha-256')
       to '${path.join(this.folder, 'data', 'pg_hba.conf')}'`,
    );
    await this.run('select pg_reload_conf()');
  }

  stop(): Promise<void> {
    return this.end('');
  }

  halt(): Promise<void> {
    return this.end('keep');
  }

  async restart(): Promise<void> {
    await this.halt();
    await this.start();
  }

  async kill9(): Promise<void> {
    const children = await readFile(`/proc/${this.pid}/task/${this.pid}/children`, 'utf8').catch(() => '');
    for (const pid of [this.pid, ...children.split(' ').filter(Boolean).map(Number)]) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // Ended by itself meanwhile.
      }
    }
    await this.halt();
  }

  private async end(word: '' | 'keep'): Promise<void> {
    const { guard: running } = this;
    if (!running) return;
    this.guard = undefined;
    running.ref();
    running.stdin?.end(word);
    if (running.exitCode === null) await once(running, 'exit');
  }
}

/** @returns the process number of the server, once it takes connections */
function ready(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    let output = '';
    const read = (chunk: unknown) => {
      output += chunk;
      const pid = /^pid (\d+)$/m.exec(output)?.[1];
      if (pid && output.includes('ready to accept connections')) {
        resolve(Number(pid));
        // Read on, or the server stands still when the pipe is full.
        child.stdout?.off('data', read).resume();
        child.stderr?.off('data', read).resume();
      }
      if (/^closed$/m.test(output)) reject(new Error(`PostgreSQL did not start:\n${output}`));
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('exit', () => reject(new Error(`PostgreSQL did not start:\n${output}`)));
  });
}
