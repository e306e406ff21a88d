import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import type { Note } from '@/lib/notes/note';
import { ActionButton } from '../../components/action-button';
import { type Draft, forgetDraft } from '../../components/drafts';
import { Conflict } from './conflict';
import { useDesk } from './desk';
import { DiscardQuestion } from './discard-question';
import { NoteFields } from './note-fields';
import { changeNote, createNote } from './notes-api';
import { TroubleNotice } from './trouble-notice';
import { useNoteForm } from './use-note-form';

interface NoteEditorProps {
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

/** A note while it is being changed, in its own place. */
export function NoteEditor({ note, start, takeFocus, onSaved, onRecreated, onClose }: NoteEditorProps) {
  const { access } = useDesk();
  const { form, text, type, send, busy, errors, trouble, setTrouble } = useNoteForm({
    draftKey: note.id,
    start,
    version: start.version,
  });
  const [asking, setAsking] = useState(false);
  const title = useRef<HTMLInputElement>(null);
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
      <NoteFields text={text} onChange={type} errors={errors} titleRef={title} locked={busy} />
      {trouble?.kind === 'conflict' ? (
        <Conflict note={note} onTakeTheirs={takeTheirs} onOverwrite={save} onTrouble={setTrouble} />
      ) : null}
      <TroubleNotice
        trouble={trouble}
        kept="Your text is kept in this tab."
        onRetry={() => save(start.version)}
      />
      {trouble?.kind === 'gone' && access['note:create'].allowed ? (
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
