import { unstable_isUnrecognizedActionError as isUnrecognizedAction } from 'next/navigation';
import type { ActionRefusal } from '@/lib/access';
import type { Note } from '@/lib/notes/note';
import { reportUnauthorized } from '../../components/session-watch/messages';
import { type Creation, createNote } from './actions';
import { type NoteError, type Result, timeout } from './notes-api';

/** Sends a new note to its server action. Never rejects: what React is left to catch would take the form away. */
export async function sendNewNote(form: FormData): Promise<Result<Note>> {
  try {
    const result = await Promise.race([createNote(undefined, form), late()]);
    if (result.outcome !== 'done') return { ok: false, error: errorOf(result) };
    const { value } = result;
    return value.kind === 'created'
      ? { ok: true, value: value.note }
      : { ok: false, error: mistakeIn(value) };
  } catch (error) {
    return { ok: false, error: isUnrecognizedAction(error) ? outdated : { kind: 'network' } };
  }
}

const late = () =>
  new Promise<never>((_, reject) => {
    setTimeout(() => reject(new Error('there is no answer')), timeout);
  });

/** An action has another id in another build. */
const outdated: NoteError = {
  kind: 'other',
  message: 'The app was renewed since this page was loaded. Load it again to save.',
};

function errorOf(refusal: ActionRefusal): NoteError {
  switch (refusal.outcome) {
    case 'signed-out':
    case 'refused':
      reportUnauthorized();
      return { kind: 'signed-out' };
    case 'needs-scope':
      return { kind: 'needs-scope', scope: refusal.scopes.join(' '), signInHref: refusal.href };
    case 'unavailable':
    case 'failed':
      return { kind: 'other', message: refusal.sentence };
  }
}

function mistakeIn(creation: Exclude<Creation, { kind: 'created' }>): NoteError {
  return creation.kind === 'fields' ? creation : { kind: 'other', message: creation.sentence };
}
