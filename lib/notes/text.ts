/**
 * What a person writes in a note, and how long it may be. Without any package, so that the browser can judge it as the
 * API does and need not load what the API checks it with.
 */
export interface NoteText {
  readonly title: string;
  readonly body: string;
}

/** What is wrong with each field, as a clause that completes "The title …". */
export type FieldErrors = Partial<Record<keyof NoteText, string>>;

/** In characters, as `characterCount` counts them. */
export const titleLimit = 200;
export const bodyLimit = 10_000;

/** Characters as people see them on screen, more or less: code points, so that most emoji are one. */
export const characterCount = (text: string): number => [...text].length;

/**
 * What the API would say of these fields, without asking it.
 * @returns undefined where nothing is wrong
 */
export function fieldErrors({ title, body }: NoteText): FieldErrors | undefined {
  const errors: FieldErrors = {
    title: title.trim() === '' ? 'must not be empty' : tooLong(title, titleLimit),
    body: tooLong(body, bodyLimit),
  };
  return errors.title || errors.body ? errors : undefined;
}

function tooLong(text: string, limit: number): string | undefined {
  if (characterCount(text) <= limit) return undefined;
  return `must have at most ${limit.toLocaleString('en')} characters`;
}
