'use client';

import { createContext, useContext } from 'react';
import { loginHref } from '../login-href';
import type { Shown } from './watched';

/** What the parts of a page may know of its session. */
export interface SessionNow {
  readonly shown: Shown;
  /** Whether a request was refused for want of a session, and nobody has signed in since. */
  readonly doubted: boolean;
  /** Where to sign in again, and to come back from to this page. */
  readonly signInHref: string;
}

/** On a page without a session there is nothing to watch. */
const nobodys: SessionNow = {
  shown: { kind: 'nothing' },
  doubted: true,
  signInHref: loginHref({ reason: 'ended' }),
};

export const SessionContext = createContext<SessionNow>(nobodys);

export const useSession = (): SessionNow => useContext(SessionContext);
