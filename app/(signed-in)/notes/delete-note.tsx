import { useState } from 'react';
import type { Note } from '@/lib/notes/note';
import { ActionButton } from '../../components/action-button';
import { DeleteDialog } from './delete-dialog';

interface DeleteNoteProps {
  note: Note;
  allowed: boolean;
  /** Id of the text that says which scope is missing. */
  describedBy: string | undefined;
  onDeleted: () => void;
  /** The note turned out to have changed: this is how it is now. */
  onStale: (note: Note) => void;
}

/** The button that asks before it deletes. */
export function DeleteNote({ note, allowed, describedBy, onDeleted, onStale }: DeleteNoteProps) {
  const [asking, setAsking] = useState(false);
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
        <DeleteDialog note={note} onClose={() => setAsking(false)} onDeleted={onDeleted} onStale={onStale} />
      ) : null}
    </>
  );
}
