import { z } from 'zod';
import { bodyLimit, characterCount, titleLimit } from './text';

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
// What the rules say to whoever reads the schema stands beside them: JSON Schema counts code points, too.
const title = text
  .refine((text) => text.trim() !== '', 'must not be empty')
  .refine((text) => characterCount(text) <= titleLimit, `must have at most ${titleLimit} characters`)
  .meta({ minLength: 1, maxLength: titleLimit, pattern: '\\S', examples: ['Tea with the Hatter'] });
const body = text
  .refine((text) => characterCount(text) <= bodyLimit, `must have at most ${bodyLimit} characters`)
  .meta({ maxLength: bodyLimit, examples: ['It is always six o’clock.'] });

/** A new note. Unknown members are refused: a misspelt one would be lost without a word. */
export const newNoteSchema = z.strictObject({ title, body: body.default('') }).meta({ id: 'NewNote' });

/** A change of a note: at least one of its fields. */
export const noteChangeSchema = z
  .strictObject({ title: title.optional(), body: body.optional() })
  .refine((change) => Object.keys(change).length > 0, 'must change the title or the body')
  .meta({ id: 'NoteChange', minProperties: 1 });

/** A note as its owner sees it. */
export const noteSchema = z
  .object({
    id: z.string(),
    title,
    body,
    version: z
      .int()
      .min(1)
      .meta({ description: 'Grows by one with every change; its ETag is `"<version>"`.' }),
    createdAt: z.string().meta({ format: 'date-time' }),
    updatedAt: z.string().meta({ format: 'date-time' }),
  })
  .meta({ id: 'Note' });

export const notePageSchema = z
  .object({
    notes: z.array(noteSchema),
    nextCursor: z.string().nullable().meta({ description: 'For the next page; null on the last one.' }),
  })
  .meta({ id: 'NotePage' });

export type Note = Readonly<z.infer<typeof noteSchema>>;
export type NewNote = z.infer<typeof newNoteSchema>;
export type NoteChange = z.infer<typeof noteChangeSchema>;
