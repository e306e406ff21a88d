import { useCallback, useEffect, useState } from 'react';
import type { Note } from '@/lib/notes/note';
import { fetchNotes, type NotesPage } from './notes-api';
import type { Trouble } from './trouble';

/**
 * Whether notes changed since this document was loaded. The router keeps a page as the server first rendered it and
 * shows that again on "back"; the list must then be read anew.
 */
let changedSinceLoad = false;

interface List {
  readonly notes: readonly Note[];
  readonly nextCursor: string | null;
}

/** The notes on this page, and what can become of the list. @param first undefined: listing is not permitted */
export function useNotes(first: NotesPage | undefined, pageSize: number) {
  const [list, setList] = useState<List>(first ?? { notes: [], nextCursor: null });
  const mayRead = first !== undefined;

  useEffect(() => {
    if (!changedSinceLoad || !mayRead) return;
    void fetchNotes(pageSize).then((answer) => {
      if (answer.ok) setList(answer.value);
    });
  }, [mayRead, pageSize]);

  const change = useCallback((notes: (before: readonly Note[]) => readonly Note[]) => {
    changedSinceLoad = true;
    setList((before) => ({ ...before, notes: notes(before.notes) }));
  }, []);

  /** @returns the notes that were added and whether they are the last, or why there are none */
  async function loadMore(): Promise<{ added: readonly Note[]; last: boolean } | Trouble> {
    const answer = await fetchNotes(pageSize, list.nextCursor ?? undefined);
    if (!answer.ok) return answer.trouble;
    const known = new Set(list.notes.map(({ id }) => id));
    const added = answer.value.notes.filter(({ id }) => !known.has(id));
    setList((before) => ({ notes: [...before.notes, ...added], nextCursor: answer.value.nextCursor }));
    return { added, last: answer.value.nextCursor === null };
  }

  return {
    ...list,
    loadMore,
    add: (note: Note) => change((before) => [note, ...before]),
    replace: (note: Note) => change((before) => before.map((one) => (one.id === note.id ? note : one))),
    remove: (id: string) => change((before) => before.filter((one) => one.id !== id)),
  };
}
