import { useEffect, useRef, useState } from 'react';
import type { Note } from '@/lib/notes/note';
import { ActionButton } from '../../components/action-button';
import { Notice } from '../../components/notice';
import { deleteNote, fetchNote } from './notes-api';
import type { Trouble } from './trouble';
import { TroubleNotice } from './trouble-notice';

interface DeleteDialogProps {
  note: Note;
  onClose: () => void;
  onDeleted: () => void;
  onStale: (note: Note) => void;
}

/** Asks, by name, whether a note should go for good. Escape keeps it. */
export function DeleteDialog({ note, onClose, onDeleted, onStale }: DeleteDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const keep = useRef<HTMLButtonElement>(null);
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<Trouble>();

  useEffect(() => {
    dialog.current?.showModal();
    // Return is pressed before the question is read: it should not delete.
    keep.current?.focus();
  }, []);

  async function remove() {
    setBusy(true);
    setTrouble(undefined);
    const answer = await deleteNote(note);
    setBusy(false);
    if (answer.ok || answer.trouble.kind === 'gone') {
      dialog.current?.close();
      return onDeleted();
    }
    setTrouble(answer.trouble);
    if (answer.trouble.kind === 'conflict') await showCurrent();
  }

  async function showCurrent() {
    const current = await fetchNote(note);
    if (current.ok) onStale(current.value);
    else setTrouble(current.trouble);
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
      {trouble?.kind === 'conflict' ? (
        <Notice tone="warn" role="alert">
          <p>
            This note was changed elsewhere meanwhile; the list behind shows how it is now. Delete it all the
            same?
          </p>
        </Notice>
      ) : null}
      <TroubleNotice trouble={trouble} onRetry={remove} />
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
