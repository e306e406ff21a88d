/** What people act on. */

export { expectedVersions, noteAnswer, ownerOf, readFields, readForm, readPaging } from './http';
export { NoteStore, notesPerOwner } from './store';
