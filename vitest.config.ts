import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const root = fileURLToPath(new URL('.', import.meta.url));

export default defineConfig({
  resolve: {
    alias: {
      '@': root.replace(/\/$/, ''),
      // Next gives `server-only` its meaning at build time; under Vitest there is no browser bundle to protect.
      'server-only': fileURLToPath(new URL('./node_modules/server-only/empty.js', import.meta.url)),
    },
  },
  test: {
    include: [
      'lib/**/*.test.ts',
      'idp/**/*.test.ts',
      'app/**/*.test.ts',
      'scripts/**/*.test.ts',
      '*.test.ts',
    ],
    environment: 'node',
    testTimeout: 15_000,
    restoreMocks: true,
    coverage: { provider: 'v8', include: ['lib/**/*.ts'], exclude: ['**/*.test.ts'] },
  },
});
