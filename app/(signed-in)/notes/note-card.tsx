import { useEffect, useRef, useState } from 'react';
import type { Note } from '@/lib/notes/note';
import { ActionButton } from '../../components/action-button';
import { type Draft, readDraft } from '../../components/drafts';
import { LocalTime } from '../../components/local-time';
import { DeleteNote } from './delete-note';
import { EditForm } from './edit-form';
import { type NotesContextValue, useNotesContext } from './notes-context';

interface NoteCardProps {
  note: Note;
  /** @param note as saved here, or as it was saved elsewhere where the person takes that */
  onSaved: (note: Note) => void;
  /** The note was changed elsewhere: this is how it is now. */
  onOutdated: (note: Note) => void;
  /** The note was deleted elsewhere and is now saved under another id. */
  onRecreated: (note: Note) => void;
  onDeleted: () => void;
}

/** One note, to read, change or delete. */
export function NoteCard({ note, onSaved, onOutdated, onRecreated, onDeleted }: NoteCardProps) {
  const { owner, permissions } = useNotesContext();
  const [editing, setEditing] = useState<{ start: Draft; takeFocus: boolean }>();
  const editButton = useRef<HTMLButtonElement>(null);
  const mayUpdate = permissions['note:update'].allowed;

  useEffect(() => {
    const draft = mayUpdate ? readDraft(owner, note.id) : undefined;
    if (draft) setEditing({ start: draft, takeFocus: false });
  }, [owner, note.id, mayUpdate]);

  const wasEditing = useRef(false);
  useEffect(() => {
    if (wasEditing.current && !editing) editButton.current?.focus();
    wasEditing.current = editing !== undefined;
  }, [editing]);

  if (editing) {
    return (
      <EditForm
        note={note}
        {...editing}
        onSaved={(saved) => {
          setEditing(undefined);
          onSaved(saved);
        }}
        onRecreated={onRecreated}
        onClose={() => setEditing(undefined)}
      />
    );
  }
  const needs = missingScopes(permissions);
  const needsId = needs ? `needs-${note.id}` : undefined;
  return (
    <div className="space-y-3">
      <h3 id={headingId(note)} tabIndex={-1} className="text-lg font-semibold">
        {note.title}
      </h3>
      {note.body ? <p className="whitespace-pre-wrap wrap-anywhere">{note.body}</p> : null}
      <p className="text-sm text-soft">
        {note.version > 1 ? 'Changed' : 'Written'} <LocalTime at={Date.parse(note.updatedAt)} />
      </p>
      <div className="flex flex-wrap gap-3">
        <ActionButton
          ref={editButton}
          className="button"
          disabled={!mayUpdate}
          aria-describedby={needsId}
          onClick={() => setEditing({ start: note, takeFocus: true })}
        >
          Edit
        </ActionButton>
        <DeleteNote
          note={note}
          allowed={permissions['note:delete'].allowed}
          describedBy={needsId}
          onDeleted={onDeleted}
          onOutdated={onOutdated}
        />
      </div>
      {needs ? (
        <p id={needsId} className="text-sm text-soft">
          {needs}
        </p>
      ) : null}
    </div>
  );
}

/** Where focus goes when a neighbour of this note disappears. */
export const headingId = ({ id }: Pick<Note, 'id'>) => `note-${id}`;

/** Which buttons of a note need a scope that the token lacks, in a sentence each. */
function missingScopes(permissions: NotesContextValue['permissions']): string | undefined {
  const { 'note:update': update, 'note:delete': remove } = permissions;
  const needs = [
    update.allowed ? '' : `Edit needs ${update.scope}.`,
    remove.allowed ? '' : `Delete needs ${remove.scope}.`,
  ];
  return needs.filter(Boolean).join(' ') || undefined;
}
