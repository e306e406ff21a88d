import { defineConfig } from '@playwright/test';
import base from '../../playwright.config';

/** `npm run screenshots`: pictures of the real pages, for the README. No tests, so not part of `npm test`. */
export default defineConfig({ ...base, testDir: '.', projects: undefined, workers: 1 });
