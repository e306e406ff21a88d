import { useEffect, useRef } from 'react';
import type { Note } from '@/lib/notes/note';
import { ActionButton } from '../../components/action-button';
import { readDraft } from '../../components/drafts';
import { ErrorNotice } from './error-notice';
import { NoteFields, useNoteForm } from './note-form';
import { createNote } from './notes-api';
import { NeedsScope, useNotesContext } from './notes-context';

const draftKey = 'new';
const blank = { title: '', body: '' };

/** The form for a new note. */
export function CreateForm({ onCreated }: { onCreated: (note: Note) => void }) {
  const { owner, permissions } = useNotesContext();
  const permission = permissions['note:create'];
  const { form, text, setText, type, send, busy, error } = useNoteForm({
    draftKey,
    start: blank,
    version: 0,
  });
  const title = useRef<HTMLInputElement>(null);

  // After hydration: the server knows nothing of drafts.
  useEffect(() => {
    const draft = readDraft(owner, draftKey);
    if (draft) setText({ title: draft.title, body: draft.body });
  }, [owner, setText]);

  async function create() {
    const note = await send(createNote);
    if (!note) return;
    setText(blank);
    title.current?.focus();
    onCreated(note);
  }

  return (
    <form
      ref={form}
      onSubmit={(event) => {
        event.preventDefault();
        void create();
      }}
      aria-labelledby="create"
      className="card space-y-4"
    >
      <h2 id="create" className="text-lg font-semibold">
        New note
      </h2>
      <NoteFields
        text={text}
        onChange={type}
        error={error}
        titleRef={title}
        disabled={!permission.allowed}
        locked={busy}
      />
      <ErrorNotice error={error} kept="Your text is kept in this tab." onRetry={create} />
      <ActionButton
        type="submit"
        className="button button-main"
        disabled={!permission.allowed}
        aria-describedby={permission.allowed ? undefined : 'create-needs'}
        busy={busy}
        busyText="Creating…"
      >
        Create note
      </ActionButton>
      {permission.allowed ? null : <NeedsScope id="create-needs" permission={permission} />}
    </form>
  );
}
