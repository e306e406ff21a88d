import { reportUnauthorized } from '../../components/session-watch/messages';

/** The fields of a note that a person writes. */
export interface NoteText {
  readonly title: string;
  readonly body: string;
}

/** What is wrong with each field, as a clause that completes "The title …". */
export type FieldErrors = Partial<Record<keyof NoteText, string>>;

/** Why the API did not do what was asked: what a person can do about each is different. */
export type Trouble =
  | { readonly kind: 'signed-out' }
  /** Somebody else is signed in in this browser now; nothing was sent. */
  | { readonly kind: 'someone-else'; readonly name: string }
  | { readonly kind: 'needs-scope'; readonly scope: string }
  | { readonly kind: 'conflict' }
  | { readonly kind: 'gone' }
  | { readonly kind: 'fields'; readonly errors: FieldErrors }
  | { readonly kind: 'network' }
  | { readonly kind: 'other'; readonly message: string };

export type Answer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly trouble: Trouble };

type Problem = Partial<Record<string, unknown>>;

/** Reads a problem answer (RFC 9457). */
export async function troubleOf(response: Response): Promise<Trouble> {
  const problem = await problemIn(response);
  if (response.status === 401) {
    reportUnauthorized();
    return { kind: 'signed-out' };
  }
  if (response.status === 404) return { kind: 'gone' };
  if (response.status === 412) return { kind: 'conflict' };
  if (problem.code === 'insufficient_scope') return { kind: 'needs-scope', scope: text(problem.scope) };
  if (response.status === 422) {
    const errors = fieldErrors(problem.errors);
    if (errors) return { kind: 'fields', errors };
  }
  const message = [text(problem.title), text(problem.detail)].filter(Boolean).join(' ');
  return { kind: 'other', message: message || `The server answered with status ${response.status}.` };
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
function fieldErrors(errors: unknown): FieldErrors | undefined {
  const { title, body } = (errors ?? {}) as Problem;
  if (typeof title !== 'string' && typeof body !== 'string') return undefined;
  return { title: text(title) || undefined, body: text(body) || undefined };
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
