import { renderToStaticMarkup } from 'react-dom/server';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { readConfig } from '@/lib/config/read';
import { currentConfig } from '@/lib/server/config';
import { requireViewer } from '@/lib/server/viewer';
import { encodePart } from '@/test/token/tokens';
import TokenPage from './page';

vi.mock('@/lib/server/viewer', () => ({ requireViewer: vi.fn() }));
vi.mock('@/lib/server/config', () => ({ currentConfig: vi.fn() }));
const explain = vi.hoisted(() => vi.fn());
vi.mock('@/lib/server/verifier', () => ({ verifier: () => ({ explain }) }));

beforeEach(() => {
  const surroundings = { directory: '/srv/app', generatedSecret: () => 's'.repeat(32) };
  vi.mocked(currentConfig).mockReturnValue(readConfig({}, surroundings));
  explain.mockReset().mockResolvedValue([]);
});

const refusal = { state: 'refused', check: 'audience', because: 'it is meant for another audience' } as const;

/** Whatever the middleware let through: the page goes by its own verdict. */
describe('the token page', () => {
  it('explains the refused token of the request', async () => {
    const rawToken = [{ alg: 'RS256' }, { sub: 'user-1' }, 'signature'].map(encodePart).join('.');
    vi.mocked(requireViewer).mockResolvedValue({ ...refusal, rawToken } as never);
    const html = renderToStaticMarkup(await TokenPage());
    expect(requireViewer).toHaveBeenCalledExactlyOnceWith('/token', { refused: 'shown' });
    expect(html).toContain('Your access token is refused');
    expect(html).toContain('user-1');
    expect(html).not.toContain(rawToken);
    expect(explain).toHaveBeenCalledExactlyOnceWith(rawToken);
  });

  it('shows nothing where nobody is let through', async () => {
    vi.mocked(requireViewer).mockRejectedValue(new Error('sent away'));
    await expect(TokenPage()).rejects.toThrow('sent away');
    expect(explain).not.toHaveBeenCalled();
  });
});
