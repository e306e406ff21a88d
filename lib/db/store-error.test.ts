import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { migrate, openDatabase } from './open';
import { connectError } from './postgres-error';
import { isStoreError } from './store-error';

/** As the driver gives it. */
const serverError = (code: string) =>
  Object.assign(new Error('as the server says'), { code, severity: 'ERROR' });

describe('a store error', () => {
  it('is a file that is no database', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'claimcheck-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = path.join(folder, 'broken.db');
    writeFileSync(file, 'this is not a database, and long enough to have been one '.repeat(100));
    const error = await Promise.resolve()
      .then(() => migrate(openDatabase(file)))
      .catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(Error);
    expect(isStoreError(error)).toBe(true);
  });

  it.each([
    ...['08006', '28P01', '3D000', '53300', '53100', '57P01', '57P03', '57014', '55P03', '58030', 'XX001'],
    ...['25006', '40001', '40P01'],
  ])('is a server that says %s', (code) => {
    expect(isStoreError(serverError(code))).toBe(true);
  });

  it.each(['23505', '42P01', '42601', '22021', '22P02', '25P02', '2800', 'EPIPE'])(
    'is no server that says %s',
    (code) => {
      expect(isStoreError(serverError(code))).toBe(false);
    },
  );

  it('is a connection of its own that was refused, and no other one', () => {
    const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    expect(isStoreError(connectError(refused))).toBe(true);
    expect(isStoreError(refused)).toBe(false);
  });

  it.each([
    new Error('no code'),
    // The code of a server without its severity may be anybody's.
    Object.assign(new Error(), { code: '57P01' }),
    Object.assign(new Error(), { code: 'SQLITE_CONSTRAINT_UNIQUE' }),
    Object.assign(new Error(), { code: 'SQLITE_ERROR' }),
    Object.assign(new Error(), { code: 'ECONNREFUSED' }),
    undefined,
    null,
    'text',
  ])('is not %s', (error) => {
    expect(isStoreError(error)).toBe(false);
  });
});
