import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import nextConfig from '../../next.config.mjs';
import { filesUnder } from '../../scripts/routes.mjs';

const app = fileURLToPath(new URL('../../app', import.meta.url));

const pages = readdirSync(app, { withFileTypes: true, recursive: true })
  .filter(({ name }) => name === 'page.tsx')
  .map((entry) => path.join(entry.parentPath, entry.name))
  .map((file) => ({ file: path.relative(app, file), text: readFileSync(file, 'utf8') }));

const isInFolder = ({ file }: { file: string }) => file.startsWith(`(signed-in)${path.sep}`);
const asks = ({ text }: { text: string }) => /await requireViewer\(/.test(text);
const named = (some: typeof pages) => some.map(({ file }) => file);

describe('a page is protected because it says so', () => {
  it('by its folder and by its one call, never by one of the two', () => {
    expect(pages.filter(isInFolder).length).toBeGreaterThan(2);
    expect(named(pages.filter((page) => isInFolder(page) && !asks(page)))).toEqual([]);
    // On this machine they are for anyone; they know by themselves when they are not.
    expect(named(pages.filter((page) => !isInFolder(page) && asks(page)))).toEqual(
      ['inspect', 'status'].map((page) => path.join(page, 'page.tsx')),
    );
  });

  it('and asks before it does anything for anybody', () => {
    const late = pages.filter(isInFolder).filter(({ text }) => {
      const body = text.slice(text.indexOf('export default async function'));
      return /\bawait\b/.exec(body)?.index !== /\bawait requireViewer\(/.exec(body)?.index;
    });
    expect(named(late)).toEqual([]);
  });
});

describe('what the build is told of the folders', () => {
  it('is the paths of the pages for people who are signed in', () => {
    expect(nextConfig.env?.SIGNED_IN_PAGES).toBe('/notes /sessions /token');
  });

  it('is every route handler under /auth/, and no page', () => {
    const routes = nextConfig.env?.SESSION_ROUTES?.split(' ') ?? [];
    expect(routes).toEqual(expect.arrayContaining(['/auth/token', '/auth/logout', '/auth/sessions/end']));
    expect(routes).not.toContain('/auth/callback');
  });

  it('has nothing of groups in it, and a star for a segment that may be anything', () => {
    expect(filesUnder('app', 'page')).toEqual(
      expect.arrayContaining(['/', '/auth/callback', '/inspect', '/notes', '/status', '/token']),
    );
    expect(filesUnder('app/api', 'route')).toContain('/notes/*');
  });
});
