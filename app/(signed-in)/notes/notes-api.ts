import type { Note } from '@/lib/notes/note';
import { type Answer, type NoteText, troubleOf } from './trouble';

export interface NotesPage {
  readonly notes: Note[];
  readonly nextCursor: string | null;
}

const patience = 20_000;

/** Calls this app's own API with the browser's session. Never rejects. */
async function ask<T>(
  path: string,
  init: RequestInit,
  read: (response: Response) => Promise<T>,
): Promise<Answer<T>> {
  try {
    const response = await fetch(path, { ...init, signal: AbortSignal.timeout(patience) });
    if (!response.ok) return { ok: false, trouble: await troubleOf(response) };
    return { ok: true, value: await read(response) };
  } catch {
    return { ok: false, trouble: { kind: 'network' } };
  }
}

const json = (response: Response) => response.json();
const pathOf = ({ id }: Pick<Note, 'id'>) => `/api/notes/${encodeURIComponent(id)}`;
/** The ETag of a version: a change is refused if the note has moved on (RFC 9110 §13.1.1). */
const ifMatch = (version: number) => ({ 'if-match': `"${version}"` });

export function fetchNotes(limit: number, cursor?: string): Promise<Answer<NotesPage>> {
  const query = new URLSearchParams({ limit: String(limit), ...(cursor !== undefined && { cursor }) });
  return ask(`/api/notes?${query}`, {}, json);
}

export function fetchNote(note: Pick<Note, 'id'>): Promise<Answer<Note>> {
  return ask(pathOf(note), {}, json);
}

export function createNote(text: NoteText): Promise<Answer<Note>> {
  return ask('/api/notes', { method: 'POST', headers: jsonType, body: JSON.stringify(text) }, json);
}

export function changeNote(note: Pick<Note, 'id' | 'version'>, text: NoteText): Promise<Answer<Note>> {
  const headers = { ...jsonType, ...ifMatch(note.version) };
  return ask(pathOf(note), { method: 'PATCH', headers, body: JSON.stringify(text) }, json);
}

export function deleteNote(note: Pick<Note, 'id' | 'version'>): Promise<Answer<undefined>> {
  return ask(pathOf(note), { method: 'DELETE', headers: ifMatch(note.version) }, async () => undefined);
}

const jsonType = { 'content-type': 'application/json' };
