'use client';

import { useEffect } from 'react';
import { forgetDrafts } from './drafts';

/** A page kept by the back button may belong to a session that has ended since: ask the server again. */
function reloadIfRestored(event: PageTransitionEvent) {
  if (event.persisted) window.location.reload();
}

/** The sign-out button. A form, so that it also works before and without any script. */
export function SignOut() {
  useEffect(() => {
    window.addEventListener('pageshow', reloadIfRestored);
    return () => window.removeEventListener('pageshow', reloadIfRestored);
  }, []);
  return (
    <form method="post" action="/auth/logout" onSubmit={forgetDrafts}>
      <button type="submit" className="button whitespace-nowrap px-3">
        Sign out
      </button>
    </form>
  );
}
