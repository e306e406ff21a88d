import { type ReactNode, type Ref, useEffect, useId, useRef, useState } from 'react';
import type { Note } from '@/lib/notes/note';
import { bodyLimit, characterCount, fieldErrors, type NoteText, titleLimit } from '@/lib/notes/text';
import { forgetDraft, keepDraft } from '../../components/drafts';
import { useHydrated } from '../../components/hydrated';
import { useSession } from '../../components/session-watch/session-watch';
import type { NoteError, Result } from './notes-api';
import { useNotesContext } from './notes-context';

interface NoteFormOptions {
  /** Under which its draft is kept: a note's id, or `new`. */
  draftKey: string;
  start: NoteText;
  /** The version being edited; 0 for a new note. */
  version: number;
}

/** What someone is writing: kept as a draft with every keystroke, until the server has it. */
export function useNoteText({ draftKey, start, version }: NoteFormOptions) {
  const { owner } = useNotesContext();
  const { shown } = useSession();
  const [text, setText] = useState<NoteText>({ title: start.title, body: start.body });

  function type(typed: NoteText) {
    setText(typed);
    keepDraft(owner, draftKey, { ...typed, version });
  }

  /** What speaks against sending it at all. */
  function refuse(): NoteError | undefined {
    if (shown.kind === 'someone-else') return shown;
    const errors = fieldErrors(text);
    return errors && { kind: 'fields', errors };
  }

  return { text, setText, type, refuse };
}

/** Moves focus to the first field that is wrong. @returns the ref of its form */
export function useFocusOnMistake(error: NoteError | undefined) {
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (error?.kind === 'fields') form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [error]);
  return form;
}

/** The same, and what becomes of it when it is sent to the API. */
export function useNoteForm(options: NoteFormOptions) {
  const { text, setText, type, refuse } = useNoteText(options);
  const [error, setError] = useState<NoteError>();
  const [busy, setBusy] = useState(false);
  const form = useFocusOnMistake(error);

  /** Sends what is written. @returns the note as saved; undefined where there is an error to show */
  async function send(call: (text: NoteText) => Promise<Result<Note>>): Promise<Note | undefined> {
    if (busy) return undefined;
    const refused = refuse();
    setError(refused);
    if (refused) return undefined;
    setBusy(true);
    const sent = await call(text);
    setBusy(false);
    if (!sent.ok) {
      setError(sent.error);
      return undefined;
    }
    forgetDraft(options.draftKey);
    return sent.value;
  }

  return { form, text, setText, type, send, busy, error, setError };
}

interface NoteFieldsProps {
  text: NoteText;
  onChange: (text: NoteText) => void;
  error: NoteError | undefined;
  titleRef: Ref<HTMLInputElement>;
  /** Not permitted at all. */
  disabled?: boolean;
  /** Being sent: nothing may change now, and focus stays. */
  locked?: boolean;
}

/** Title and text of a note. Length is counted, not capped: a pasted text must not lose its end without a word. */
export function NoteFields({ text, onChange, error, titleRef, disabled, locked }: NoteFieldsProps) {
  const hydrated = useHydrated();
  const state = { disabled, readOnly: locked || !hydrated };
  const errors = error?.kind === 'fields' ? error.errors : undefined;
  return (
    <>
      <Field label="Title" value={text.title} limit={titleLimit} error={errors?.title}>
        {(field) => (
          <input
            ref={titleRef}
            {...field}
            {...state}
            name="title"
            className="field"
            autoComplete="off"
            aria-required="true"
            onChange={(event) => onChange({ ...text, title: event.target.value })}
          />
        )}
      </Field>
      <Field label="Text" value={text.body} limit={bodyLimit} error={errors?.body}>
        {(field) => (
          <textarea
            {...field}
            {...state}
            name="body"
            className="field field-sizing-content max-h-96 min-h-24"
            onChange={(event) => onChange({ ...text, body: event.target.value })}
          />
        )}
      </Field>
    </>
  );
}

interface FieldProps {
  label: string;
  value: string;
  limit: number;
  error: string | undefined;
  /** The control, with what ties it to its label and its error. */
  children: (
    field: Record<'id' | 'value', string> & { 'aria-invalid': boolean; 'aria-describedby'?: string },
  ) => ReactNode;
}

/** A label, its control, what is wrong with it, and a count once the limit is near. */
function Field({ label, value, limit, error, children }: FieldProps) {
  const id = useId();
  const count = characterCount(value);
  const near = count > limit * 0.9;
  const describedBy = [error && `${id}-error`, near && `${id}-count`].filter(Boolean).join(' ') || undefined;
  return (
    <div className="space-y-1">
      <label htmlFor={id} className="block font-medium">
        {label}
      </label>
      {children({ id, value, 'aria-invalid': Boolean(error), 'aria-describedby': describedBy })}
      <div className="flex flex-wrap justify-between gap-x-4 text-sm">
        {error ? (
          <p id={`${id}-error`} className="text-bad">
            The {label.toLowerCase()} {error}.
          </p>
        ) : null}
        {near ? (
          <p
            id={`${id}-count`}
            className={`ml-auto tabular-nums ${count > limit ? 'text-bad' : 'text-soft'}`}
          >
            {count.toLocaleString('en')} of {limit.toLocaleString('en')} characters
          </p>
        ) : null}
      </div>
    </div>
  );
}
