import 'server-only';
import { NoteStore } from '../notes';
import { database } from './database';
import { perProcess } from './per-process';

export type { Note, Owner } from '../notes/note';

/** The notes of this process's database. */
export async function noteStore(): Promise<NoteStore> {
  const db = await database();
  return perProcess('notes', () => new NoteStore(db, Date.now));
}

/** One page of someone's notes, newest first. */
export async function listNotes(
  ...[owner, options]: Parameters<NoteStore['list']>
): ReturnType<NoteStore['list']> {
  return (await noteStore()).list(owner, options);
}
