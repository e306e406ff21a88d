import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { migrate, openDatabase } from './open';
import { isStoreTrouble } from './trouble';

describe('trouble of the store', () => {
  it('is a file that is no database', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'claimcheck-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = path.join(folder, 'broken.db');
    writeFileSync(file, 'this is not a database, and long enough to have been one '.repeat(100));
    const error = await Promise.resolve()
      .then(() => migrate(openDatabase(file)))
      .catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(Error);
    expect(isStoreTrouble(error)).toBe(true);
  });

  it.each([
    new Error('no code'),
    Object.assign(new Error(), { code: 'SQLITE_CONSTRAINT_UNIQUE' }),
    Object.assign(new Error(), { code: 'SQLITE_ERROR' }),
    Object.assign(new Error(), { code: 'ECONNREFUSED' }),
    undefined,
    null,
    'text',
  ])('is not %s', (error) => {
    expect(isStoreTrouble(error)).toBe(false);
  });
});
