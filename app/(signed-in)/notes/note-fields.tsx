import { type ReactNode, type Ref, useId } from 'react';
import { useHydrated } from '../../components/hydrated';
import { useDesk } from './desk';
import type { FieldErrors, NoteText } from './trouble';
import { lengthOf } from './validate';

interface NoteFieldsProps {
  text: NoteText;
  onChange: (text: NoteText) => void;
  errors: FieldErrors | undefined;
  titleRef?: Ref<HTMLInputElement>;
  /** Not permitted at all. */
  disabled?: boolean;
  /** Being sent: nothing may change now, and focus stays. */
  locked?: boolean;
}

/**
 * Title and text of a note. Length is counted, not capped: a pasted text must not lose its end without a word.
 */
export function NoteFields({
  text,
  onChange,
  errors,
  titleRef,
  disabled = false,
  locked = false,
}: NoteFieldsProps) {
  const { limits } = useDesk();
  const id = useId();
  const hydrated = useHydrated();
  return (
    <>
      <Field
        id={`${id}-title`}
        label="Title"
        error={errors?.title}
        count={lengthOf(text.title)}
        limit={limits.title}
      >
        {(described) => (
          <input
            ref={titleRef}
            {...described}
            name="title"
            className="field"
            autoComplete="off"
            aria-required="true"
            disabled={disabled}
            readOnly={locked || !hydrated}
            value={text.title}
            onChange={(event) => onChange({ ...text, title: event.target.value })}
          />
        )}
      </Field>
      <Field
        id={`${id}-body`}
        label="Text"
        error={errors?.body}
        count={lengthOf(text.body)}
        limit={limits.body}
      >
        {(described) => (
          <textarea
            {...described}
            name="body"
            className="field field-sizing-content max-h-96 min-h-24"
            disabled={disabled}
            readOnly={locked || !hydrated}
            value={text.body}
            onChange={(event) => onChange({ ...text, body: event.target.value })}
          />
        )}
      </Field>
    </>
  );
}

interface FieldProps {
  id: string;
  label: string;
  error: string | undefined;
  count: number;
  limit: number;
  children: (described: {
    id: string;
    'aria-invalid': boolean;
    'aria-describedby': string | undefined;
  }) => ReactNode;
}

/** A label, its control, what is wrong with it, and a count once the limit is near. */
function Field({ id, label, error, count, limit, children }: FieldProps) {
  const near = count > limit * 0.9;
  const describedBy = [error && `${id}-error`, near && `${id}-count`].filter(Boolean).join(' ');
  return (
    <div className="space-y-1">
      <label htmlFor={id} className="block font-medium">
        {label}
      </label>
      {children({ id, 'aria-invalid': Boolean(error), 'aria-describedby': describedBy || undefined })}
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
