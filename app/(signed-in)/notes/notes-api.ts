import { withBasePath } from '@/lib/config/base-path';
import type { Note } from '@/lib/notes/note';
import type { FieldErrors, NoteText } from '@/lib/notes/text';
import { reportUnauthorized } from '../../components/session-watch/messages';
import { keepExchange, stationOf } from './exchanges';

/** Why a request failed: what a person can do about each is different. */
export type NoteError =
  | { readonly kind: 'signed-out' }
  /** Somebody else is signed in in this browser now; nothing was sent. */
  | { readonly kind: 'someone-else'; readonly name: string }
  /** @property signInHref asks for it; where it is not known, the page knows one of its own */
  | { readonly kind: 'needs-scope'; readonly scope: string; readonly signInHref?: string }
  /** @property silent whether the token says nothing of the sign-in, so that another would change nothing */
  | {
      readonly kind: 'needs-sign-in';
      readonly because: string;
      readonly silent: boolean;
      readonly maxAge?: number;
      readonly acrValues?: string;
      readonly signInHref?: string;
    }
  | { readonly kind: 'conflict' }
  | { readonly kind: 'gone' }
  | { readonly kind: 'fields'; readonly errors: FieldErrors }
  | { readonly kind: 'network' }
  | { readonly kind: 'other'; readonly message: string };

export type Result<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: NoteError };

export interface NotesPage {
  readonly notes: Note[];
  readonly nextCursor: string | null;
}

/** Milliseconds. */
export const timeout = 20_000;

const json = (response: Response) => response.json();
const jsonType = { 'content-type': 'application/json' };
const pathOf = ({ id }: Pick<Note, 'id'>) => `/api/notes/${encodeURIComponent(id)}`;
/** The ETag of a version: a change is refused if the note has moved on (RFC 9110 §13.1.1). */
const ifMatch = (version: number) => ({ 'if-match': `"${version}"` });

export function fetchNotes(limit: number, cursor?: string): Promise<Result<NotesPage>> {
  const query = new URLSearchParams({ limit: String(limit), ...(cursor !== undefined && { cursor }) });
  return request(`/api/notes?${query}`, {}, json);
}

export function fetchNote(note: Pick<Note, 'id'>): Promise<Result<Note>> {
  return request(pathOf(note), {}, json);
}

export function createNote(text: NoteText): Promise<Result<Note>> {
  return request('/api/notes', { method: 'POST', headers: jsonType, body: JSON.stringify(text) }, json);
}

export function changeNote(note: Pick<Note, 'id' | 'version'>, text: NoteText): Promise<Result<Note>> {
  const headers = { ...jsonType, ...ifMatch(note.version) };
  return request(pathOf(note), { method: 'PATCH', headers, body: JSON.stringify(text) }, json);
}

export function deleteNote(note: Pick<Note, 'id' | 'version'>): Promise<Result<undefined>> {
  const init = { method: 'DELETE', headers: ifMatch(note.version) };
  return request(pathOf(note), init, async () => undefined);
}

/** Calls this app's own API with the browser's session, and shows what was said. Never rejects. */
async function request<T>(
  path: string,
  init: { method?: string; headers?: Record<string, string>; body?: string },
  read: (response: Response) => Promise<T>,
): Promise<Result<T>> {
  const sent = { method: 'GET', headers: {}, ...init, path };
  const response = await fetch(withBasePath(path), { ...init, signal: AbortSignal.timeout(timeout) }).catch(
    () => undefined,
  );
  if (!response) {
    keepExchange(sent);
    return { ok: false, error: { kind: 'network' } };
  }
  const { status } = response;
  if (!response.ok) {
    const problem = await problemIn(response);
    const because = text(problem.detail) || text(problem.title) || `The answer was ${status}.`;
    const challenge = response.headers.get('www-authenticate') ?? undefined;
    keepExchange({
      ...sent,
      status,
      challenge,
      answer: problem,
      stop: { at: stationOf(problem.code), because },
    });
    return { ok: false, error: errorFrom(status, problem) };
  }
  keepExchange({ ...sent, status });
  try {
    return { ok: true, value: await read(response) };
  } catch {
    return { ok: false, error: { kind: 'network' } };
  }
}

type Problem = Partial<Record<string, unknown>>;

/** What a problem answer (RFC 9457) means here. */
function errorFrom(status: number, problem: Problem): NoteError {
  if (problem.code === 'insufficient_user_authentication') {
    const { max_age: maxAge, acr_values: acrValues, silent } = problem;
    return {
      kind: 'needs-sign-in',
      because: text(problem.detail),
      silent: silent === true,
      ...(typeof maxAge === 'number' && { maxAge }),
      ...(typeof acrValues === 'string' && { acrValues }),
    };
  }
  if (status === 401) {
    reportUnauthorized();
    return { kind: 'signed-out' };
  }
  if (status === 404) return { kind: 'gone' };
  if (status === 412) return { kind: 'conflict' };
  if (problem.code === 'insufficient_scope') return { kind: 'needs-scope', scope: text(problem.scope) };
  if (status === 422) {
    const errors = fieldErrorsIn(problem);
    if (errors) return { kind: 'fields', errors };
  }
  const message = [text(problem.title), text(problem.detail)].filter(Boolean).join(' ');
  return { kind: 'other', message: message || `The server answered with status ${status}.` };
}

async function problemIn(response: Response): Promise<Problem> {
  try {
    const body: unknown = await response.json();
    return typeof body === 'object' && body !== null ? { ...body } : {};
  } catch {
    return {};
  }
}

/** @returns undefined where no field that is on the page is to blame */
function fieldErrorsIn({ errors }: Problem): FieldErrors | undefined {
  const { title, body } = (errors ?? {}) as Problem;
  if (typeof title !== 'string' && typeof body !== 'string') return undefined;
  return { title: text(title) || undefined, body: text(body) || undefined };
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
