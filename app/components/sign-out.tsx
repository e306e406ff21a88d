'use client';

import { type ReactNode, useEffect } from 'react';
import type { Reach } from '@/lib/session';
import { forgetDrafts } from './drafts';
import { PostForm } from './post-form';
import { tellOtherTabs } from './session-watch/messages';

/** A page kept by the back button may belong to a session that has ended since: ask the server again. */
function reloadIfRestored(event: PageTransitionEvent) {
  if (event.persisted) window.location.reload();
}

interface SignOutProps {
  /** How far it reaches; where nothing is said, to the provider. */
  reach?: Reach;
  children?: ReactNode;
}

/**
 * The sign-out button. What is typed in this tab is forgotten; other tabs keep what is on their screens, and show it to
 * nobody else.
 */
export function SignOut({ reach, children = 'Sign out' }: SignOutProps) {
  useEffect(() => {
    window.addEventListener('pageshow', reloadIfRestored);
    return () => window.removeEventListener('pageshow', reloadIfRestored);
  }, []);
  return (
    <PostForm
      action="/auth/logout"
      fields={reach && { reach }}
      className="button px-3"
      busyText="Signing out…"
      onSend={() => {
        forgetDrafts();
        tellOtherTabs('signed-out');
      }}
    >
      {children}
    </PostForm>
  );
}
