import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { inProcessesAtOnce } from '../../test/processes';
import { keepSecret, readKeptSecret } from './generated-secret';

let folder: string;
let data: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'claimcheck-secret-'));
  data = path.join(folder, 'not', 'there', 'yet');
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('the generated secret', () => {
  it('has 48 random bytes and is kept from call to call', () => {
    const secret = keepSecret(data, 'session-secret');
    expect(Buffer.from(secret, 'base64url')).toHaveLength(48);
    expect(keepSecret(data, 'session-secret')).toBe(secret);
    expect(keepSecret(path.join(folder, 'elsewhere'), 'session-secret')).not.toBe(secret);
  });

  it('is readable by its owner alone, in a folder that is too, and leaves no draft behind', () => {
    keepSecret(data, 'session-secret');
    expect(statSync(path.join(data, 'session-secret')).mode & 0o777).toBe(0o600);
    expect(statSync(data).mode & 0o777).toBe(0o700);
    expect(readdirSync(data)).toEqual(['session-secret']);
  });

  it('is the same for processes that start at the same moment', async () => {
    const call = {
      file: 'lib/config/generated-secret.ts',
      name: 'keepSecret',
      args: [data, 'session-secret'],
    };
    const secrets = await inProcessesAtOnce(3, call);
    expect(new Set(secrets)).toEqual(new Set([readFileSync(path.join(data, 'session-secret'), 'utf8')]));
    expect(readdirSync(data)).toEqual(['session-secret']);
  }, 60_000);

  it('is what is in the file, were it only blanks: an empty file is never taken for a secret', () => {
    keepSecret(data, 'session-secret');
    for (const nothing of ['', ' \n']) {
      writeFileSync(path.join(data, 'session-secret'), nothing);
      expect(keepSecret(data, 'session-secret')).toBe('');
    }
  });

  it('that cannot be read is an error, not a reason to make another one', () => {
    const file = path.join(folder, 'a-file');
    writeFileSync(file, 'x');
    expect(() => keepSecret(file, 'session-secret')).toThrow(/ENOTDIR/);
  });

  it('is another one under another name', () => {
    expect(keepSecret(data, 'client-secret')).not.toBe(keepSecret(data, 'session-secret'));
    expect(statSync(path.join(data, 'client-secret')).mode & 0o777).toBe(0o600);
  });

  it('is read by those who make none, and not made for them', () => {
    expect(readKeptSecret(data, 'client-secret')).toBeUndefined();
    expect(readdirSync(folder)).toEqual([]);
    const secret = keepSecret(data, 'client-secret');
    expect(readKeptSecret(data, 'client-secret')).toBe(secret);
  });
});
