import { useActionState, useEffect, useRef } from 'react';
import type { Note } from '@/lib/notes/note';
import { ActionButton } from '../../components/action-button';
import { forgetDraft, readDraft } from '../../components/drafts';
import { useReturned } from '../../components/step-up';
import { sendNewNote } from './create-note';
import { ErrorNotice } from './error-notice';
import { NoteFields, useFocusOnMistake, useNoteText } from './note-form';
import type { NoteError } from './notes-api';
import { NeedsScope, useNotesContext } from './notes-context';

const draftKey = 'new';
const blank = { title: '', body: '' };

/** The form for a new note, which a server action takes. */
export function CreateForm({ onCreated }: { onCreated: (note: Note) => void }) {
  const { owner, permissions } = useNotesContext();
  const permission = permissions['note:create'];
  const { text, setText, type, refuse } = useNoteText({ draftKey, start: blank, version: 0 });
  const [error, send, busy] = useActionState(create, undefined);
  const form = useFocusOnMistake(error);
  const title = useRef<HTMLInputElement>(null);
  const returned = useReturned('create');

  // After hydration: the server knows nothing of drafts.
  useEffect(() => {
    const draft = readDraft(owner, draftKey);
    if (draft) setText({ title: draft.title, body: draft.body });
  }, [owner, setText]);

  async function create(_before: NoteError | undefined, fields: FormData): Promise<NoteError | undefined> {
    const refused = refuse();
    if (refused) return refused;
    const sent = await sendNewNote(fields);
    if (!sent.ok) return sent.error;
    forgetDraft(draftKey);
    setText(blank);
    title.current?.focus();
    onCreated(sent.value);
    return undefined;
  }

  return (
    <form
      ref={form}
      action={send}
      // React sends one after the other; a note pressed into being twice is meant once.
      onSubmit={(event) => {
        if (busy) event.preventDefault();
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
      <ErrorNotice
        error={error}
        kept="Your text is kept in this tab."
        stepUp={{ what: 'create', returned }}
        onRetry={() => form.current?.requestSubmit()}
      />
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
