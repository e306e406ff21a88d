import type { Desk } from './desk';
import type { FieldErrors, NoteText } from './trouble';

/** Characters as the API counts them: code points, so that an emoji is one. */
export const lengthOf = (text: string): number => [...text].length;

/**
 * What the API would say of these fields, without asking it.
 * @returns undefined where nothing is wrong
 */
export function validate({ title, body }: NoteText, limits: Desk['limits']): FieldErrors | undefined {
  const errors: FieldErrors = {
    title: title.trim() === '' ? 'must not be empty' : tooLong(title, limits.title),
    body: tooLong(body, limits.body),
  };
  return errors.title || errors.body ? errors : undefined;
}

function tooLong(text: string, limit: number): string | undefined {
  return lengthOf(text) > limit ? `must have at most ${limit.toLocaleString('en')} characters` : undefined;
}
