import { unstable_isUnrecognizedActionError as isUnrecognizedAction } from 'next/navigation';
import type { ActionRefusal, ActionResult } from '@/lib/access';
import type { Note } from '@/lib/notes/note';
import type { Station } from '../../components/request-path';
import { reportUnauthorized } from '../../components/session-watch/messages';
import { type Creation, createNote } from './actions';
import { type Exchange, keepExchange } from './exchanges';
import { type NoteError, type Result, timeout } from './notes-api';

/** Sends a new note to its server action. Never rejects: what React is left to catch would take the form away. */
export async function sendNewNote(form: FormData): Promise<Result<Note>> {
  const sent = {
    method: 'POST',
    path: '/notes',
    headers: {},
    action: 'createNote',
    instead: insteadOf(form),
  };
  try {
    const result = await Promise.race([createNote(undefined, form), late()]);
    keepExchange({ ...sent, status: 200, ...answered(result) });
    if (result.outcome !== 'done') return { ok: false, error: errorOf(result) };
    const { value } = result;
    return value.kind === 'created'
      ? { ok: true, value: value.note }
      : { ok: false, error: mistakeIn(value) };
  } catch (error) {
    keepExchange(sent);
    return { ok: false, error: isUnrecognizedAction(error) ? outdated : { kind: 'network' } };
  }
}

/** The request of the API that does the same: what a server action is sent is between Next and itself. */
const insteadOf = (form: FormData) => ({
  method: 'POST',
  path: '/api/notes',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ title: form.get('title'), body: form.get('body') }),
});

/** What an action answers with 200 is a refusal all the same. */
function answered(result: ActionResult<Creation>): Pick<Exchange, 'answer' | 'stop'> {
  if (result.outcome === 'done') {
    const { value } = result;
    if (value.kind === 'created') return {};
    const because = value.kind === 'quota' ? value.sentence : 'Some fields are not valid.';
    return { answer: value, stop: { at: 'notes', because } };
  }
  const stop = { at: stations[result.outcome], because: errorSentence(result) };
  return { answer: result, stop };
}

const stations = {
  'signed-out': 'session',
  refused: 'verify',
  'needs-scope': 'scope',
  'needs-sign-in': 'scope',
  limited: 'notes',
  unavailable: 'verify',
  failed: 'notes',
} as const satisfies Record<ActionRefusal['outcome'], Station>;

function errorSentence(refusal: ActionRefusal): string {
  switch (refusal.outcome) {
    case 'signed-out':
      return 'Nobody is signed in.';
    case 'refused':
      return `The check "${refusal.check}" failed: ${refusal.because}.`;
    case 'needs-sign-in':
      return `This needs another sign-in: ${refusal.because}.`;
    case 'needs-scope':
      return `This needs the scope ${refusal.scopes.join(' ')}.`;
    default:
      return refusal.sentence;
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
    case 'needs-sign-in': {
      const { because, silent, href } = refusal;
      return { kind: 'needs-sign-in', because: `${because}.`, silent, signInHref: href };
    }
    case 'limited':
    case 'unavailable':
    case 'failed':
      return { kind: 'other', message: refusal.sentence };
  }
}

function mistakeIn(creation: Exclude<Creation, { kind: 'created' }>): NoteError {
  return creation.kind === 'fields' ? creation : { kind: 'other', message: creation.sentence };
}
