import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { inProcessesAtOnce } from '../testing-process';
import { keepSecret } from './generated-secret';

let folder: string;
let data: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'claimcheck-secret-'));
  data = path.join(folder, 'not', 'there', 'yet');
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('the generated secret', () => {
  it('has 48 random bytes and is kept from call to call', () => {
    const secret = keepSecret(data);
    expect(Buffer.from(secret, 'base64url')).toHaveLength(48);
    expect(keepSecret(data)).toBe(secret);
    expect(keepSecret(path.join(folder, 'elsewhere'))).not.toBe(secret);
  });

  it('is readable by its owner alone, in a folder that is too, and leaves no draft behind', () => {
    keepSecret(data);
    expect(statSync(path.join(data, 'session-secret')).mode & 0o777).toBe(0o600);
    expect(statSync(data).mode & 0o777).toBe(0o700);
    expect(readdirSync(data)).toEqual(['session-secret']);
  });

  it('is the same for processes that start at the same moment', async () => {
    const call = { file: 'lib/config/generated-secret.ts', name: 'keepSecret', args: [data] };
    const secrets = await inProcessesAtOnce(3, call);
    expect(new Set(secrets)).toEqual(new Set([readFileSync(path.join(data, 'session-secret'), 'utf8')]));
    expect(readdirSync(data)).toEqual(['session-secret']);
  }, 60_000);

  it('is what is in the file, were it only blanks: an empty file is never taken for a secret', () => {
    keepSecret(data);
    for (const nothing of ['', ' \n']) {
      writeFileSync(path.join(data, 'session-secret'), nothing);
      expect(keepSecret(data)).toBe('');
    }
  });

  it('that cannot be read is an error, not a reason to make another one', () => {
    const file = path.join(folder, 'a-file');
    writeFileSync(file, 'x');
    expect(() => keepSecret(file)).toThrow(/ENOTDIR/);
  });
});
