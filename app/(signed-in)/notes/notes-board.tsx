'use client';

import { useState } from 'react';
import type { Note } from '@/lib/notes/note';
import { CreateForm } from './create-form';
import { type Desk, DeskContext } from './desk';
import { LoadMore } from './load-more';
import { NeedsScope } from './needs-scope';
import { headingId, NoteCard } from './note-card';
import type { NotesPage } from './notes-api';
import { useFocusOn } from './use-focus-on';
import { useNotes } from './use-notes';

/** Everything a person can do with their notes. @param first undefined: their token does not permit reading them */
export function NotesBoard({ desk, first }: { desk: Desk; first: NotesPage | undefined }) {
  const { notes, nextCursor, loadMore, add, replace, remove } = useNotes(first, desk.pageSize);
  const [news, setNews] = useState('');
  const focusOn = useFocusOn();

  function deleted(note: Note, index: number) {
    const neighbour = notes[index + 1] ?? notes[index - 1];
    remove(note.id);
    setNews(`Deleted “${note.title}”.`);
    focusOn(neighbour ? headingId(neighbour) : 'your-notes');
  }

  function recreated(old: Note, note: Note) {
    remove(old.id);
    add(note);
    setNews(`Saved “${note.title}” as a new note.`);
    focusOn(headingId(note));
  }

  return (
    <DeskContext value={desk}>
      <div className="grid items-start gap-6 lg:grid-cols-[20rem_minmax(0,1fr)] lg:gap-8">
        <CreateForm
          onCreated={(note) => {
            add(note);
            setNews(`Created “${note.title}”.`);
          }}
        />
        <section aria-labelledby="your-notes" className="min-w-0 space-y-4">
          <h2 id="your-notes" tabIndex={-1} className="text-lg font-semibold">
            Your notes
          </h2>
          <Limits desk={desk} />
          <p role="status" className="min-h-5 truncate text-sm text-good">
            {news}
          </p>
          {notes.length === 0 && first ? <p className="card text-soft">No notes yet.</p> : null}
          <ul className="space-y-4">
            {notes.map((note, index) => (
              <li key={note.id} className="card">
                <NoteCard
                  note={note}
                  onChanged={(changed, how) => {
                    replace(changed);
                    if (how === 'saved') setNews(`Saved “${changed.title}”.`);
                  }}
                  onRecreated={(recreation) => recreated(note, recreation)}
                  onDeleted={() => deleted(note, index)}
                />
              </li>
            ))}
          </ul>
          {nextCursor === null ? null : (
            <LoadMore
              load={loadMore}
              onLoaded={(added, last) => {
                setNews(`${added.length} more ${added.length === 1 ? 'note' : 'notes'} loaded.`);
                if (last && added[0]) focusOn(headingId(added[0]));
              }}
            />
          )}
        </section>
      </div>
    </DeskContext>
  );
}

/** What the token does not permit here. Creating has its own word at the form. */
function Limits({ desk: { access } }: { desk: Desk }) {
  const needs = (['note:read', 'note:update', 'note:delete'] as const).filter(
    (action) => !access[action].allowed,
  );
  if (needs.length === 0) return null;
  return (
    <div className="rounded-lg border border-line bg-sunken px-4 py-3">
      {needs.map((action) => (
        <NeedsScope key={action} access={access[action]} />
      ))}
    </div>
  );
}
