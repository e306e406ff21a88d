'use server';

import { problemBody } from '@/lib/http/problem';
import { notesPerOwner, ownerOf, readForm } from '@/lib/notes';
import { type Note, newNoteSchema } from '@/lib/notes/note';

import type { FieldErrors } from '@/lib/notes/text';
import { noteStore } from '@/lib/server/notes';
import { protectAction } from '@/lib/server/protect-action';

/** What became of a new note that somebody may create. */
export type Creation =
  | { readonly kind: 'created'; readonly note: Note }
  | { readonly kind: 'fields'; readonly errors: FieldErrors }
  | { readonly kind: 'quota'; readonly sentence: string };

/** Creates a note from a form, by the rules of `POST /api/notes`. The page adds it to its list by itself. */
export const createNote = protectAction('note:create', async ({ token }, form): Promise<Creation> => {
  const fields = readForm(form, newNoteSchema);
  if ('errors' in fields) return { kind: 'fields', errors: fields.errors };
  const note = await (await noteStore()).create(ownerOf(token), fields.value);
  if (note) return { kind: 'created', note };
  return {
    kind: 'quota',
    sentence: `${problemBody('quota').title} The limit is ${notesPerOwner.toLocaleString('en')}.`,
  };
});
