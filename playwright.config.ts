import { defineConfig } from '@playwright/test';
import { browserOptions } from './scripts/browser.mjs';

export default defineConfig({
  testDir: 'e2e',
  testMatch: '**/*.spec.ts',
  outputDir: 'test-results/playwright',
  fullyParallel: true,
  workers: 2,
  forbidOnly: Boolean(process.env.CI),
  // Patient, for machines with more to do than this; no test waits for time to pass.
  timeout: 60_000,
  expect: { timeout: 15_000 },
  use: {
    trace: { mode: 'retain-on-failure', screenshots: false },
    launchOptions: {
      ...browserOptions(),
      // Playwright switches off what people have: pages that come back whole with the back button.
      ignoreDefaultArgs: ['--disable-back-forward-cache'],
    },
  },
});
