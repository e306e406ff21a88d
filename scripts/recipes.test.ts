import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { routes } from '../docs/recipes/examples/scopes';
import { handle } from '../docs/recipes/examples/serverless';
import { untilExpiry } from '../docs/recipes/examples/stream';
import { createVerifier } from '../lib/token';
import { accessToken, newTokenContext, type TokenContext } from '../test/token/tokens';

const pages = readdirSync('docs/recipes').filter((name) => name.endsWith('.md') && name !== 'README.md');
const read = (file: string) => readFileSync(file, 'utf8');
/** Without indentation: a page shows a part of a file further to the left. */
const plain = (code: string) => code.replace(/^\s+/gm, '');

describe.each(pages)('the recipe %s', (page) => {
  const text = read(`docs/recipes/${page}`);
  const blocks = [...text.matchAll(/^From \[`([^`]+)`\]\(<\.\.\/\.\.\/\1>\):\n\n```\w+\n([\s\S]*?)\n```/gm)];

  it('shows code as it stands in the files that it names', () => {
    expect(blocks.length).toBeGreaterThan(0);
    expect(blocks).toHaveLength(text.split('\n```').length >> 1);
    for (const [, file = '', code = ''] of blocks) expect(plain(read(file))).toContain(plain(code));
  });

  it('is in the list', () => {
    expect(read('docs/recipes/README.md')).toContain(`(${page})`);
  });
});

let context: TokenContext;
beforeAll(async () => {
  context = await newTokenContext({ now: Math.floor(Date.now() / 1_000) });
});
afterEach(() => vi.useRealTimers());

const bearer = (token: string) =>
  new Request('https://app.example/x', { headers: { authorization: `Bearer ${token}` } });

describe('the example', () => {
  it('serverless.ts judges by the keys that it brings, and asks nobody', async () => {
    const settings = {
      issuer: context.issuer,
      audience: context.audience,
      keys: { keys: context.published },
    };
    const status = async (token: string) => (await handle(bearer(token), settings)).status;
    expect(await status(accessToken(context))).toBe(200);
    expect(await status(accessToken(context, {}, { signer: context.attacker }))).toBe(401);
    expect(await status('')).toBe(401);
  });

  it('scopes.ts wants one of several, or all of them', async () => {
    const keys = { keys: context.published };
    const verifier = createVerifier({ issuer: context.issuer, audience: context.audience, keys });
    const verify = (token: string) => verifier.verify(token) as never;
    const names = { tokenPrefix: 'example:', requestPrefix: 'example:' };
    const { search, move } = routes({ verify, baseUrl: 'https://app.example', ...names });
    const status = async (route: typeof search, scope: string) => {
      const token = accessToken(context, { scope });
      return (await route(bearer(token), { params: Promise.resolve({}) })).status;
    };
    expect(await status(search, 'example:note:update')).toBe(200);
    expect(await status(search, 'example:note:delete')).toBe(403);
    expect(await status(move, 'example:note:create example:note:delete')).toBe(200);
    expect(await status(move, 'example:note:create')).toBe(403);
    verifier.close();
  });

  it('stream.ts ends when the token does, and passes on what comes before', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const cancelled = vi.fn();
    let push: (text: string) => void = () => undefined;
    const source = new ReadableStream<Uint8Array>({
      start(controller) {
        push = (text) => controller.enqueue(new TextEncoder().encode(text));
      },
      cancel: cancelled,
    });
    const reader = untilExpiry(source, { expiresAt: 10 }, () => 0).getReader();
    push('hello');
    expect(new TextDecoder().decode((await reader.read()).value)).toBe('hello');
    const end = reader.read();
    vi.advanceTimersByTime(10_000);
    expect((await end).done).toBe(true);
    expect(cancelled).toHaveBeenCalled();
  });

  it('stream.ts ends with its source, where that is shorter', async () => {
    const short = new Blob(['all of it']).stream() as ReadableStream<Uint8Array>;
    const text = await new Response(untilExpiry(short, { expiresAt: Date.now() / 1_000 + 60 })).text();
    expect(text).toBe('all of it');
  });
});
