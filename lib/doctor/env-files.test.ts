import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { mangledValues } from './env-files';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'claimcheck-env-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
  vi.unstubAllEnvs();
});

const require = createRequire(import.meta.url);
/** The reader as at a start: it keeps the environment that it first met. */
function newReader(): typeof import('@next/env') {
  delete require.cache[require.resolve('@next/env')];
  return require('@next/env');
}

/** What there is to say of these files, read by the same reader as the app's. */
function sayOf(files: Record<string, string>, given: Record<string, string> = {}) {
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
  for (const name of ['WHOLE', 'SECRET', 'OTHER', '__NEXT_PROCESSED_ENV']) vi.stubEnv(name, given[name]);
  // In a test it would leave `.env.local` out.
  vi.stubEnv('NODE_ENV', 'production');
  const silent = { info: () => undefined, error: () => undefined };
  const { loadedEnvFiles, combinedEnv } = newReader().loadEnvConfig(folder, false, silent);
  const mangled = mangledValues(loadedEnvFiles, combinedEnv);
  return mangled.map(({ found, change }) => `${found} ${change}`);
}
const braced = (name: string) => `$${'{'}${name}}`;
const sayOfLine = (line: string) => sayOf({ '.env.local': `WHOLE=word\n${line}\nOTHER=x\n` });

describe('a value in .env.local', () => {
  it.each([
    ['SECRET=abc$def', '\\$'],
    ["SECRET='abc$def'", '\\$'],
    ['SECRET="abc$def"', '\\$'],
    ['SECRET=pa$$word', '\\$'],
    ['SECRET=a$1b', '\\$'],
    [`SECRET=abc${braced('def')}`, '\\$'],
    ['SECRET=a#b', 'quotes'],
    ['export SECRET=a#b', 'quotes'],
    ['  SECRET = a#b', 'quotes'],
    ['SECRET=a#b$c', 'quotes'],
    ['SECRET=a#b$c', '\\$'],
    ['SECRET=first\nSECRET=a#b', 'quotes'],
  ])('that is cut is told, with the way to write it, and not shown: %s', (line, fix) => {
    const said = sayOfLine(line);
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(/^SECRET in \.env\.local does not arrive as it is written\. SECRET: /);
    expect(said[0]).toContain(fix);
    expect(said[0]).not.toMatch(/abc|word\b|def|a\$1b/);
  });

  it.each([
    'SECRET=plain',
    // Who is to know that it is not a comment?
    'SECRET=#ab',
    'SECRET=abc\\$def',
    'SECRET="abc\\$def"',
    "SECRET='a#b'",
    'SECRET="a#b"',
    'SECRET=`a#b`',
    "SECRET='a#b'   # a comment",
    'SECRET=abc   # a comment of $5',
    'SECRET=   # openssl rand -base64 48',
    'SECRET=abc$',
    'SECRET=$WHOLE/rest',
    `SECRET=${braced('WHOLE')}/rest`,
    `SECRET=${braced('UNSET:-fallback')}`,
    '#SECRET=a#b$c',
    'SECRET=a#b\nSECRET=fine',
  ])('that arrives as it is written is not: %s', (line) => {
    expect(sayOfLine(line)).toEqual([]);
  });

  it('that the environment itself sets is not the file’s any more', () => {
    expect(sayOf({ '.env.local': 'SECRET=a#b' }, { SECRET: 'a#b' })).toEqual([]);
    expect(sayOf({ '.env.local': 'SECRET=a#b' }, { SECRET: 'another' })).toEqual([]);
  });

  it('counts before the same in .env', () => {
    expect(sayOf({ '.env.local': "SECRET='a#b'", '.env': 'SECRET=a#b' })).toEqual([]);
    expect(sayOf({ '.env.local': 'OTHER=x', '.env': 'SECRET=a#b' })[0]).toContain('SECRET in .env ');
  });
});
