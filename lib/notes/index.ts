/** What people act on. */

export { expectedVersions, noteAnswer, ownerOf, pageSize, readFields, readForm, readPaging } from './http';
export { decodeCursor, NoteStore, notesPerOwner } from './store';
