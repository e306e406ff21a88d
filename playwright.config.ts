import { defineConfig } from '@playwright/test';
import type { WorkerOptions } from './e2e/support/fixtures';
import { personalities } from './lib/config/personality';
import { browserOptions } from './scripts/browser.mjs';

/** What every provider must be able to do, tried with each that the embedded one can pass for. */
const mainPath = '**/main-path/*.spec.ts';

export default defineConfig<object, WorkerOptions>({
  testDir: 'e2e',
  testMatch: '**/*.spec.ts',
  outputDir: 'test-results/playwright',
  projects: [
    { name: 'app', testIgnore: [mainPath, '**/screenshots/**'] },
    ...personalities.map((personality) => ({ name: personality, testMatch: mainPath, use: { personality } })),
  ],
  fullyParallel: true,
  workers: 2,
  forbidOnly: Boolean(process.env.CI),
  // Patient, for machines with more to do than this; no test waits for time to pass.
  timeout: 60_000,
  expect: { timeout: 15_000 },
  use: {
    // A trace of every test costs a tenth of the time; of one that fails: `npx playwright test <name> --trace on`.
    trace: 'off',
    launchOptions: {
      ...browserOptions(),
      // Playwright switches off what people have: pages that come back whole with the back button.
      ignoreDefaultArgs: ['--disable-back-forward-cache'],
    },
  },
});
