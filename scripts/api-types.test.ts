import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

it('the types of the API are those of its document; `npm run api-types` makes them anew', () => {
  const made = execFileSync(process.execPath, ['scripts/api-types.mjs', '--print'], { encoding: 'utf8' });
  expect(readFileSync('e2e/support/api-schema.d.ts', 'utf8')).toBe(made);
}, 60_000);
