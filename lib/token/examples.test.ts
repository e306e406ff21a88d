import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { discoveryPath, type KeyServer, startKeyServer } from '../../test/token/key-server';
import { accessToken, newTokenContext, type TokenContext } from '../../test/token/tokens';
import { allChecks } from './examine';

const root = fileURLToPath(new URL('../..', import.meta.url));

let server: KeyServer;
let context: TokenContext;
beforeAll(async () => {
  server = await startKeyServer();
  context = await newTokenContext({ issuer: server.origin, now: Math.floor(Date.now() / 1_000) });
  server.keys = context.published;
});
beforeEach(() => {
  server.behaviour = 'normal';
});
afterAll(() => server.close());

/** A program of docs/examples, in a process without any setting of this app. */
function start(program: string, ...args: string[]) {
  const argv = [path.join(root, 'docs/examples', program), context.issuer, context.audience, ...args];
  return spawn(process.execPath, argv, { cwd: os.tmpdir(), env: { NODE_ENV: 'production' } });
}

const bad = {
  expired: () => accessToken(context, { exp: context.now - 60 }),
  forged: () => accessToken(context, {}, { signer: context.attacker }),
  'for another audience': () => accessToken(context, { aud: 'https://other.example' }),
  opaque: () => 'opaque',
};

const because = {
  expired: 'it has expired',
  forged: 'its signature is not valid',
  'for another audience': 'it is meant for another audience',
  opaque: 'it is not a signed JWT but has another form: an opaque token (no dots)',
};

/** What verify-node.mjs prints of these tokens before it ends, which it has to do by itself. */
async function verdictsOn(tokens: readonly string[], ...args: string[]) {
  const child = start('verify-node.mjs', ...args);
  child.stdin.end(tokens.join('\n'));
  const [output, errors, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  expect({ code, errors }).toEqual({ code: 0, errors: '' });
  return output.trimEnd().split('\n');
}

const isVerdict = (line: string) => !line.startsWith(' ');

describe('a plain program', () => {
  test('accepts a good token, refuses every other with the reason, explains all, and ends by itself', async () => {
    const lines = await verdictsOn([accessToken(context), ...Object.values(bad).map((make) => make())]);
    const refused = Object.values(because).map((reason) => `refused: ${reason}`);
    expect(lines.filter(isVerdict)).toEqual(['accepted: user-1', ...refused]);
    const explained = lines.filter((line) => !isVerdict(line)).map((line) => line.trim().split(':')[0]);
    expect(explained).toEqual(Array.from({ length: 5 }, () => allChecks.map(({ name }) => name)).flat());
    expect(lines).toContain('  audience: fail, aud "https://other.example"');
  });

  test('has keys from the start while the provider is down', async () => {
    server.behaviour = 'down';
    const folder = mkdtempSync(path.join(os.tmpdir(), 'preloaded-'));
    const keys = path.join(folder, 'keys.json');
    writeFileSync(keys, JSON.stringify({ keys: context.published }));
    const lines = await verdictsOn([accessToken(context), bad.forged()], keys);
    rmSync(folder, { recursive: true });
    expect(lines.filter(isVerdict)).toEqual(['accepted: user-1', `refused: ${because.forged}`]);
  });
});

describe('an Express app', () => {
  let child: ChildProcess;
  let me: string;
  beforeAll(async () => {
    const started = start('verify-express.mjs');
    child = started;
    const [line] = await once(createInterface({ input: started.stdout }), 'line');
    me = `http://127.0.0.1:${String(line).replace('port ', '')}/me`;
  });
  afterAll(async () => {
    const ended = once(child, 'close');
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
  });

  async function answerTo(token?: string) {
    const headers = new Headers(token === undefined ? [] : [['authorization', `Bearer ${token}`]]);
    const response = await fetch(me, { headers });
    return { status: response.status, header: response.headers, body: await response.text() };
  }

  test('answers 503 with Retry-After until keys can be had, and a token that is wrong whatever the keys 401', async () => {
    server.behaviour = 'down';
    const { status, header } = await answerTo(accessToken(context));
    expect([status, Number(header.get('retry-after'))]).toEqual([503, expect.any(Number)]);
    expect(Number(header.get('retry-after'))).toBeGreaterThan(0);
    expect(await answerTo('opaque')).toMatchObject({ status: 401 });
    expect(server.requests(discoveryPath)).toBeGreaterThan(0);
  });

  test('asks whoever has no token for one', async () => {
    const { status, header } = await answerTo();
    expect([status, header.get('www-authenticate')]).toEqual([401, 'Bearer']);
  });

  test('lets a good token in as its subject, as soon as the provider is well again', async () => {
    await expect.poll(async () => (await answerTo(accessToken(context))).status).toBe(200);
    const { body } = await answerTo(accessToken(context));
    expect(JSON.parse(body)).toEqual({
      subject: 'user-1',
      scopes: ['example:note:read', 'example:note:create'],
    });
  });

  test.each(Object.keys(bad) as (keyof typeof bad)[])('challenges a token that is %s', async (kind) => {
    const { status, header } = await answerTo(bad[kind]());
    const challenge = `Bearer error="invalid_token", error_description="${because[kind]}"`;
    expect([status, header.get('www-authenticate')]).toEqual([401, challenge]);
  });
});
