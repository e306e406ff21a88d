import { headers } from 'next/headers';
import { renderToStaticMarkup } from 'react-dom/server';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { requireViewer, type Viewer, viewer } from '@/lib/access/viewer';
import { currentConfig } from '@/lib/config';
import { readConfig } from '@/lib/config/read';
import StatusPage from './page';

vi.mock('next/headers', () => ({ headers: vi.fn() }));
vi.mock('@/lib/access/viewer', () => ({ viewer: vi.fn(), requireViewer: vi.fn() }));
vi.mock('@/lib/config', () => ({ currentConfig: vi.fn() }));
vi.mock('./diagnoses', () => ({ Diagnoses: () => 'the diagnoses' }));
vi.mock('./kept', () => ({ Kept: () => 'what is kept' }));

const open = {
  APP_BASE_URL: 'https://app.example',
  OIDC_ISSUER: 'https://id.example',
  OIDC_CLIENT_ID: 'notes-app',
  SESSION_SECRET: 'a-secret-of-at-least-32-bytes-for-tests',
};

beforeEach(() => {
  vi.mocked(requireViewer).mockReset().mockRejectedValue(new Error('sent to sign in'));
});

async function shown(
  host: string,
  env: Record<string, string>,
  who: Viewer = { state: 'signed-out' },
): Promise<string> {
  const surroundings = { directory: '/srv/app', generatedSecret: () => 's'.repeat(32) };
  vi.mocked(currentConfig).mockReturnValue(readConfig(env, surroundings));
  vi.mocked(headers).mockResolvedValue(
    new Headers({ host }) as unknown as Awaited<ReturnType<typeof headers>>,
  );
  vi.mocked(viewer).mockResolvedValue(who);
  return renderToStaticMarkup(await StatusPage());
}

/** Whatever the middleware let through: the page goes by its own verdict. */
describe('the status page', () => {
  it('on this machine is for anyone, and asks who nobody is', async () => {
    expect(await shown('localhost:3000', {})).toContain('the diagnoses');
    expect(viewer).not.toHaveBeenCalled();
    expect(requireViewer).not.toHaveBeenCalled();
  });

  it.each([
    ['app.example', open],
    ['localhost:3000', open],
    ['rebound.example', {}],
  ])('on %s it is for nobody who is not signed in', async (host, env) => {
    await expect(shown(host, env)).rejects.toThrow('sent to sign in');
  });

  it('elsewhere is for people who are signed in', async () => {
    vi.mocked(requireViewer).mockReset();
    const html = await shown('app.example', open, { state: 'signed-in' } as Viewer);
    expect(html).toContain('the diagnoses');
    expect(requireViewer).toHaveBeenCalledExactlyOnceWith('/status');
  });

  it.each([
    { state: 'unavailable' },
    { state: 'refused', check: 'audience', because: 'it is meant for another audience' },
  ] as const)('elsewhere shows nothing where the viewer is $state', async (who) => {
    expect(await shown('app.example', open, who)).not.toContain('the diagnoses');
  });
});
