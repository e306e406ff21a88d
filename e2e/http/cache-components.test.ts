import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { people } from '../../idp/people';
import { type RunningApp, startApp } from '../support/app';
import { copyProject } from '../support/project-copy';
import { sameOrigin, sessionOf, signedIn } from '../support/session';

let project: string;
let app: RunningApp;
let before: string[];
beforeAll(async () => {
  project = copyProject('cache-components', { overlay: 'e2e/fixtures/cache-components' });
  app = await startApp({ project });
  before = filesThatTellOf(...personal);
}, 300_000);
afterAll(() => app.stop());

type Person = (typeof people)[number];
const person = (username: string): Person => {
  const found = people.find((one) => one.username === username);
  if (!found) throw new Error(`nobody is called ${username}`);
  return found;
};
const [alice, bob] = [person('alice'), person('bob')];
const personal = [alice, bob].flatMap(({ name, subject }) => [name, subject]);

const get = (place: string, headers: Record<string, string> = {}) =>
  fetch(`${app.baseUrl}${place}`, { headers, redirect: 'manual' });
const session = ({ username, password }: Person) => signedIn(app, { username, password });

/** What of alice and bob an answer says. */
const toldOf = (text: string) => personal.filter((word) => text.includes(word));
const ownTo = ({ name, subject }: Person) => [name, subject];

/** When the part of a page for these was kept. */
const keptAt = (html: string, audience: string) =>
  new RegExp(`for ${audience}, kept at ([\\dT:.-]+Z)`).exec(html)?.[1];

/** Files of the build, and of what it keeps while it runs. */
function filesThatTellOf(...words: string[]): string[] {
  const entries = readdirSync(path.join(project, '.next'), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((one) => path.join(one.parentPath, one.name));
  return files.filter((file) => {
    const content = readFileSync(file);
    return words.some((word) => content.includes(word));
  });
}

describe('with Cache Components, somebody without a session', () => {
  test('gets a page for everybody that is made at the build', async () => {
    const answer = await get('/');
    expect(answer.status).toBe(200);
    expect(answer.headers.get('x-nextjs-prerender')).toContain('1');
    expect(await answer.text()).toContain('A shop for everybody');
  });

  test.each([
    ['without a word', {}],
    ['with the name of somebody', { 'x-session-name': alice.name }],
  ])('is led to sign-in from a personal page, %s', async (_, headers) => {
    const answer = await get('/dashboard', headers as Record<string, string>);
    expect(answer.status).toBe(307);
    expect(answer.headers.get('location')).toBe(`${app.baseUrl}/login?returnTo=%2Fdashboard`);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(toldOf(await answer.text())).toEqual([]);
  });

  test.each(['/dashboard', '/api/me'])('with a forged token is refused at %s', async (place) => {
    const answer = await get(place, { authorization: 'Bearer forged', 'x-session-name': alice.name });
    expect(answer.status).toBe(401);
    expect(toldOf(await answer.text())).toEqual([]);
  });
});

describe('with Cache Components, two people at once', () => {
  let cookies: readonly { readonly who: Person; readonly headers: { cookie: string } }[];
  beforeAll(async () => {
    cookies = await Promise.all([alice, bob].map(async (who) => ({ who, headers: await session(who) })));
  });

  /** Ways to ask for what is personal: a page, the same on the way from another page, the API. */
  const ways = [
    ['/dashboard', {}],
    ['/dashboard?_rsc', { rsc: '1' }],
    ['/api/me', {}],
  ] as const;

  /** Alice, bob and somebody without a session in turns, by every way. */
  const ask = async (index: number) => {
    const [place, headers] = ways[Math.floor(index / 3) % ways.length] ?? ways[0];
    const asking = cookies[index % 3];
    const answer = await get(place, { ...headers, ...asking?.headers });
    const text = await answer.text();
    const { status } = answer;
    return { who: asking?.who, place, status, text, keeping: answer.headers.get('cache-control') };
  };

  test('see themselves in 60 requests, never the other; somebody between them sees nobody', async () => {
    const answers = await Promise.all(Array.from({ length: 60 }, (_, index) => ask(index)));
    for (const { who, place, status, text, keeping } of answers) {
      const own = who ? (place === '/api/me' ? [who.subject] : ownTo(who)) : [];
      expect(toldOf(text), place).toEqual(own);
      expect(status === 200, place).toBe(who !== undefined);
      expect(keeping, place).toContain('no-store');
    }
  });

  test('get the shell of the build to the byte, and themselves after it', async () => {
    const shell = readFileSync(path.join(project, '.next/server/app/dashboard.html'), 'utf8');
    expect(shell).toContain('Looking who you are…');
    expect(toldOf(shell)).toEqual([]);
    for (const { who, headers } of cookies) {
      const answer = await get('/dashboard', headers);
      const html = await answer.text();
      // Its scripts can have no nonce; a policy that asked for one would stop them.
      expect(answer.headers.get('content-security-policy')).not.toContain('nonce-');
      expect(html.slice(0, shell.length)).toBe(shell);
      expect(toldOf(html.slice(shell.length))).toEqual(ownTo(who));
    }
  });

  test.each(['everybody', 'members'])('share what is kept for %s', async (audience) => {
    const pages = await Promise.all(cookies.map(({ headers }) => get('/dashboard', headers)));
    const [first, second] = await Promise.all(pages.map(async (page) => keptAt(await page.text(), audience)));
    expect(first).toBeDefined();
    expect(second).toBe(first);
  });

  test('are nowhere where a page keeps them by mistake: it fails instead', async () => {
    for (const headers of [...cookies.map((one) => one.headers), {}, ...cookies.map((one) => one.headers)]) {
      const html = await (await get('/mistake', headers as Record<string, string>)).text();
      expect(html).not.toContain('Kept: ');
      expect(toldOf(html)).toEqual([]);
    }
    expect(app.output()).toContain('`headers()` can\'t be read inside `"use cache"`');
  });

  test('stay apart when one of them signs out', async () => {
    const [{ headers: hers }, { headers: his }] = cookies as [(typeof cookies)[0], (typeof cookies)[0]];
    const form = new URLSearchParams({ reach: 'app' });
    await fetch(`${app.baseUrl}/auth/logout`, {
      ...{ method: 'POST', redirect: 'manual', body: form },
      headers: { ...hers, ...sameOrigin },
    });
    expect(await sessionOf(app, hers)).toEqual({ signedIn: false, reason: 'signed-out' });
    const page = await get('/dashboard', hers);
    expect([page.status, toldOf(await page.text())]).toEqual([307, []]);
    expect((await get('/api/me', hers)).status).toBe(401);
    expect(toldOf(await (await get('/dashboard', his)).text())).toEqual(ownTo(bob));
  });

  test.each(['/login', '/auth/callback'])(
    'find the page %s, with the settings of the running app',
    async (place) => {
      const html = await (await get(place)).text();
      expect(html).toContain('One moment…');
      expect(html).toContain(app.embeddedIssuer);
    },
  );

  test('are judged by the clock at their request alone, never while a page is made ahead', () => {
    expect(app.output()).not.toContain('unstable value');
  });

  test('leave nothing of themselves in what the app keeps', () => {
    // The embedded provider's table of people is part of the build.
    expect(filesThatTellOf(...personal)).toEqual(before);
    expect(before.filter((file) => !/\.js(\.map)?$/.test(file))).toEqual([]);
  });
});
