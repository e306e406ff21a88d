'use client';

import { usePathname, useSearchParams } from 'next/navigation';
import { createContext, type ReactNode, useContext, useMemo } from 'react';
import type { SignInReason } from '../../login/reason';
import { loginHref } from '../login-href';
import { SessionNotice } from './session-notice';
import type { Shown } from './session-state';
import { type RenderedSession, useSessionState } from './use-session-state';

/** What the parts of a page may know of its session. */
interface SessionContextValue {
  readonly shown: Shown;
  /** Whether a request was answered with 401, and nobody has signed in since. */
  readonly unauthorized: boolean;
  /** Where to sign in again, and to come back from to this page. */
  readonly signInHref: string;
}

/** On a page without a session there is nothing to watch. */
const SessionContext = createContext<SessionContextValue>({
  shown: { kind: 'nothing' },
  unauthorized: true,
  signInHref: loginHref({ reason: 'ended' }),
});

export const useSession = (): SessionContextValue => useContext(SessionContext);

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
  const { shown, unauthorized, dismiss } = useSessionState(rendered);
  const path = usePathname();
  const query = useSearchParams().toString();
  const here = query ? `${path}?${query}` : path;
  const signInHref = loginHref({
    returnTo: here,
    scopes: scopes.length > 0 ? scopes : undefined,
    reason: reasonToSignIn(shown, unauthorized),
  });
  const session = useMemo(() => ({ shown, unauthorized, signInHref }), [shown, unauthorized, signInHref]);
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

function reasonToSignIn(shown: Shown, unauthorized: boolean): SignInReason | undefined {
  if (shown.kind === 'ended') return shown.reason;
  return unauthorized ? 'ended' : undefined;
}
