import { type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { accessToken } from '../../test/token/tokens';
import { type AppWithOwnProvider, bearer, startWithOwnProvider } from '../support/own-provider';
import { noteScopes } from '../support/session';

const script = fileURLToPath(new URL('../../scripts/inspect.mjs', import.meta.url));

let own: AppWithOwnProvider;
/** The same, where others can reach it. */
let reachable: AppWithOwnProvider;
beforeAll(async () => {
  own = await startWithOwnProvider();
  const env = { APP_BASE_URL: 'https://app.example', HOSTNAME: '127.0.0.1' };
  reachable = await startWithOwnProvider('normal', { env });
}, 300_000);
afterAll(async () => {
  await own?.stop();
  await reachable?.stop();
});

const good = ({ context } = own) => accessToken(context, { scope: noteScopes.join(' ') });
const expired = () => accessToken(own.context, { exp: own.context.now - 3 * 3_600 - 60 });

/** A post of `text`, as a page of the app sends it; headers of one's own may say otherwise. */
function post(
  text: string,
  headers: Record<string, string> = {},
  { app }: AppWithOwnProvider = own,
): Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; text: string }> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest({
      ...{ host: '127.0.0.1', port: app.port, path: '/inspect/verdict', method: 'POST' },
      headers: {
        host: `localhost:${app.port}`,
        'content-type': 'application/x-www-form-urlencoded',
        'sec-fetch-site': 'same-origin',
        ...headers,
      },
    });
    sent.on('error', reject).on('response', async (answer) => {
      let body = '';
      for await (const chunk of answer.setEncoding('utf8')) body += chunk;
      resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text: body });
    });
    sent.end(new URLSearchParams({ text }).toString());
  });
}

describe('POST /inspect/verdict', () => {
  test('says what the API itself says', async () => {
    for (const [token, status] of [
      [good(), 200],
      [expired(), 401],
      [`${good()}x`, 401],
    ] as const) {
      const api = await fetch(`${own.app.baseUrl}/api/my-token`, { headers: bearer(token) });
      expect(api.status).toBe(status);
      const answer = await post(token);
      expect(answer.status).toBe(200);
      const found = JSON.parse(answer.text);
      expect(found.verdict).toBe(status === 200 ? 'accepted' : 'refused');
      if (status === 401) expect((await api.json()).check).toBe(found.refusal.check);
    }
    expect(JSON.parse((await post(expired())).text).headline).toBe(
      'This API would refuse it: it expired 3 hours ago',
    );
  });

  test('is stored nowhere on the way, and neither token nor claims are logged', async () => {
    const token = accessToken(own.context, { sub: 'somebody-very-particular' });
    const { headers } = await post(token);
    expect(headers['cache-control']).toBe('no-store');
    expect(headers['content-type']).toMatch(/^application\/json/);
    const output = own.app.output();
    expect(output).not.toContain('somebody-very-particular');
    expect(output).not.toContain(token.split('.')[1]);
  });

  test.each<[string, () => ReturnType<typeof post>, number, string]>([
    ['of another site', () => post(good(), { 'sec-fetch-site': 'cross-site' }), 403, 'cross_site'],
    ['of a sibling', () => post(good(), { 'sec-fetch-site': 'same-site' }), 403, 'cross_site'],
    ['that is too large', () => post('x'.repeat(70_000)), 413, 'too_large'],
    ['of a mebibyte', () => post('x'.repeat(1_048_576)), 413, 'too_large'],
    ['of another type', () => post('x', { 'content-type': 'text/plain' }), 415, 'unsupported_media_type'],
    ['by another name of this machine', () => post('x', { host: 'evil.example' }), 401, 'unauthenticated'],
  ])('%s is refused', async (_name, ask, status, code) => {
    const answer = await ask();
    expect([answer.status, JSON.parse(answer.text).code]).toEqual([status, code]);
  });

  test('where others can reach it is for people who are signed in', async () => {
    const host = { host: 'app.example' };
    const token = good(reachable);
    expect((await post(token, host, reachable)).status).toBe(401);
    expect((await post(token, {}, reachable)).status).toBe(401);
    const answer = await post(token, { ...host, ...bearer(token) }, reachable);
    expect(JSON.parse(answer.text)).toMatchObject({ verdict: 'accepted' });
    const refused = await post(token, { ...host, ...bearer('abc') }, reachable);
    expect(refused.status).toBe(401);
  });

  test('answers a form without script with a page, in which claims are text', async () => {
    const hostile = accessToken(own.context, { iss: '<script>alert(1)</script>\u202e' });
    const answer = await post(hostile, { accept: 'text/html,*/*' });
    expect(answer.headers['content-type']).toMatch(/^text\/html/);
    expect(answer.text).toContain('<h1>This API would refuse it: it comes from another issuer');
    expect(answer.text).not.toContain('<script');
    expect(answer.text).not.toContain('\u202e');
    const nonce = /<style nonce="([^"]+)">/.exec(answer.text)?.[1];
    expect(answer.headers['content-security-policy']).toContain(`style-src 'self' 'nonce-${nonce}'`);
  });

  test('is the only method', async () => {
    const answer = await fetch(`${own.app.baseUrl}/inspect/verdict`);
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST, OPTIONS']);
  });
});

