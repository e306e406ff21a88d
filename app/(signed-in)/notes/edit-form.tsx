import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import type { Note } from '@/lib/notes/note';
import { ActionButton } from '../../components/action-button';
import { type Draft, forgetDraft } from '../../components/drafts';
import { Notice } from '../../components/notice';
import { useReturned } from '../../components/step-up';
import { Conflict } from './conflict';
import { ErrorNotice } from './error-notice';
import { NoteFields, useNoteForm } from './note-form';
import { changeNote, createNote } from './notes-api';
import { useNotesContext } from './notes-context';

interface EditFormProps {
  note: Note;
  /** What to begin with: the note as it is, or what was typed before a reload. */
  start: Draft;
  /** Whether a person asked for it just now. */
  takeFocus: boolean;
  onSaved: (note: Note) => void;
  /** The note was deleted elsewhere and is now saved under another id. */
  onRecreated: (note: Note) => void;
  onClose: () => void;
}

/** The form for a change of a note, in the note's own place. */
export function EditForm({ note, start, takeFocus, onSaved, onRecreated, onClose }: EditFormProps) {
  const { permissions } = useNotesContext();
  const { form, text, type, send, busy, error, setError } = useNoteForm({
    draftKey: note.id,
    start,
    version: start.version,
  });
  const [asking, setAsking] = useState(false);
  const title = useRef<HTMLInputElement>(null);
  const returned = useReturned(`change ${note.id}`);
  const changed = text.title !== note.title || text.body !== note.body;

  useEffect(() => {
    if (takeFocus) title.current?.focus();
  }, [takeFocus]);

  /** @param version the version this change is meant for */
  async function save(version: number) {
    const saved = await send((written) => changeNote({ id: note.id, version }, written));
    if (saved) onSaved(saved);
  }

  async function saveAsNew() {
    const saved = await send(createNote);
    if (saved) onRecreated(saved);
  }

  function discard() {
    forgetDraft(note.id);
    onClose();
  }

  function takeTheirs(theirs: Note) {
    forgetDraft(note.id);
    onSaved(theirs);
  }

  function onKeyDown(event: KeyboardEvent) {
    // A key that closes an input method's list is not meant for us.
    if (event.key !== 'Escape' || event.nativeEvent.isComposing || busy) return;
    event.preventDefault();
    if (changed) setAsking(true);
    else discard();
  }

  return (
    <form
      ref={form}
      onSubmit={(event) => {
        event.preventDefault();
        void save(start.version);
      }}
      onKeyDown={onKeyDown}
      aria-label={`Edit ${note.title}`}
      className="space-y-4"
    >
      <NoteFields text={text} onChange={type} error={error} titleRef={title} locked={busy} />
      {error?.kind === 'conflict' ? (
        <Conflict note={note} onTakeTheirs={takeTheirs} onOverwrite={save} onError={setError} />
      ) : null}
      <ErrorNotice
        error={error}
        kept="Your text is kept in this tab."
        stepUp={{ what: `change ${note.id}`, returned }}
        onRetry={() => save(start.version)}
      />
      {error?.kind === 'gone' && permissions['note:create'].allowed ? (
        <button type="button" className="button" onClick={saveAsNew}>
          Save as a new note
        </button>
      ) : null}
      {asking ? (
        <DiscardQuestion
          onDiscard={discard}
          onKeep={() => {
            setAsking(false);
            title.current?.focus();
          }}
        />
      ) : null}
      <div className="flex flex-wrap gap-3">
        <ActionButton type="submit" className="button button-main" busy={busy} busyText="Saving…">
          Save
        </ActionButton>
        <button type="button" className="button" onClick={discard}>
          Cancel
        </button>
      </div>
    </form>
  );
}

/** Asked before Escape throws away what was typed. */
function DiscardQuestion({ onDiscard, onKeep }: { onDiscard: () => void; onKeep: () => void }) {
  const keep = useRef<HTMLButtonElement>(null);
  useEffect(() => keep.current?.focus(), []);
  return (
    <Notice tone="warn" role="alert">
      <p>Discard your changes to this note?</p>
      <div className="flex flex-wrap gap-3">
        <button ref={keep} type="button" className="button" onClick={onKeep}>
          Keep editing
        </button>
        <button type="button" className="button button-danger" onClick={onDiscard}>
          Discard changes
        </button>
      </div>
    </Notice>
  );
}
