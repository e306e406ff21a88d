import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import type { Page, Response } from '@playwright/test';
import { expect, test } from './support/fixtures';
import { bringSession, leaveForProvider } from './support/steps';

/**
 * What an empty app of this version of Next loads first, its scripts compressed: `app/page.tsx` with one paragraph and
 * `app/layout.tsx` around it, by `next build` and `next start`. To be measured anew with another version.
 */
const empty = { next: '16.4.6', bytes: 134_904 };
const allowance = 20_000;

const everyPage = ['/', '/login', '/inspect', '/token', '/notes', '/sessions', '/docs', '/status'];

/** Words that stand in `oidc-client-ts` and nowhere else. */
const oidcClient = 'No matching state found in storage';

interface Loaded {
  readonly url: string;
  readonly scripts: readonly string[];
  /** Sum of what moved without anybody having done something. */
  readonly shift: number;
}

/** Loads a page afresh, and what it names. */
async function load(page: Page, path: string): Promise<Loaded> {
  const answers: Response[] = [];
  const hear = (response: Response) => answers.push(response);
  page.on('response', hear);
  await page.goto(path, { waitUntil: 'networkidle' });
  page.off('response', hear);
  const scripts = answers.filter((answer) => answer.request().resourceType() === 'script');
  const shift = await page.evaluate(() => {
    const observer = new PerformanceObserver(() => undefined);
    observer.observe({ type: 'layout-shift', buffered: true });
    return observer
      .takeRecords()
      .reduce((sum, entry) => sum + (entry as unknown as { value: number }).value, 0);
  });
  return { url: page.url(), scripts: await Promise.all(scripts.map((script) => script.text())), shift };
}

/** Bytes of the scripts that the document itself names, compressed as they travel. */
async function firstLoad(page: Page, path: string): Promise<number> {
  const html = await (await page.request.get(path)).text();
  const tags = [...html.matchAll(/<script[^>]+src="([^"]+)"[^>]*>/g)].filter(
    ([tag]) => !/nomodule/i.test(tag),
  );
  let bytes = 0;
  for (const source of new Set(tags.map(([, source]) => source as string))) {
    bytes += gzipSync(await (await page.request.get(source)).body()).length;
  }
  return bytes;
}

test('the first load of the start page and of the notes is little more than that of an empty app', async ({
  page,
  context,
  app,
}) => {
  expect(JSON.parse(readFileSync('node_modules/next/package.json', 'utf8')).version).toBe(empty.next);
  const start = await firstLoad(page, '/');
  await bringSession(context, app);
  for (const [path, bytes] of [
    ['/', start],
    ['/', await firstLoad(page, '/')],
    ['/notes', await firstLoad(page, '/notes')],
  ]) {
    expect(bytes, `${path}`).toBeLessThanOrEqual(empty.bytes + allowance);
    expect(bytes, `${path}, which has scripts`).toBeGreaterThan(empty.bytes / 2);
  }
});

test('no page moves by itself, says anything in the console, or asks another origin', async ({
  page,
  context,
  app,
}) => {
  test.slow();
  const said: string[] = [];
  const asked = new Set<string>();
  page.on('console', (message) => said.push(message.text()));
  page.on('request', (request) => asked.add(new URL(request.url()).origin));
  for (const signedIn of [false, true]) {
    if (signedIn) await bringSession(context, app);
    for (const path of everyPage) {
      const { shift } = await load(page, path);
      expect.soft(shift, `${path}, signed ${signedIn ? 'in' : 'out'}`).toBe(0);
    }
  }
  expect(said).toEqual([]);
  expect([...asked]).toEqual([new URL(app.baseUrl).origin]);
  await leaveForProvider(page);
  expect([...asked].sort()).toEqual([new URL(app.baseUrl).origin, app.embeddedIssuer].sort());
});

test('what speaks to the provider is loaded where somebody signs in, and nowhere else', async ({
  page,
  context,
  app,
}) => {
  test.slow();
  const holds = ({ scripts }: Loaded) => scripts.some((script) => script.includes(oidcClient));
  expect(holds(await load(page, '/login'))).toBe(true);
  expect(holds(await load(page, '/auth/callback'))).toBe(true);
  await bringSession(context, app);
  for (const path of everyPage.filter((path) => path !== '/login')) {
    expect(holds(await load(page, path)), path).toBe(false);
  }
});
