import { z } from 'zod';
import { bodyLimit, characterCount, titleLimit } from './text';

/** A note as its owner sees it. */
export interface Note {
  readonly id: string;
  readonly title: string;
  readonly body: string;
  /** Grows by one with every change; its ETag is `"<version>"`. */
  readonly version: number;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** Whose notes: a subject is unique within its issuer only (OpenID Connect Core §2, `sub`). */
export interface Owner {
  readonly issuer: string;
  readonly subject: string;
}

/** No database keeps these as they are: a NUL cuts off what follows it, half a surrogate pair becomes another character. */
const storable = (text: string) => !text.includes('\0') && !/\p{Surrogate}/u.test(text);

const text = z
  .string('must be a string')
  .refine(storable, 'must not contain a NUL character or half a surrogate pair');
const title = text
  .refine((text) => text.trim() !== '', 'must not be empty')
  .refine((text) => characterCount(text) <= titleLimit, `must have at most ${titleLimit} characters`);
const body = text.refine(
  (text) => characterCount(text) <= bodyLimit,
  `must have at most ${bodyLimit} characters`,
);

/** A new note. Unknown members are refused: a misspelt one would be lost without a word. */
export const newNoteSchema = z.strictObject({ title, body: body.default('') });

/** A change of a note: at least one of its fields. */
export const noteChangeSchema = z
  .strictObject({ title: title.optional(), body: body.optional() })
  .refine((change) => Object.keys(change).length > 0, 'must change the title or the body');

export type NewNote = z.infer<typeof newNoteSchema>;
export type NoteChange = z.infer<typeof noteChangeSchema>;
