/** What people act on. */

export { expectedVersions, noteAnswer, ownerOf, pageSize, readFields, readForm, readPaging } from './http';
export { newNoteSchema, noteChangeSchema, notePageSchema, noteSchema } from './note';
export { decodeCursor, NoteStore, notesPerOwner } from './store';
