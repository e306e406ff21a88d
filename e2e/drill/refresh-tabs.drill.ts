import { chromium, type Page } from '@playwright/test';
import { afterEach, expect, test } from 'vitest';
import { browserOptions } from '../../scripts/browser.mjs';
import { type RefreshingApp, startRefreshingApp } from '../support/refreshing-app';
import { carry, newTitle, noteCard, sessionOf, storm } from '../support/steps';
import { callsWith, expectNothingSpentTwice, moment } from './expiries';

/** A real browser in which a person leaves two tabs open for as long as five access tokens live. */
let app: RefreshingApp;
let close: () => Promise<void>;
afterEach(async () => {
  await close?.();
  await app?.stop();
});

/** Two tabs of one browser, and everything that either complains of. */
async function twoTabs(cookie: { cookie: string }) {
  const browser = await chromium.launch(browserOptions());
  close = () => browser.close();
  const context = await browser.newContext({ baseURL: app.baseUrl });
  const complaints: string[] = [];
  context.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  context.on('weberror', (error) => complaints.push(error.error().message));
  const [first] = app.processes;
  if (first) await carry(context, first, cookie);
  return { tabs: [await context.newPage(), await context.newPage()], complaints };
}

const form = (tab: Page) => tab.getByRole('form', { name: 'New note' });
const textIn = (tab: Page) => form(tab).getByLabel('Text').inputValue();

test('two tabs with half-written notes outlive five expiries, and both notes can be saved', async () => {
  app = await startRefreshingApp({ lifetime: 5 });
  const { headers, family } = await app.signIn();
  const { tabs, complaints } = await twoTabs(headers);
  const titles = [newTitle('First tab'), newTitle('Second tab')];
  await Promise.all(tabs.map((tab) => tab.goto('/notes')));
  for (const [index, tab] of tabs.entries()) {
    await form(tab)
      .getByLabel('Title')
      .fill(titles[index] ?? '');
    await form(tab).getByLabel('Text').fill(`half of ${titles[index]}`);
  }
  for (let expiry = 1; expiry <= 5; expiry++) {
    await moment(family.expiresAt);
    const before = app.proxy.calls.length;
    expect(await Promise.all(tabs.map(storm))).toEqual([[200], [200]]);
    expect(callsWith(app.proxy.calls.slice(before), 'granted')).toHaveLength(1);
    expect(await Promise.all(tabs.map(textIn))).toEqual(titles.map((title) => `half of ${title}`));
  }
  await moment(family.expiresAt);
  await Promise.all(tabs.map((tab) => form(tab).getByRole('button', { name: 'Create note' }).click()));
  for (const [index, tab] of tabs.entries()) {
    await noteCard(tab, titles[index] ?? '').waitFor({ timeout: 15_000 });
  }
  for (const tab of tabs) expect((await sessionOf(tab)).signedIn).toBe(true);
  console.log(`\ntwo tabs\n  refresh calls ${app.proxy.calls.length}  complaints ${complaints.length}`);
  expect(complaints).toEqual([]);
  expectNothingSpentTwice(app);
});
