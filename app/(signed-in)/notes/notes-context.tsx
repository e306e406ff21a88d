'use client';

import { createContext, useContext } from 'react';
import type { Action } from '@/lib/access/actions';
import { PlainLink } from '../../components/plain-link';
import { rememberStepUp, useReturned } from '../../components/step-up';

/** Whether the token permits one action, and where to get one that does. */
export interface Permission {
  readonly allowed: boolean;
  /** A few words for people: `Create notes`. */
  readonly title: string;
  readonly scope: string;
  /** Where to sign in with the scope added. */
  readonly signInHref: string;
}

/** What every part of the notes page needs to know. */
export interface NotesContextValue {
  /** Whose notes these are: keeps one person's drafts from another. */
  readonly owner: string;
  readonly permissions: Readonly<Record<Action, Permission>>;
}

export const NotesContext = createContext<NotesContextValue | undefined>(undefined);

export function useNotesContext(): NotesContextValue {
  const context = useContext(NotesContext);
  if (!context) throw new TypeError('useNotesContext needs a NotesContext around it');
  return context;
}

/** Which scope an action needs, and the link to sign in with it. */
export function NeedsScope({ id, permission }: { id?: string; permission: Permission }) {
  const returned = useReturned(permission.scope);
  return (
    <p id={id} className="text-sm text-soft">
      {returned ? (
        <b className="block text-warn">Your provider did not grant it, or you did not allow it.</b>
      ) : null}
      Needs <code className="text-ink">{permission.scope}</code> to {permission.title.toLowerCase()}.{' '}
      <PlainLink
        href={permission.signInHref}
        onClick={() => rememberStepUp(permission.scope)}
        className="link inline-block py-1"
      >
        {returned ? 'Ask once more' : 'Sign in with it'}
        <span className="sr-only">: {permission.scope}</span>
      </PlainLink>
    </p>
  );
}
