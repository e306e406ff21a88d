import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const here = (place: string) => fileURLToPath(new URL(place, import.meta.url));

const resolve = {
  alias: {
    '@': here('.').replace(/\/$/, ''),
    // Next gives `server-only` its meaning at build time; under Vitest there is no browser bundle to protect.
    'server-only': here('./node_modules/server-only/empty.js'),
  },
};

export default defineConfig({
  test: {
    coverage: {
      provider: 'v8',
      include: ['lib/**/*.ts'],
      exclude: ['**/*.test.ts'],
      // What decides who may do what: every line and every branch, or `npm run coverage` fails.
      thresholds: {
        'lib/token/**': { lines: 100, branches: 100, functions: 100, statements: 100 },
        'lib/access/**': { lines: 100, branches: 100, functions: 100, statements: 100 },
      },
    },
    projects: [
      {
        resolve,
        test: {
          name: 'unit',
          include: ['{lib,idp,app,scripts}/**/*.test.ts', '*.test.ts'],
          environment: 'node',
          globalSetup: 'test/db/postgres-run.ts',
          // Vitest would leave one processor idle; of two that is half of them.
          maxWorkers: '100%',
          testTimeout: 15_000,
          // The first test that needs PostgreSQL waits for its start, on a busy machine for longer than Vitest would.
          hookTimeout: 60_000,
          restoreMocks: true,
        },
      },
      {
        resolve,
        test: {
          // Real HTTP against the production build.
          name: 'http',
          include: ['e2e/http/**/*.test.ts'],
          environment: 'node',
          testTimeout: 30_000,
          hookTimeout: 60_000,
          // Much of it waits. More than two at a time, and what is timed would be timed on a busy machine.
          maxWorkers: 2,
        },
      },
      {
        resolve,
        test: {
          // Each part of `registry.json`, installed into an app of somebody else.
          name: 'lift',
          include: ['e2e/lift/**/*.test.ts'],
          environment: 'node',
          testTimeout: 240_000,
          hookTimeout: 240_000,
          maxConcurrency: 2,
        },
      },
      {
        resolve,
        test: {
          // `npm run drill -- keys` or `refresh`, or a file's name: minutes of load on the production build, with figures
          // and verdicts.
          name: 'drill',
          include: ['e2e/drill/**/*.drill.ts'],
          environment: 'node',
          testTimeout: 600_000,
          hookTimeout: 60_000,
          fileParallelism: false,
          disableConsoleIntercept: true,
        },
      },
      {
        resolve,
        test: {
          // `npm run bench -- api`: figures, not verdicts.
          name: 'bench',
          include: ['bench/**/*.bench.ts'],
          environment: 'node',
          testTimeout: 600_000,
          fileParallelism: false,
          disableConsoleIntercept: true,
        },
      },
    ],
  },
});
