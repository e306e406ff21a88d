import { renderToStaticMarkup } from 'react-dom/server';
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { readConfig } from '@/lib/config/read';
import { inspect } from '@/lib/inspect';
import { currentConfig } from '@/lib/server/config';
import { inspectToken } from '@/lib/server/inspect';
import { requireViewer } from '@/lib/server/viewer';
import { inspecting } from '@/test/inspect/inspecting';
import { accessToken, newTokenContext, type TokenContext } from '@/test/token/tokens';
import TokenPage from './page';

vi.mock('@/lib/server/viewer', () => ({ requireViewer: vi.fn() }));
vi.mock('@/lib/server/config', () => ({ currentConfig: vi.fn() }));
vi.mock('@/lib/server/inspect', () => ({ inspectToken: vi.fn() }));

let context: TokenContext;
beforeAll(async () => {
  context = await newTokenContext();
});
beforeEach(() => {
  const surroundings = { directory: '/srv/app', generatedSecret: () => 's'.repeat(32) };
  vi.mocked(currentConfig).mockReturnValue(readConfig({}, surroundings));
  vi.mocked(inspectToken)
    .mockReset()
    .mockImplementation((token) => inspect(token, inspecting(context)));
});

const refusal = { state: 'refused', check: 'audience', because: 'it is meant for another audience' } as const;

/** Whatever the middleware let through: the page goes by its own verdict. */
describe('the token page', () => {
  it('explains the refused token of the request', async () => {
    const rawToken = accessToken(context, { aud: 'https://another.example' });
    vi.mocked(requireViewer).mockResolvedValue({ ...refusal, rawToken } as never);
    const html = renderToStaticMarkup(await TokenPage());
    expect(requireViewer).toHaveBeenCalledExactlyOnceWith('/token', { refused: 'shown' });
    expect(html).toContain('Your access token is refused');
    expect(html).toContain('user-1');
    expect(html).not.toContain(rawToken);
    expect(inspectToken).toHaveBeenCalledExactlyOnceWith(rawToken);
  });

  it('shows nothing where nobody is let through', async () => {
    vi.mocked(requireViewer).mockRejectedValue(new Error('sent away'));
    await expect(TokenPage()).rejects.toThrow('sent away');
    expect(inspectToken).not.toHaveBeenCalled();
  });
});