describe('a token in the address', () => {
  test.each(['?token=abc', '?q=eyJhbGciOiJSUzI1NiJ9.e30.x', '/eyJhbGciOiJSUzI1NiJ9.e30.x?a=b'])(
    '%s is taken out of it before anything else',
    async (rest) => {
      for (const [{ app }, base] of [
        [own, own.app.baseUrl],
        [reachable, 'https://app.example'],
      ] as const) {
        const answer = await fetch(`http://127.0.0.1:${app.port}/inspect${rest}`, { redirect: 'manual' });
        expect(answer.status).toBe(303);
        expect(answer.headers.get('location')).toBe(`${base}/inspect?refused=address`);
        expect(await answer.text()).not.toContain('eyJ');
      }
    },
  );
});

const surroundings = (more: Record<string, string> = {}) => {
  const { PATH, HOME } = process.env;
  return {
    cwd: own.app.directory,
    env: { PATH, HOME, NODE_ENV: 'production' as const, ...own.env, ...more },
  };
};

/** In a shell of its own, with the settings of the app. */
function shell(args: readonly string[], { input = '', ...more }: Record<string, string> = {}) {
  const answer: SpawnSyncReturns<string> = spawnSync(process.execPath, [script, ...args], {
    ...surroundings(more),
    input,
    encoding: 'utf8',
  });
  const { status, stdout, stderr } = answer;
  return { status, stdout, stderr };
}

/** The same, while this process answers for the provider. */
function shellAside(args: readonly string[], input = ''): Promise<ReturnType<typeof shell>> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [script, ...args], surroundings());
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
    });
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    child.on('close', (status) => resolve({ status, stdout, stderr }));
    child.stdin.end(input);
  });
}

describe('npm run inspect', () => {
  test('takes what the API takes, from a pipe, a file and the command line', async () => {
    const file = path.join(own.app.directory, 'token.txt');
    writeFileSync(file, `\ufeff${good()}\r\n`, 'utf16le');
    for (const [args, input] of [
      [['-'], `Authorization: Bearer ${good()}\n`],
      [['--file', file], ''],
      [['--file', 'token.txt'], ''],
      [[good()], ''],
      [['Bearer', good()], ''],
    ] as const) {
      const { status, stdout, stderr } = await shellAside(args, input);
      expect({ status, stderr }, args.join(' ').slice(0, 20)).toEqual({ status: 0, stderr: '' });
      expect(stdout).toMatch(/^This API would take it: it is valid for another /);
    }
  });

  test('puts the check that refused it on top, and is 1', async () => {
    const { status, stdout } = await shellAside([expired()]);
    expect(status).toBe(1);
    expect(stdout).toMatch(/^This API would refuse it: it expired 3 hours ago\.\nChange: Get a new one/);
    expect(stdout).toMatch(/\n\n {2}✗ fail {3}expiry .*\n {11}expected .*\n {11}found .*\n {2}✓ pass/);
    expect(stdout).not.toContain('\u001b');
  });

  test('tells programs all of it as JSON, without the token', async () => {
    const token = accessToken(own.context, { aud: 'x', sub: 'a\u202eb\u001b[31m' });
    const { status, stdout } = await shellAside(['--json', token]);
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      verdict: 'refused',
      cause: 'audience',
      claims: { sub: 'a\u202eb\u001b[31m' },
    });
    for (const one of ['\u202e', '\u001b']) expect(stdout).not.toContain(one);
    expect(stdout).not.toContain(token.split('.')[2]);
  });

  test('goes on quietly where its reader has gone', async () => {
    const child = spawn(process.execPath, [script, '-'], surroundings());
    let stderr = '';
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    child.stdout.destroy();
    child.stdin.end(expired());
    const status = await new Promise((resolve) => child.on('close', resolve));
    expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
  });

  test.each<[string, readonly string[], Record<string, string>, number, RegExp]>([
    [
      'a provider that is not there',
      ['TOKEN'],
      { OIDC_ISSUER: 'http://127.0.0.1:9' },
      3,
      /cannot judge it now/,
    ],
    ['settings that are wrong', ['TOKEN'], { OIDC_CLIENT_ID: '' }, 3, /OIDC_CLIENT_ID/],
    [
      'no provider, and what no key can save',
      ['abcdefgh'],
      { OIDC_ISSUER: 'http://127.0.0.1:9' },
      1,
      /opaque/,
    ],
    ['nothing at all', [], {}, 2, /Usage/],
    ['an option that it does not have', ['--tokn=eyJabc'], {}, 2, /no such option/],
    ['a file that is not there', ['--file', 'nowhere'], {}, 2, /nowhere cannot be read \(ENOENT\)/],
    ['a folder', ['--file', '.'], {}, 2, /cannot be read \(EISDIR\)/],
    ['a file and a token', ['--file', 'x', 'y'], {}, 2, /not both/],
    ['no token in it', ['-'], { input: 'Hello there' }, 2, /No token was found/],
    ['more than a mebibyte', ['-'], { input: 'x'.repeat(2 ** 20 + 1) }, 2, /more than 1 MiB/],
    ['a cry for help', ['--help'], {}, 0, /history/],
  ])('with %s', (_name, args, more, status, said) => {
    const answer = shell(
      args.map((one) => (one === 'TOKEN' ? good() : one)),
      more,
    );
    expect(answer.status).toBe(status);
    expect(answer.stdout + answer.stderr).toMatch(said);
    expect(answer.stdout + answer.stderr).not.toContain('eyJ');
  });
});
