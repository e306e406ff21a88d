'use client';

import { useEffect, useState } from 'react';
import type { Note } from '@/lib/notes/note';
import { ActionButton } from '../../components/action-button';
import { CreateForm } from './create-form';
import { ErrorNotice } from './error-notice';
import { HttpPanel } from './http-panel';
import { headingId, NoteCard } from './note-card';
import type { NoteError, NotesPage, Result } from './notes-api';
import { NeedsScope, NotesContext, type NotesContextValue } from './notes-context';
import { type MoreNotes, useNotes } from './use-notes';

interface NotesProps {
  context: NotesContextValue;
  /** The newest notes; undefined: the token does not permit reading them. */
  first: NotesPage | undefined;
  /** How many notes to fetch at a time. */
  pageSize: number;
}

/** Everything a person can do with their notes. */
export function Notes({ context, first, pageSize }: NotesProps) {
  const { notes, nextCursor, loadMore, add, replace, remove } = useNotes(first, pageSize);
  const [status, setStatus] = useState('');
  const focusOn = useFocusOn();

  function deleted(note: Note, index: number) {
    const neighbour = notes[index + 1] ?? notes[index - 1];
    remove(note.id);
    setStatus(`Deleted “${note.title}”.`);
    focusOn(neighbour ? headingId(neighbour) : 'your-notes');
  }

  function recreated(old: Note, note: Note) {
    remove(old.id);
    add(note);
    setStatus(`Saved “${note.title}” as a new note.`);
    focusOn(headingId(note));
  }

  return (
    <NotesContext value={context}>
      <div className="grid items-start gap-6 lg:grid-cols-[20rem_minmax(0,1fr)] lg:grid-rows-[auto_1fr] lg:gap-8">
        <CreateForm
          onCreated={(note) => {
            add(note);
            setStatus(`Created “${note.title}”.`);
          }}
        />
        <section
          aria-labelledby="your-notes"
          className="min-w-0 space-y-4 lg:col-start-2 lg:row-span-2 lg:row-start-1"
        >
          <h2 id="your-notes" tabIndex={-1} className="text-lg font-semibold">
            Your notes
          </h2>
          <MissingScopes permissions={context.permissions} />
          <p role="status" className="min-h-5 truncate text-sm text-good">
            {status}
          </p>
          {notes.length === 0 && first ? <p className="card text-soft">No notes yet.</p> : null}
          <ul className="space-y-4">
            {notes.map((note, index) => (
              <li key={note.id} className="card">
                <NoteCard
                  note={note}
                  onSaved={(saved) => {
                    replace(saved);
                    setStatus(`Saved “${saved.title}”.`);
                  }}
                  onOutdated={replace}
                  onRecreated={(recreation) => recreated(note, recreation)}
                  onDeleted={() => deleted(note, index)}
                />
              </li>
            ))}
          </ul>
          {nextCursor === null ? null : (
            <LoadMore
              load={loadMore}
              onLoaded={({ added, last }) => {
                setStatus(`${added.length} more ${added.length === 1 ? 'note' : 'notes'} loaded.`);
                // The button that had the focus is gone.
                if (last && added[0]) focusOn(headingId(added[0]));
              }}
            />
          )}
        </section>
        <HttpPanel />
      </div>
    </NotesContext>
  );
}

/** What the token does not permit in the list; the form for a new note says so itself. */
function MissingScopes({ permissions }: Pick<NotesContextValue, 'permissions'>) {
  const missing = (['note:read', 'note:update', 'note:delete'] as const).filter(
    (action) => !permissions[action].allowed,
  );
  if (missing.length === 0) return null;
  return (
    <div className="rounded-lg border border-line bg-sunken px-4 py-3">
      {missing.map((action) => (
        <NeedsScope key={action} permission={permissions[action]} />
      ))}
    </div>
  );
}

interface LoadMoreProps {
  load: () => Promise<Result<MoreNotes>>;
  onLoaded: (more: MoreNotes) => void;
}

/** Fetches the next page of notes. */
function LoadMore({ load, onLoaded }: LoadMoreProps) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<NoteError>();

  async function more() {
    setBusy(true);
    setError(undefined);
    const loaded = await load();
    setBusy(false);
    if (loaded.ok) onLoaded(loaded.value);
    else setError(loaded.error);
  }

  return (
    <div className="space-y-3">
      <ErrorNotice error={error} />
      <ActionButton type="button" className="button w-full" busy={busy} busyText="Loading…" onClick={more}>
        Load more
      </ActionButton>
    </div>
  );
}

/** Moves focus to an element by its id once the change that brings it about is on the page. */
function useFocusOn(): (id: string) => void {
  const [target, setTarget] = useState<{ id: string }>();
  useEffect(() => {
    if (target) document.getElementById(target.id)?.focus();
  }, [target]);
  return (id) => setTarget({ id });
}
