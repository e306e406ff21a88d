'use client';

import { createContext, useContext } from 'react';
import type { Action } from '@/lib/access/actions';

/** Whether one action is permitted, and how to ask for it. */
export interface Access {
  readonly allowed: boolean;
  /** A few words for people: `Create notes`. */
  readonly title: string;
  readonly scope: string;
  /** Where to sign in with the scope added. */
  readonly askHref: string;
}

/** What every part of the notes page works with. */
export interface Desk {
  /** Whose notes these are: keeps one person's drafts from another. */
  readonly owner: string;
  readonly access: Readonly<Record<Action, Access>>;
  /** Longest title and body, in characters. */
  readonly limits: { readonly title: number; readonly body: number };
  readonly pageSize: number;
}

export const DeskContext = createContext<Desk | undefined>(undefined);

export function useDesk(): Desk {
  const desk = useContext(DeskContext);
  if (!desk) throw new TypeError('useDesk needs a DeskContext around it');
  return desk;
}
