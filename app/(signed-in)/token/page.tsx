import type { Metadata } from 'next';
import { currentConfig } from '@/lib/server/config';
import { inspectToken } from '@/lib/server/inspect';
import { requireViewer } from '@/lib/server/viewer';
import { RefusedToken } from './refused-token';
import { RevealOff, RevealToken } from './reveal-token';
import { VerifiedToken } from './verified-token';

export const metadata: Metadata = { title: 'Token' };

export default async function TokenPage() {
  const raw = currentConfig().reveal ? <RevealToken /> : <RevealOff />;
  const who = await requireViewer('/token', { refused: 'shown' });
  const inspection = await inspectToken(who.rawToken);
  return who.state === 'refused' ? (
    <RefusedToken inspection={inspection} raw={raw} />
  ) : (
    <VerifiedToken who={who} inspection={inspection} raw={raw} />
  );
}
