'use client';

import { usePathname, useSearchParams } from 'next/navigation';
import { type ReactNode, useMemo } from 'react';
import type { SignInReason } from '../../login/reason';
import { loginHref } from '../login-href';
import { SessionContext } from './session-context';
import { SessionNotice } from './session-notice';
import { type RenderedSession, useWatched } from './use-watched';
import type { Shown } from './watched';

interface SessionWatchProps {
  rendered: RenderedSession;
  /** Scopes that the person has, to be asked for again. */
  scopes: readonly string[];
  children: ReactNode;
}

/**
 * Tells people what becomes of their session while they look at a page, without taking anything from it. The notice
 * stands before the content, one step back for the keyboard, wherever it is on the screen.
 */
export function SessionWatch({ rendered, scopes, children }: SessionWatchProps) {
  const { shown, doubted, dismiss } = useWatched(rendered);
  const path = usePathname();
  const query = useSearchParams().toString();
  const here = query ? `${path}?${query}` : path;
  const signInHref = loginHref({
    returnTo: here,
    scopes: scopes.length > 0 ? scopes : undefined,
    reason: reasonToSignIn(shown, doubted),
  });
  const session = useMemo(() => ({ shown, doubted, signInHref }), [shown, doubted, signInHref]);
  // Where people sign in, they need not be told to.
  const isSigningIn = path === '/login' || path.startsWith('/auth/');
  return (
    <SessionContext value={session}>
      <SessionNotice
        shown={isSigningIn ? { kind: 'nothing' } : shown}
        name={rendered.name}
        here={here}
        signInHref={signInHref}
        onDismiss={dismiss}
      />
      {children}
    </SessionContext>
  );
}

function reasonToSignIn(shown: Shown, doubted: boolean): SignInReason | undefined {
  if (shown.kind === 'ended') return shown.reason;
  return doubted ? 'ended' : undefined;
}
