import { useEffect, useState } from 'react';
import { basePath } from '@/lib/config/base-path';

const prefix = `claimcheck${basePath()}:step-up:`;

/** Storage can be switched off: then nobody is told that a sign-in has changed nothing. */
function inStorage<T>(act: (storage: Storage) => T): T | undefined {
  try {
    return act(window.sessionStorage);
  } catch {
    return undefined;
  }
}

/** Remembers, until this tab comes back, for what somebody has left to sign in. @param what a scope, or an action and its note */
export function rememberStepUp(what: string): void {
  inStorage((storage) => storage.setItem(prefix + what, 'left'));
}

/** Whether this tab comes back from a sign-in for that. Said once: another visit knows nothing of it. */
export function useReturned(what: string): boolean {
  const [returned, setReturned] = useState(false);
  useEffect(() => {
    const left = inStorage((storage) => storage.getItem(prefix + what) !== null);
    if (!left) return;
    inStorage((storage) => storage.removeItem(prefix + what));
    setReturned(true);
  }, [what]);
  return returned;
}
