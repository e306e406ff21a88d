import { useEffect, useRef, useState } from 'react';
import type { Note } from '@/lib/notes/note';
import { forgetDraft, keepDraft } from '../../components/drafts';
import { useSession } from '../../components/session-watch/session-watch';
import { useDesk } from './desk';
import type { Answer, NoteText, Trouble } from './trouble';
import { validate } from './validate';

interface NoteFormOptions {
  /** Under which its draft is kept: a note's id, or `new`. */
  draftKey: string;
  start: NoteText;
  /** The version being edited; 0 for a new note. */
  version: number;
}

/** What someone is writing: kept as a draft with every keystroke, until the API has it. */
export function useNoteForm({ draftKey, start, version }: NoteFormOptions) {
  const { owner, limits } = useDesk();
  const { shown } = useSession();
  const [text, setText] = useState<NoteText>({ title: start.title, body: start.body });
  const [trouble, setTrouble] = useState<Trouble>();
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const errors = trouble?.kind === 'fields' ? trouble.errors : undefined;

  useEffect(() => {
    if (errors) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [errors]);

  function type(typed: NoteText) {
    setText(typed);
    keepDraft(owner, draftKey, { ...typed, version });
  }

  /** Sends what is written. @returns the note as saved; undefined where there is trouble to show */
  async function send(call: (text: NoteText) => Promise<Answer<Note>>): Promise<Note | undefined> {
    if (busy) return undefined;
    if (shown.kind === 'someone-else') {
      setTrouble(shown);
      return undefined;
    }
    const wrong = validate(text, limits);
    setTrouble(wrong && { kind: 'fields', errors: wrong });
    if (wrong) return undefined;
    setBusy(true);
    const answer = await call(text);
    setBusy(false);
    if (!answer.ok) {
      setTrouble(answer.trouble);
      return undefined;
    }
    forgetDraft(draftKey);
    return answer.value;
  }

  return { form, text, setText, type, send, busy, errors, trouble, setTrouble };
}
