import { useEffect, useRef, useState } from 'react';
import type { Note } from '@/lib/notes/note';
import { ActionButton } from '../../components/action-button';
import { Notice } from '../../components/notice';
import { useReturned } from '../../components/step-up';
import { ErrorNotice } from './error-notice';
import { deleteNote, fetchNote, type NoteError } from './notes-api';

interface Outcomes {
  onDeleted: () => void;
  /** The note was changed elsewhere: this is how it is now. */
  onOutdated: (note: Note) => void;
}

interface DeleteNoteProps extends Outcomes {
  note: Note;
  allowed: boolean;
  /** Id of the text that says which scope is missing. */
  describedBy: string | undefined;
}

/** The button that asks before it deletes. */
export function DeleteNote({ note, allowed, describedBy, ...outcomes }: DeleteNoteProps) {
  const [asking, setAsking] = useState(false);
  const what = `delete ${note.id}`;
  const returned = useReturned(what);
  // Where they were when they left to sign in for it.
  useEffect(() => {
    if (returned) setAsking(true);
  }, [returned]);
  return (
    <>
      <ActionButton
        className="button"
        disabled={!allowed}
        aria-describedby={describedBy}
        onClick={() => setAsking(true)}
      >
        Delete
      </ActionButton>
      {asking ? (
        <DeleteDialog
          note={note}
          stepUp={{ what, returned }}
          onClose={() => setAsking(false)}
          {...outcomes}
        />
      ) : null}
    </>
  );
}

interface DeleteDialogProps extends Outcomes {
  note: Note;
  stepUp: { what: string; returned: boolean };
  onClose: () => void;
}

/** Asks, by name, whether a note should go for good. Escape keeps it. */
function DeleteDialog({ note, stepUp, onClose, onDeleted, onOutdated }: DeleteDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const keep = useRef<HTMLButtonElement>(null);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<NoteError>();

  useEffect(() => {
    dialog.current?.showModal();
    // Return is pressed before the question is read: it should not delete.
    keep.current?.focus();
  }, []);

  async function remove() {
    setBusy(true);
    setError(undefined);
    const removed = await deleteNote(note);
    setBusy(false);
    if (removed.ok || removed.error.kind === 'gone') {
      dialog.current?.close();
      return onDeleted();
    }
    setError(removed.error);
    if (removed.error.kind === 'conflict') await showCurrent();
  }

  async function showCurrent() {
    const current = await fetchNote(note);
    if (current.ok) onOutdated(current.value);
    else setError(current.error);
  }

  return (
    <dialog
      ref={dialog}
      aria-labelledby="delete-question"
      onClose={onClose}
      className="m-auto w-full max-w-md space-y-4 rounded-xl border border-line bg-card p-6 text-ink backdrop:bg-black/50 max-sm:max-w-[calc(100%-2rem)]"
    >
      <h2 id="delete-question" className="text-lg font-semibold wrap-anywhere">
        Delete “{note.title}”?
      </h2>
      <p className="text-soft">It cannot be brought back.</p>
      {error?.kind === 'conflict' ? (
        <Notice tone="warn" role="alert">
          <p>
            This note was changed elsewhere meanwhile; the list behind shows how it is now. Delete it all the
            same?
          </p>
        </Notice>
      ) : null}
      <ErrorNotice error={error} stepUp={stepUp} onRetry={remove} />
      <div className="flex flex-wrap gap-3">
        <ActionButton
          type="button"
          className="button button-danger"
          busy={busy}
          busyText="Deleting…"
          onClick={remove}
        >
          Delete note
        </ActionButton>
        <button ref={keep} type="button" className="button" onClick={() => dialog.current?.close()}>
          Keep
        </button>
      </div>
    </dialog>
  );
}
