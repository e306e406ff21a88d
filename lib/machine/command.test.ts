import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { decodeJwt } from 'jose';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { startTestProvider, type TestProvider } from '../../test/idp/provider';
import { allActions } from '../access/actions';
import { personalities } from '../config/personality';
import type { Fetch } from '../remote';
import { type TokenCommandResult, tokenCommand } from './command';

let directory: string;
let now = Date.now();
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'claimcheck-token-'));
  now = Date.now();
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const file = () => path.join(directory, '.data', 'machine-token.json');
const tokenOf = (result: TokenCommandResult) => ('output' in result ? result.output : result.complaint);

function run(env: Record<string, string>, scopes: string[] = [], ask: Fetch = fetch) {
  return tokenCommand({ env, directory, machineName: 'here', scopes, fetch: ask, clock: () => now });
}

describe.each(personalities)('with the embedded provider as %s', (personality) => {
  let idp: TestProvider;
  beforeAll(async () => {
    idp = await startTestProvider({ personality, quirks: { machineRoles: allActions } });
  });
  afterAll(() => idp.remove());
  const env = () => ({ IDP_PORT: String(idp.options.port), IDP_PERSONALITY: personality });

  test('a token for one action comes without any account or setting', async () => {
    const claims = decodeJwt(tokenOf(await run(env(), ['note:read'])));
    expect(claims.iss).toBe(idp.issuer);
    expect(JSON.stringify(claims.scope ?? claims.roles)).toContain('note:read');
  });

  test('nothing asked for means every action', async () => {
    const { scope, roles } = decodeJwt(tokenOf(await run(env())));
    for (const action of allActions) expect(JSON.stringify(scope ?? roles)).toContain(action);
  });

  test('what is not granted is told, and such a token is not kept', async () => {
    const result = await run(env(), ['note:read', 'no:such']);
    const isRefusal = 'complaint' in result;
    if (!isRefusal) expect(result.remark).toContain('no:such');
    else expect(result.complaint).toMatch(/scope/);
    expect(existsSync(file())).toBe(false);
  });

  test('a secret that is wrong is refused in a sentence without it', async () => {
    const wrong = { ...env(), MACHINE_CLIENT_ID: 'claimcheck-machine', MACHINE_CLIENT_SECRET: 'top-secret' };
    const result = await run(wrong);
    expect(result).toMatchObject({ complaint: expect.stringMatching(/^No token: The provider refused/) });
    expect(tokenOf(result)).not.toContain('top-secret');
  });
});

describe('the token of the last time', () => {
  let idp: TestProvider;
  beforeAll(async () => {
    idp = await startTestProvider();
  });
  afterAll(() => idp.remove());
  const env = () => ({ IDP_PORT: String(idp.options.port) });
  const counting = () => vi.fn<Fetch>((url, init) => fetch(url, init));

  test('is given again without asking, until shortly before it expires', async () => {
    const ask = counting();
    const first = tokenOf(await run(env(), ['note:read'], ask));
    const asked = ask.mock.calls.length;
    now += 269_000;
    expect(tokenOf(await run(env(), ['note:read'], ask))).toBe(first);
    expect(ask).toHaveBeenCalledTimes(asked);
    now += 2_000;
    expect(tokenOf(await run(env(), ['note:read'], ask))).not.toBe(first);
  });

  test('is not given for other scopes', async () => {
    const read = tokenOf(await run(env(), ['note:read']));
    const create = tokenOf(await run(env(), ['note:create']));
    expect(decodeJwt(create).scope).toBe('example:note:create');
    expect(create).not.toBe(read);
  });

  test('lies in a file for this user alone, without the secret', async () => {
    await run(env(), ['note:read']);
    expect(statSync(file()).mode & 0o777).toBe(0o600);
    expect(statSync(path.dirname(file())).mode & 0o777).toBe(0o700);
    expect(readFileSync(file(), 'utf8')).not.toContain('wonderland');
  });

  test.each(['', '{', '[]', '{"token":1}'])('that was spoilt (%o) is made anew', async (spoilt) => {
    await run(env(), ['note:read']);
    writeFileSync(file(), spoilt);
    expect(decodeJwt(tokenOf(await run(env(), ['note:read']))).scope).toBe('example:note:read');
  });
});

describe('without an answer', () => {
  const own = {
    OIDC_ISSUER: 'https://id.example',
    OIDC_CLIENT_ID: 'client-1',
    SESSION_SECRET: 's'.repeat(40),
  };

  test('for want of credentials of its own, the variables are named', async () => {
    expect(await run(own)).toEqual({ complaint: expect.stringContaining('MACHINE_CLIENT_SECRET') });
  });

  test('for settings that are wrong, each is named', async () => {
    expect(await run({ ...own, OIDC_CLIENT_ID: '' })).toEqual({
      complaint: expect.stringContaining('OIDC_CLIENT_ID'),
    });
  });

  test('of the embedded provider, which runs with the app alone, that is said', async () => {
    const down = () => Promise.reject(new TypeError('fetch failed'));
    expect(await run({}, [], down)).toEqual({
      complaint: expect.stringContaining('Fix: the embedded provider runs with the app: npm start'),
    });
  });

  test('of a provider that is down, that is said, with what to do', async () => {
    const env = { ...own, MACHINE_CLIENT_ID: 'm', MACHINE_CLIENT_SECRET: 'top-secret' };
    const result = await run(env, [], () => Promise.reject(new TypeError('fetch failed')));
    expect(result).toEqual({ complaint: expect.stringMatching(/^No token: .*id\.example[\s\S]*Fix:/) });
    expect(tokenOf(result)).not.toContain('top-secret');
  });
});
