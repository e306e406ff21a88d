import { useEffect, useRef } from 'react';
import type { Note } from '@/lib/notes/note';
import { ActionButton } from '../../components/action-button';
import { readDraft } from '../../components/drafts';
import { useDesk } from './desk';
import { NeedsScope } from './needs-scope';
import { NoteFields } from './note-fields';
import { createNote } from './notes-api';
import { TroubleNotice } from './trouble-notice';
import { useNoteForm } from './use-note-form';

const draftKey = 'new';
const blank = { title: '', body: '' };

/** The form for a new note. */
export function CreateForm({ onCreated }: { onCreated: (note: Note) => void }) {
  const { owner, access } = useDesk();
  const { allowed } = access['note:create'];
  const { form, text, setText, type, send, busy, errors, trouble } = useNoteForm({
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
        errors={errors}
        titleRef={title}
        disabled={!allowed}
        locked={busy}
      />
      <TroubleNotice trouble={trouble} kept="Your text is kept in this tab." onRetry={create} />
      <ActionButton
        type="submit"
        className="button button-main"
        disabled={!allowed}
        aria-describedby={allowed ? undefined : 'create-needs'}
        busy={busy}
        busyText="Creating…"
      >
        Create note
      </ActionButton>
      {allowed ? null : <NeedsScope id="create-needs" access={access['note:create']} />}
    </form>
  );
}
