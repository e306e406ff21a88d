import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ensureBuilt } from './build.mjs';
import { ensureInstalled } from './install.mjs';
import { root } from './root.mjs';

/**
 * `npm start`: installs and builds where needed, then runs app and embedded provider. `--dev`: without a build.
 * `--personality cognito` is `IDP_PERSONALITY=cognito`.
 */
const { dev, personality } = readArguments();
if (personality !== undefined) process.env.IDP_PERSONALITY = personality;

/**
 * Longer than the longest call to the provider, the write of what it brings and the requests that wait for them take to
 * finish; shorter than supervisors wait. A server with nothing under way ends at once. Milliseconds.
 */
const patience = 20_000;

function stop(message) {
  console.error(`\nClaimcheck cannot start: ${message}\n`);
  process.exit(1);
}

function readArguments() {
  const options = { dev: { type: 'boolean', default: false }, personality: { type: 'string' } };
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    return stop(
      `${error.message}\n      Fix: npm start [-- --personality standard|cognito|auth0|entra|keycloak]`,
    );
  }
}

/** Where to listen, as `lib/config` reads it too. A container's own name in HOSTNAME is nobody's wish. */
function address() {
  const port = process.env.PORT?.trim() || '3000';
  if (!/^\d+$/.test(port) || Number(port) < 1 || Number(port) > 65535) {
    stop(`PORT is "${port}".\n      Fix: use a whole number from 1 to 65535, for example 3000.`);
  }
  const host = process.env.HOSTNAME?.trim();
  return { port, host: !host || host === os.hostname() ? '127.0.0.1' : host };
}

/** Whether the address is free; said before a build makes people wait. */
function probe({ port, host }) {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ port: Number(port), host, exclusive: true }, () => server.close(resolve));
  });
}

function inWords(error, { port, host }) {
  if (error.code === 'EADDRINUSE') {
    return `PORT ${port} on ${host} is already in use.\n      Fix: set PORT to a free port, or stop what listens there.`;
  }
  if (error.code === 'EACCES')
    return `PORT ${port} may not be used.\n      Fix: set PORT to a number above 1023.`;
  return `HOSTNAME ${host} cannot be listened on (${error.code}).\n      Fix: use an address of this machine, for example 127.0.0.1.`;
}

function run({ port, host }) {
  const next = path.join(root, 'node_modules', 'next', 'dist', 'bin', 'next');
  const child = spawn(process.execPath, [next, dev ? 'dev' : 'start', root, '-H', host, '-p', port], {
    stdio: 'inherit',
    env: { ...process.env, PORT: port, HOSTNAME: host, NEXT_TELEMETRY_DISABLED: '1' },
  });
  let stopping = false;
  const end = (signal) => {
    if (stopping) return;
    stopping = true;
    child.kill(signal);
    setTimeout(() => child.kill('SIGKILL'), patience).unref();
  };
  for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => end(signal));
  // `npm start` puts a shell between npm and this process, which dies of a SIGTERM without passing it on.
  const parent = process.ppid;
  const orphaned = () => process.env.npm_lifecycle_event !== undefined && process.ppid !== parent;
  setInterval(() => orphaned() && end('SIGTERM'), 250).unref();
  child.on('exit', (code) => process.exit(stopping ? 0 : (code ?? 1)));
}

await ensureInstalled({ dev }).catch((error) => stop(error.message));
const { default: env } = await import('@next/env');
// Files like .env.local may name PORT too, which Next itself reads too late.
env.loadEnvConfig(root, dev, { info: () => undefined, error: console.error });
const where = address();
await probe(where).catch((error) => stop(inWords(error, where)));
if (!dev) await ensureBuilt().catch((error) => stop(error.message));
run(where);
