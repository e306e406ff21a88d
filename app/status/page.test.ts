import { headers } from 'next/headers';
import { renderToStaticMarkup } from 'react-dom/server';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { SignedInViewer } from '@/lib/access/viewer';
import { readConfig } from '@/lib/config/read';
import { currentConfig } from '@/lib/server/config';
import { requireViewer } from '@/lib/server/viewer';
import StatusPage from './page';

vi.mock('next/headers', () => ({ headers: vi.fn() }));
vi.mock('@/lib/server/viewer', () => ({ requireViewer: vi.fn() }));
vi.mock('@/lib/server/config', () => ({ currentConfig: vi.fn() }));
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

async function shown(host: string, env: Record<string, string>): Promise<string> {
  const surroundings = { directory: '/srv/app', generatedSecret: () => 's'.repeat(32) };
  vi.mocked(currentConfig).mockReturnValue(readConfig(env, surroundings));
  vi.mocked(headers).mockResolvedValue(
    new Headers({ host }) as unknown as Awaited<ReturnType<typeof headers>>,
  );
  return renderToStaticMarkup(await StatusPage());
}

/** Whatever the middleware let through: the page goes by its own verdict. */
describe('the status page', () => {
  it('on this machine is for anyone, and asks who nobody is', async () => {
    expect(await shown('localhost:3000', {})).toContain('the diagnoses');
    expect(requireViewer).not.toHaveBeenCalled();
  });

  it.each([
    ['app.example', open],
    ['localhost:3000', open],
    ['rebound.example', {}],
    ['localhost:3000', { HOSTNAME: '0.0.0.0' }],
  ])('on %s it is for nobody who is not signed in', async (host, env) => {
    await expect(shown(host, env)).rejects.toThrow('sent to sign in');
  });

  it('elsewhere is for people who are signed in', async () => {
    vi.mocked(requireViewer)
      .mockReset()
      .mockResolvedValue({ state: 'signed-in' } as SignedInViewer);
    const html = await shown('app.example', open);
    expect(html).toContain('the diagnoses');
    expect(requireViewer).toHaveBeenCalledExactlyOnceWith('/status');
  });
});
