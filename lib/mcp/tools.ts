import { z } from 'zod';
import type { Action } from '../access/actions';
import { decodeCursor, notesPerOwner, pageSize } from '../notes';
import { newNoteSchema, noteChangeSchema } from '../notes/note';
import { type NoteTool, refused, succeeded, tool } from './tool';

const noteFields = {
  id: z.string(),
  title: z.string(),
  body: z.string(),
  version: z.int(),
  createdAt: z.string(),
  updatedAt: z.string(),
};
const note = z.object(noteFields);
const id = z.string().describe('The id of the note, as list_notes shows it.');
const version = z
  .int()
  .min(1)
  .optional()
  .describe('The version of the note that you have read; the call is refused where it has changed since.');

const missing = () => refused('You have no note with this id.');
const changed = () =>
  refused('The note has changed since you read it. Read it again, and send its new version.');
/** Any version will do where none is named. */
const versions = (named: number | undefined) => (named === undefined ? undefined : [named]);

/** Every tool there is: the note actions, each by the row of the access table that its route goes by. */
export const noteTools: readonly NoteTool[] = [
  tool({
    name: 'list_notes',
    title: 'List notes',
    action: 'note:read',
    description: `Lists your notes, newest first, in pages of up to ${pageSize.max}.`,
    input: z.strictObject({
      limit: z.int().min(1).max(pageSize.max).default(pageSize.default),
      cursor: z.string().optional().describe('nextCursor of the page before; left out for the first page.'),
    }),
    output: z.object({ notes: z.array(note), nextCursor: z.string().nullable() }),
    annotations: { readOnlyHint: true },
    async run({ limit, cursor }, { owner, notes }) {
      const after = cursor === undefined ? undefined : decodeCursor(cursor);
      if (cursor !== undefined && !after)
        return refused('cursor must be the nextCursor of an earlier answer.');
      return succeeded({ ...(await (await notes()).list(owner, { limit, after })) });
    },
  }),
  tool({
    name: 'get_note',
    title: 'Read a note',
    action: 'note:read',
    description: 'Reads one of your notes.',
    input: z.strictObject({ id }),
    output: note,
    annotations: { readOnlyHint: true },
    async run({ id }, { owner, notes }) {
      const found = await (await notes()).find(owner, id);
      return found ? succeeded({ ...found }) : missing();
    },
  }),
  tool({
    name: 'create_note',
    title: 'Create a note',
    action: 'note:create',
    description: 'Writes a new note: a title of up to 200 characters, and a text of up to 10,000.',
    // Without its name in the OpenAPI document: an input schema with one is a reference, which assistants do not take.
    input: z.strictObject(newNoteSchema.shape),
    output: note,
    annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false },
    async run(fields, { owner, notes }) {
      const made = await (await notes()).create(owner, fields);
      if (made) return succeeded({ ...made });
      return refused(`You have as many notes as one person may keep: ${notesPerOwner.toLocaleString('en')}.`);
    },
  }),
  tool({
    name: 'update_note',
    title: 'Change a note',
    action: 'note:update',
    description: 'Changes the title or the text of one of your notes, or both; what is left out stays.',
    input: z
      .strictObject({ id, version, ...noteChangeSchema.shape })
      .refine(
        ({ title, body }) => title !== undefined || body !== undefined,
        'must change the title or the body',
      ),
    output: note,
    // What was there before is gone.
    annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: false },
    async run({ id, version: meant, ...change }, { owner, notes }) {
      const result = await (await notes()).change(owner, id, change, versions(meant));
      if (result.outcome === 'changed') return succeeded({ ...result.note });
      return result.outcome === 'missing' ? missing() : changed();
    },
  }),
  tool({
    name: 'delete_note',
    title: 'Delete a note',
    action: 'note:delete',
    description: 'Removes one of your notes for good.',
    input: z.strictObject({ id, version }),
    output: z.object({ deleted: z.string().describe('The id of the note that is gone.') }),
    annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true },
    async run({ id, version: meant }, { owner, notes }) {
      const result = await (await notes()).remove(owner, id, versions(meant));
      if (result === 'removed') return succeeded({ deleted: id });
      return result === 'missing' ? missing() : changed();
    },
  }),
];

/** The action that a tool needs, or undefined where there is no such tool. */
export function actionOf(name: unknown): Action | undefined {
  return noteTools.find((one) => one.name === name)?.action;
}
