import { existsSync, readFileSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { accessToken } from '../../test/token/tokens';
import { keepSession } from '../support/kept-session';
import { type AppWithOwnProvider, bearer, startWithOwnProvider } from '../support/own-provider';
import { noteScopes, sameOrigin } from '../support/session';

let own: AppWithOwnProvider;

/** Whoever comes first builds the app. */
async function start(): Promise<void> {
  own = await startWithOwnProvider();
}
const stop = () => own?.stop();

const KiB = 1_024;
const MiB = 1_024 * KiB;

const owner = () => bearer(accessToken(own.context, { scope: noteScopes.join(' ') }));

/** Resident memory of the server, in bytes. */
function resident(): number {
  const status = readFileSync(`/proc/${own.app.serverPid()}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * KiB;
}

/** Sends all of a body but its last byte, and holds the connection. @returns once everything is sent, or refused */
function holdBack(path: string, headers: Record<string, string>): Promise<Socket> {
  const size = 9 * MiB;
  const socket = connect(own.app.port, '127.0.0.1');
  const lines = Object.entries({ ...headers, 'content-length': size }).map(
    ([name, value]) => `${name}: ${value}`,
  );
  socket.write(`POST ${path} HTTP/1.1\r\nhost: localhost:${own.app.port}\r\n${lines.join('\r\n')}\r\n\r\n`);
  socket.resume();
  return new Promise((resolve) => {
    socket.on('error', () => resolve(socket));
    socket.on('close', () => resolve(socket));
    socket.write(Buffer.alloc(size - 1, 'x'), () => resolve(socket));
  });
}

describe.skipIf(!existsSync('/proc/self/status'))('forty uploads that never end', () => {
  // A process each: what one has held before and given back, the next would hold unseen.
  beforeEach(start, 300_000);
  afterEach(stop);
  const held: Socket[] = [];
  afterEach(() => {
    for (const socket of held.splice(0)) socket.destroy();
  });

  const uploads = (count: number, path: string, headers: Record<string, string>) =>
    Promise.all(Array.from({ length: count }, () => holdBack(path, headers)));
  const form = { 'content-type': 'application/x-www-form-urlencoded', ...sameOrigin };
  const json = { 'content-type': 'application/json' };

  test.each([
    ['the token endpoint', '/auth/token', () => form],
    ['a page', '/login', () => form],
    ['the API, without a token', '/api/notes', () => json],
    ['the API, with one', '/api/notes', () => ({ ...json, ...owner() })],
  ])(
    'to %s make the server hold next to nothing of them',
    async (name, path, headers) => {
      // What a process grows by when it first has so much to do is not what it holds.
      for (const socket of await uploads(10, path, headers())) socket.destroy();
      const before = resident();
      held.push(...(await uploads(40, path, headers())));
      const growth = () => (resident() - before) / MiB;
      // What is merely not collected yet goes by itself; what is held stays.
      await expect.poll(growth, { timeout: 20_000, interval: 250 }).toBeLessThan(40);
      process.stdout.write(`forty uploads to ${name}: ${growth().toFixed(1)} MiB more\n`);
    },
    60_000,
  );
});

interface Upload {
  readonly path: string;
  readonly method?: string;
  readonly headers: Record<string, string>;
  readonly size: number;
  readonly chunked: boolean;
}

async function upload({ path, method = 'POST', headers, size, chunked }: Upload): Promise<[number, string]> {
  const sent = request({
    ...{ host: '127.0.0.1', port: own.app.port, path, method },
    headers: { host: `localhost:${own.app.port}`, ...headers, ...(!chunked && { 'content-length': size }) },
  });
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    sent.on('response', resolve);
    sent.on('error', reject);
  });
  for (let rest = size; rest > 0; rest -= 16 * KiB) sent.write(Buffer.alloc(Math.min(rest, 16 * KiB), 'x'));
  sent.end();
  const answer = await answered;
  let text = '';
  for await (const chunk of answer.setEncoding('utf8')) text += chunk;
  return [answer.statusCode ?? 0, text];
}

describe('a body that is too large', () => {
  beforeAll(start, 300_000);
  afterAll(stop);
  const form = { 'content-type': 'application/x-www-form-urlencoded', ...sameOrigin };
  const json = { 'content-type': 'application/json', ...sameOrigin };
  const routes: [string, () => Promise<Omit<Upload, 'size' | 'chunked'>>][] = [
    ['POST /auth/token', async () => ({ path: '/auth/token', headers: form })],
    ['POST /auth/backchannel-logout', async () => ({ path: '/auth/backchannel-logout', headers: form })],
    ['POST /auth/sessions/end', async () => ({ path: '/auth/sessions/end', headers: form })],
    ['POST /api/notes by token', async () => ({ path: '/api/notes', headers: { ...json, ...owner() } })],
    [
      'POST /api/notes by session',
      async () => {
        const token = accessToken(own.context, { scope: noteScopes.join(' ') });
        const { cookie } = await keepSession(own.app, token, own.secret);
        return { path: '/api/notes', headers: { ...json, cookie } };
      },
    ],
    [
      'PATCH /api/notes/{id}',
      async () => ({
        ...{ path: '/api/notes/00000000-0000-4000-8000-000000000000', method: 'PATCH' },
        headers: { ...json, ...owner() },
      }),
    ],
  ];

  describe.each(routes)('for %s', (_name, route) => {
    test.each([
      [64 * KiB + 1, false],
      [65 * KiB + 1, false],
      [100 * KiB, false],
      [200 * KiB, false],
      [2 * MiB, false],
      [64 * KiB + 1, true],
      [65 * KiB + 1, true],
      [100 * KiB, true],
      [200 * KiB, true],
      [2 * MiB, true],
    ])('by %d bytes (chunked: %s) is answered 413', async (size, chunked) => {
      const asked = await route();
      const [status, text] = await upload({ ...asked, size, chunked });
      // The token endpoint answers in the one form that OAuth clients read (RFC 6749 §5.2).
      const { code, error } = JSON.parse(text);
      expect([status, code ?? error]).toEqual([
        413,
        asked.path === '/auth/token' ? 'invalid_request' : 'too_large',
      ]);
    });

    test.each([true, false])('by not one byte is read (chunked: %s)', async (chunked) => {
      const [status] = await upload({ ...(await route()), size: 64 * KiB, chunked });
      expect(status).not.toBe(413);
    });
  });
});
