'use client';

import { createContext, useContext } from 'react';
import type { Action } from '@/lib/access/actions';
import { ScopeLink } from '../../components/scope-link';

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
  const { scope, title, signInHref } = permission;
  return (
    <p id={id} className="text-sm text-soft">
      Needs <code className="text-ink">{scope}</code> to {title.toLowerCase()}.{' '}
      <ScopeLink scope={scope} href={signInHref} />
    </p>
  );
}
