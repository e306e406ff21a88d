import { renderToStaticMarkup } from 'react-dom/server';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { requireViewer } from '@/lib/access/viewer';
import { currentConfig } from '@/lib/config';
import { readConfig } from '@/lib/config/read';
import { explainToken } from '@/lib/verifier';
import { encodePart } from '@/test/token/tokens';
import TokenPage from './page';

vi.mock('@/lib/access/viewer', () => ({ requireViewer: vi.fn() }));
vi.mock('@/lib/config', () => ({ currentConfig: vi.fn() }));
vi.mock('@/lib/verifier', async () => ({
  ...(await vi.importActual('@/lib/token/compact')),
  explainToken: vi.fn(),
}));

beforeEach(() => {
  const surroundings = { directory: '/srv/app', generatedSecret: () => 's'.repeat(32) };
  vi.mocked(currentConfig).mockReturnValue(readConfig({}, surroundings));
  vi.mocked(explainToken).mockReset().mockResolvedValue([]);
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
    expect(explainToken).toHaveBeenCalledExactlyOnceWith(rawToken);
  });

  it('shows nothing where nobody is let through', async () => {
    vi.mocked(requireViewer).mockRejectedValue(new Error('sent away'));
    await expect(TokenPage()).rejects.toThrow('sent away');
    expect(explainToken).not.toHaveBeenCalled();
  });
});
