import type { z } from 'zod';
import { readJson } from '../http/body';
import { problem } from '../http/problem';
import type { AccessToken } from '../token';
import type { Note, Owner } from './note';
import { type Cursor, decodeCursor } from './store';

/** Whose notes a token reaches. */
export function ownerOf({ issuer, subject }: AccessToken): Owner {
  return { issuer, subject };
}

export const etagOf = ({ version }: Note): string => `"${version}"`;

/** A note as an answer; its ETag is what a later change sends back as `If-Match`. */
export function noteAnswer(note: Note, init: { status?: number; location?: string } = {}): Response {
  return Response.json(note, {
    status: init.status ?? 200,
    headers: {
      etag: etagOf(note),
      'cache-control': 'no-store',
      ...(init.location !== undefined && { location: init.location }),
    },
  });
}

/**
 * An ETag of ours in a list (RFC 9110 §8.8.3), in what proxies that compress make of it too: nginx the weak form, Apache
 * an ending. A version names the text of a note exactly, so the weak form says no less than the strong one.
 */
const ourTag = /^(?:W\/)?"(0|[1-9]\d{0,14})(?:-(?:gzip|br|deflate|zstd))?"$/;

/**
 * The versions that `If-Match` names (RFC 9110 §13.1.1).
 * @returns undefined where any will do; none where nothing that it names can be one of ours
 */
export function expectedVersions(headers: Headers): number[] | undefined {
  const header = headers.get('if-match')?.trim();
  if (header === undefined || header === '*') return undefined;
  const tags = header.match(/(?:"[^"]*"|[^",])+/g) ?? [];
  const versions = tags.map((tag) => ourTag.exec(tag.trim())?.[1]).filter((version) => version !== undefined);
  return [...new Set(versions.map(Number))];
}

/** Reads and checks a JSON body. @returns the value, or the answer that names each wrong field */
export async function readFields<T>(
  request: Request,
  schema: z.ZodType<T>,
): Promise<{ value: T } | Response> {
  const body = await readJson(request);
  if (body instanceof Response) return body;
  const checked = checkFields(body.json, schema);
  return 'errors' in checked ? invalidFields(Object.entries(checked.errors)) : checked;
}

/**
 * Reads and checks a form. A browser sends every line break as CRLF (HTML, encoding of `multipart/form-data`); a note keeps
 * LF, as it was in the text area and as JSON brings it.
 */
export function readForm<T>(form: FormData, schema: z.ZodType<T>): Checked<T> {
  const lines = (value: FormDataEntryValue) =>
    typeof value === 'string' ? value.replaceAll('\r\n', '\n') : value;
  return checkFields(Object.fromEntries([...form].map(([name, value]) => [name, lines(value)])), schema);
}

/** Fields that are right, or what is wrong with each, as a clause that completes "The title …". */
type Checked<T> = { readonly value: T } | { readonly errors: Readonly<Record<string, string>> };

function checkFields<T>(fields: unknown, schema: z.ZodType<T>): Checked<T> {
  const parsed = schema.safeParse(fields);
  if (parsed.success) return { value: parsed.data };
  return { errors: Object.fromEntries(parsed.error.issues.flatMap(fieldsOf)) };
}

function fieldsOf(issue: z.core.$ZodIssue): [string, string][] {
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => [key, 'is not a field of a note']);
  if (issue.path.length > 0) return [[issue.path.join('.'), issue.message]];
  // About the note as a whole, not about its field "body".
  return [['note', issue.code === 'custom' ? issue.message : 'must be an object with title and body']];
}

function invalidFields(entries: [string, string][]): Response {
  const errors = Object.fromEntries(entries);
  const detail = Object.entries(errors).map(([field, message]) => `${field} ${message}`);
  return problem('invalid_fields', { detail: `${detail.join('; ')}.`, members: { errors } });
}

/** How many notes a page has where nothing is said, and at most. */
export const pageSize = { default: 20, max: 100 };

/** `?limit=&cursor=` of a list. */
export function readPaging(url: string): { limit: number; after: Cursor | undefined } | Response {
  const query = new URL(url).searchParams;
  const limitText = query.get('limit');
  const limit = limitText === null ? pageSize.default : /^\d{1,4}$/.test(limitText) ? Number(limitText) : 0;
  const cursor = query.get('cursor');
  const after = cursor === null ? undefined : decodeCursor(cursor);
  const errors: [string, string][] = [];
  if (limit < 1 || limit > pageSize.max)
    errors.push(['limit', `must be a whole number from 1 to ${pageSize.max}`]);
  if (cursor !== null && !after) errors.push(['cursor', 'must be the nextCursor of an earlier answer']);
  return errors.length > 0 ? invalidFields(errors) : { limit, after };
}
