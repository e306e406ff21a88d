import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { embeddedIssuer, type Personality } from '../../lib/config/personality';
import { freePort } from '../../test/free-port';

/** The project itself. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

export interface RunningApp {
  /** Public URL, as in APP_BASE_URL. */
  readonly baseUrl: string;
  readonly port: number;
  /** Of the process that was started; the server is its child. */
  readonly pid: number;
  /** Of the server itself. */
  serverPid(): number;
  /** Issuer of the embedded provider, where that is the one in use. */
  readonly embeddedIssuer: string;
  /** What the embedded provider passes for. */
  readonly personality: Personality;
  /** Working directory, whose `.data` holds what the app keeps. */
  readonly directory: string;
  /** Its DATABASE_URL, where it was given one. */
  readonly databaseUrl: string | undefined;
  /** Everything it has printed so far. */
  output(): string;
  /** Sends SIGTERM and waits for the end. @returns exit code and the milliseconds it took */
  stop(): Promise<{ code: number | null; took: number }>;
  /** `kill -9` of the server, and waits until nothing of it is left; what it keeps stays. */
  kill(): Promise<void>;
}

export interface AppOptions {
  /** What the embedded provider passes for. */
  readonly personality?: Personality;
  readonly env?: Record<string, string>;
  /** The project to start; a copy of this one has a build of its own. */
  readonly project?: string;
  /** In place of `npm start`, which builds first: a script of the project, and its arguments. */
  readonly command?: readonly [string, ...string[]];
  /** Under which path of its origin it lives: `/account`. A project has one build, for one path. */
  readonly basePath?: string;
  /** An existing folder to run in, to come back after a stop; otherwise a new one that goes with the app. */
  readonly directory?: string;
  readonly port?: number;
  readonly idpPort?: number;
  /** What is asked until it is served; `/api/health/ready` where nothing is said: keys are loaded then, or cannot be. */
  readonly probe?: string;
}

const settings = [
  ...['HOSTNAME', 'APP_BASE_URL', 'OIDC_ISSUER', 'OIDC_CLIENT_ID', 'OIDC_CLIENT_SECRET', 'OIDC_AUDIENCE'],
  ...['OIDC_PROVIDER', 'OIDC_SCOPE_PREFIX', 'OIDC_AUTHORIZE_PARAMS', 'OIDC_JWKS_URI', 'OIDC_TOKEN_ENDPOINT'],
  ...['OIDC_AUTHORIZATION_ENDPOINT', 'OIDC_END_SESSION_ENDPOINT', 'OIDC_ALGORITHMS', 'OIDC_CLOCK_TOLERANCE'],
  ...['OIDC_JWKS_MAX_AGE', 'SESSION_SECRET', 'SESSION_IDLE_TIMEOUT', 'SESSION_MAX_AGE', 'TOKEN_REVEAL'],
  ...['DATABASE_URL', 'DATABASE_POOL_MAX', 'IDP_PERSONALITY', 'IDP_ACCESS_TOKEN_TTL', 'MCP'],
  ...['OIDC_CLIENT_KEY', 'OIDC_CLIENT_AUTH', 'TRUSTED_PROXY', 'STEP_UP_MAX_AGE', 'STEP_UP_ACR_VALUES'],
];

/**
 * Only what a start needs of this machine. The settings of whoever runs the tests, in the environment or in an
 * `.env.local`, must not leak in: set to nothing they count as unset.
 */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const { PATH, HOME, TMPDIR } = process.env;
  const blank = Object.fromEntries(settings.map((name) => [name, '']));
  return { PATH, HOME, TMPDIR, ...blank, NODE_ENV: 'production' };
}

function launch(options: AppOptions, directory: string, ports: { port: number; idpPort: number }) {
  const { project = root, basePath, command = ['scripts/start.mjs'] } = options;
  const [script, ...args] = command;
  const child = spawn(process.execPath, [path.join(project, script), ...args], {
    cwd: directory,
    env: {
      ...cleanEnvironment(),
      PORT: String(ports.port),
      IDP_PORT: String(ports.idpPort),
      IDP_PERSONALITY: options.personality ?? '',
      // Tests are hostile on purpose, all from one address.
      RATE_LIMIT: 'off',
      ...(basePath !== undefined && { APP_BASE_URL: `http://localhost:${ports.port}${basePath}` }),
      ...options.env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += chunk;
    });
  }
  return { child, output: () => output };
}

/** Starts the production build in a folder of its own and waits until it serves. */
export async function startApp(options: AppOptions = {}): Promise<RunningApp> {
  const directory = options.directory ?? (await mkdtemp(path.join(os.tmpdir(), 'claimcheck-')));
  const ports = { port: options.port ?? (await freePort()), idpPort: options.idpPort ?? (await freePort()) };
  const { personality = 'standard', basePath = '' } = options;
  const { child, output } = launch(options, directory, ports);
  await ready(
    child,
    `http://127.0.0.1:${ports.port}${basePath}${options.probe ?? '/api/health/ready'}`,
    output,
  );
  return {
    baseUrl: `http://localhost:${ports.port}${basePath}`,
    port: ports.port,
    pid: child.pid ?? 0,
    embeddedIssuer: embeddedIssuer(personality, ports.idpPort),
    personality,
    directory,
    databaseUrl: options.env?.DATABASE_URL,
    output,
    serverPid: () => childOf(child),
    async kill() {
      process.kill(childOf(child), 'SIGKILL');
      await ended(child);
    },
    async stop() {
      const before = performance.now();
      child.kill('SIGTERM');
      const code = await ended(child);
      if (options.directory === undefined) await rm(directory, { recursive: true, force: true });
      return { code, took: performance.now() - before };
    },
  };
}

/** Starts the app with settings that it should refuse. @returns its exit code and what it printed */
export async function startAndFail(options: AppOptions): Promise<{ code: number | null; output: string }> {
  const directory = options.directory ?? (await mkdtemp(path.join(os.tmpdir(), 'claimcheck-')));
  const ports = { port: options.port ?? (await freePort()), idpPort: options.idpPort ?? (await freePort()) };
  const { child, output } = launch(options, directory, ports);
  const code = await ended(child);
  if (options.directory === undefined) await rm(directory, { recursive: true, force: true });
  return { code, output: output() };
}

async function ended(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.exitCode;
}

function childOf({ pid }: ChildProcess): number {
  const children = execFileSync('pgrep', ['-P', String(pid)], { encoding: 'utf8' });
  return Number(children.split('\n')[0]);
}

/** Whether it is up, in front of a provider that is not: then there is nothing more to wait for. */
async function cannotLoadKeys(response: Response): Promise<boolean> {
  const body: { checks?: { keys?: string } } = await response.json().catch(() => ({}));
  return body.checks?.keys === 'failing';
}

/** Asks until it answers; bounded by the runner's time-out for hooks. */
async function ready(child: ChildProcess, probe: string, output: () => string): Promise<void> {
  while (child.exitCode === null) {
    const response = await fetch(probe).catch(() => undefined);
    if (response?.ok || (response && (await cannotLoadKeys(response)))) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`The app ended with code ${child.exitCode}:\n${output()}`);
}
