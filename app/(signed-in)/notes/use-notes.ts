import { useCallback, useEffect, useState } from 'react';
import type { Note } from '@/lib/notes/note';
import { fetchNotes, type NotesPage, type Result } from './notes-api';

/**
 * Whether notes changed since this document was loaded. The router keeps a page as the server first rendered it and
 * shows that again on "back"; the list must then be read anew.
 */
let changedSinceLoad = false;

interface List {
  readonly notes: readonly Note[];
  readonly nextCursor: string | null;
}

export interface MoreNotes {
  readonly added: readonly Note[];
  /** Whether there is nothing after these. */
  readonly last: boolean;
}

/** The notes on this page, and what can become of the list. @param first undefined: listing is not permitted */
export function useNotes(first: NotesPage | undefined, pageSize: number) {
  const [list, setList] = useState<List>(first ?? { notes: [], nextCursor: null });
  const mayRead = first !== undefined;

  useEffect(() => {
    if (!changedSinceLoad || !mayRead) return;
    void fetchNotes(pageSize).then((fetched) => {
      if (fetched.ok) setList(fetched.value);
    });
  }, [mayRead, pageSize]);

  const change = useCallback((notes: (before: readonly Note[]) => readonly Note[]) => {
    changedSinceLoad = true;
    setList((before) => ({ ...before, notes: notes(before.notes) }));
  }, []);

  /** A note that was created meanwhile moves the pages: one that is known already is not added again. */
  async function loadMore(): Promise<Result<MoreNotes>> {
    const fetched = await fetchNotes(pageSize, list.nextCursor ?? undefined);
    if (!fetched.ok) return fetched;
    const { notes, nextCursor } = fetched.value;
    const known = new Set(list.notes.map(({ id }) => id));
    const added = notes.filter(({ id }) => !known.has(id));
    setList((before) => ({ notes: [...before.notes, ...added], nextCursor }));
    return { ok: true, value: { added, last: nextCursor === null } };
  }

  return {
    ...list,
    loadMore,
    add: (note: Note) => change((before) => [note, ...before]),
    replace: (note: Note) => change((before) => before.map((one) => (one.id === note.id ? note : one))),
    remove: (id: string) => change((before) => before.filter((one) => one.id !== id)),
  };
}
