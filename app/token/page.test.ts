import { renderToStaticMarkup } from 'react-dom/server';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { type Viewer, viewer } from '@/lib/access/viewer';
import { currentConfig } from '@/lib/config';
import { readConfig } from '@/lib/config/read';
import { explainToken } from '@/lib/token';
import { encodePart } from '@/lib/token/testing';
import TokenPage from './page';

vi.mock('@/lib/access/viewer', () => ({ viewer: vi.fn(), requireViewer: vi.fn() }));
vi.mock('@/lib/config', () => ({ currentConfig: vi.fn() }));
vi.mock('@/lib/token', async () => ({
  ...(await vi.importActual('@/lib/token/unverified')),
  explainToken: vi.fn(),
}));

beforeEach(() => {
  const surroundings = { directory: '/srv/app', generatedSecret: () => 's'.repeat(32) };
  vi.mocked(currentConfig).mockReturnValue(readConfig({}, surroundings));
  vi.mocked(explainToken).mockReset().mockResolvedValue([]);
});

async function shown(who: Viewer): Promise<string> {
  vi.mocked(viewer).mockResolvedValue(who);
  return renderToStaticMarkup(await TokenPage());
}

const refusal = { state: 'refused', check: 'audience', because: 'it is meant for another audience' } as const;

/** Whatever the middleware let through: the page goes by its own verdict. */
describe('the token page', () => {
  it('explains the refused token of the request', async () => {
    const rawToken = [{ alg: 'RS256' }, { sub: 'user-1' }, 'signature'].map(encodePart).join('.');
    const html = await shown({ ...refusal, rawToken });
    expect(html).toContain('Your access token is refused');
    expect(html).toContain('user-1');
    expect(html).not.toContain(rawToken);
    expect(explainToken).toHaveBeenCalledExactlyOnceWith(rawToken);
  });

  it('has nothing to explain where the request holds no one token', async () => {
    const html = await shown({ ...refusal, check: 'request', because: 'more than one token' });
    expect(html).toContain('more than one token');
    expect(html).not.toContain('See why it was refused');
    expect(explainToken).not.toHaveBeenCalled();
  });

  it('gives no verdict where the token cannot be judged', async () => {
    const html = await shown({ state: 'unavailable' });
    expect(html).toContain('cannot be reached');
    expect(html).not.toContain('refused');
  });
});
