import type { ReactNode } from 'react';
import { scopeFor } from '@/lib/access/actions';
import { currentConfig } from '@/lib/server/config';
import { providerProfile } from '@/lib/server/provider';
import { warningTime } from '../session-watch/session-state';
import { SessionWatch } from '../session-watch/session-watch';
import { viewerOrNobody } from './viewer-or-nobody';

/** The content of a page, with an eye on the session of who looks at it, if there is one. */
export async function SessionFrame({ children }: { children: ReactNode }) {
  const who = await viewerOrNobody();
  if (who.state !== 'signed-in' || !who.session) return children;
  const { subject } = who.token;
  const prefix = providerProfile().requestPrefix;
  return (
    // Another person's page shares nothing with this one.
    <SessionWatch
      key={subject}
      rendered={{
        subject,
        name: who.name,
        endsAt: who.session.endsAt,
        now: Date.now(),
        warnBefore: warningTime(currentConfig().session.maxAge),
      }}
      scopes={who.actions.map((action) => scopeFor(action, prefix))}
    >
      {children}
    </SessionWatch>
  );
}
