import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { chromium } from '@playwright/test';
import { test } from 'vitest';
import { type RunningApp, startApp } from '../e2e/support/app';
import { signedIn } from '../e2e/support/session';
import { browserOptions } from '../scripts/browser.mjs';
import { median } from './load';

/** Resident memory of the server, in MiB: the child of the process that was started. */
function memory(app: RunningApp): number {
  const child = execFileSync('pgrep', ['-P', String(app.pid)], { encoding: 'utf8' })
    .trim()
    .split('\n')[0];
  const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child}/status`, 'utf8'))?.[1];
  return Number(kilobytes) / 1_024;
}

/** Bytes of the scripts that a page names, compressed as they travel; without those for browsers of the past. */
async function firstLoadScripts(app: RunningApp, path: string, headers = {}): Promise<number> {
  const html = await (await fetch(`${app.baseUrl}${path}`, { headers })).text();
  const tags = [...html.matchAll(/<script[^>]+src="([^"]+)"[^>]*>/g)].filter(
    ([tag]) => !/nomodule/i.test(tag),
  );
  const sources = new Set(tags.map(([, source]) => source));
  let bytes = 0;
  for (const source of sources) {
    const script = await (await fetch(new URL(source ?? '', app.baseUrl))).arrayBuffer();
    bytes += gzipSync(Buffer.from(script)).length;
  }
  return bytes;
}

async function signInTime(app: RunningApp): Promise<number> {
  const browser = await chromium.launch(browserOptions());
  const times: number[] = [];
  for (let round = 0; round < 5; round++) {
    const page = await (await browser.newContext()).newPage();
    await page.goto(`${app.baseUrl}/login?returnTo=/token`);
    await page.getByRole('button', { name: /^Sign in/ }).click();
    await page.getByLabel('Username').fill('alice');
    await page.getByLabel('Password').fill('wonderland');
    await page.getByRole('button', { name: 'Sign in' }).click();
    const allow = page.getByRole('button', { name: 'Allow' });
    await allow.waitFor();
    const before = performance.now();
    await allow.click();
    await page.getByRole('heading', { name: 'Your access token' }).waitFor();
    times.push(performance.now() - before);
    await page.context().close();
  }
  await browser.close();
  return median(times);
}

/** Start, memory, size of the pages, and the time from the last click of a sign-in to the page behind it. */
test('start', async () => {
  const warm: number[] = [];
  for (let round = 0; round < 3; round++) {
    const before = performance.now();
    const app = await startApp();
    await fetch(app.baseUrl);
    warm.push(performance.now() - before);
    await app.stop();
  }
  const app = await startApp();
  await fetch(app.baseUrl);
  const idle = memory(app);
  const session = await signedIn(app);
  const kilobytes = (bytes: number) => `${(bytes / 1_000).toFixed(0)} KB`;
  console.log(`\nwarm start to first page    ${(median(warm) / 1_000).toFixed(1)} s`);
  console.log(`sign-in, last click to page ${(await signInTime(app)).toFixed(0)} ms`);
  console.log(`memory after start          ${idle.toFixed(0)} MiB`);
  console.log(`memory after 6 sign-ins     ${memory(app).toFixed(0)} MiB`);
  console.log(`first-load scripts of /     ${kilobytes(await firstLoadScripts(app, '/'))} gzip`);
  console.log(
    `first-load scripts of /notes ${kilobytes(await firstLoadScripts(app, '/notes', session))} gzip`,
  );
  await app.stop();
});
