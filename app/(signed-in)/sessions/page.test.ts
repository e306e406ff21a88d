import { renderToStaticMarkup } from 'react-dom/server';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { currentConfig } from '@/lib/server/config';
import { requireViewer } from '@/lib/server/viewer';
import SessionsPage from './page';

vi.mock('@/lib/server/viewer', () => ({ requireViewer: vi.fn() }));
vi.mock('@/lib/server/config', () => ({ currentConfig: vi.fn() }));
vi.mock('@/lib/server/session', () => ({ sessions: async () => ({ list: async () => [] }) }));

beforeEach(() => {
  const token = { issuer: 'https://id.example', subject: 'alice' };
  vi.mocked(requireViewer).mockResolvedValue({ state: 'signed-in', token } as never);
});

async function shown({ ended, idleTimeout = 3_600 }: { ended?: unknown; idleTimeout?: number }) {
  vi.mocked(currentConfig).mockReturnValue({ session: { idleTimeout } } as never);
  return renderToStaticMarkup(await SessionsPage({ searchParams: Promise.resolve({ ended }) as never }));
}

const statusIn = (html: string) => /role="status"[^>]*><p>([^<]*)<\/p>/.exec(html)?.[1];

describe('what an ending of sessions came to', () => {
  it.each([
    ['0', 'No session was ended: there was none to end any more.'],
    ['1', 'One session was ended.'],
    ['49', '49 sessions were ended.'],
  ])('is told in a sentence: %s', async (ended, words) => {
    expect(statusIn(await shown({ ended }))).toBe(words);
  });

  it.each([undefined, '', '-1', '01', '1.5', '100', '1e1', ' 1', '٣', '<b>', ['1', '2'], '1\n'])(
    'says nothing of %j',
    async (ended) => {
      expect(await shown({ ended })).not.toContain('role="status"');
    },
  );
});

describe('the time after which an unused session ends', () => {
  it.each([
    [1, '1 second'],
    [61, '61 seconds'],
    [60, '1 minute'],
    [3_600, '1 hour'],
    [5_400, '90 minutes'],
    [86_400, '1 day'],
    [31_536_000, '365 days'],
    [31_535_999, '31,535,999 seconds'],
  ])('of %i seconds is told as %s', async (idleTimeout, words) => {
    expect(await shown({ idleTimeout })).toContain(`not used for ${words} ends by itself`);
  });
});
