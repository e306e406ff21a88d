import { z } from 'zod';
import type { Requirement } from '../access';
import type { ProblemCode } from '../http/problem';
import { newNoteSchema, noteChangeSchema, notePageSchema, noteSchema, pageSize } from '../notes';
import {
  claimsSchema,
  healthSchema,
  metadataSchema,
  openApiSchema,
  readinessSchema,
  scopesSchema,
} from './schemas';

/** A header of an answer. */
export interface HeaderDeclaration {
  readonly description: string;
  readonly example: string;
}

export interface AnswerDeclaration {
  readonly description: string;
  /** What its body is; absent: it has none. */
  readonly schema?: z.ZodType;
  /** Those it always has. */
  readonly headers?: Readonly<Record<string, HeaderDeclaration>>;
}

export interface ParameterDeclaration {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly description: string;
  readonly schema: z.ZodType;
}

/**
 * What an operation of the API is: its handler gets guard and input from here, and so does the document. One cannot say
 * what the other does not do.
 */
export interface OperationDeclaration {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: `/${string}`;
  readonly tag: 'notes' | 'token' | 'service';
  readonly summary: string;
  readonly description?: string;
  /** Absent: anyone may ask. */
  readonly requires?: Requirement;
  readonly parameters?: readonly ParameterDeclaration[];
  /** The JSON body that it reads. */
  readonly body?: z.ZodType;
  readonly answers: Readonly<Record<number, AnswerDeclaration>>;
  /** Refusals of its own, beside those of guard and body. */
  readonly problems?: readonly ProblemCode[];
}

const etag = { description: 'The version of the note, for `If-Match`.', example: '"1"' };
const noteAnswer = { description: 'The note.', schema: noteSchema, headers: { ETag: etag } };

const id: ParameterDeclaration = {
  name: 'id',
  in: 'path',
  description: 'The id of a note.',
  schema: z.string(),
};

const ifMatch: ParameterDeclaration = {
  name: 'If-Match',
  in: 'header',
  description: 'The ETag of the version that is meant; a note that has changed since is left as it is.',
  schema: z.string().meta({ examples: ['"1"'] }),
};

const paging: readonly ParameterDeclaration[] = [
  {
    name: 'limit',
    in: 'query',
    description: 'How many notes at most.',
    schema: z.int().min(1).max(pageSize.max).meta({ default: pageSize.default }),
  },
  {
    name: 'cursor',
    in: 'query',
    description: 'The `nextCursor` of an earlier answer: what comes after that page.',
    schema: z.string(),
  },
];

/** Every operation that the document describes, by its `operationId`. */
export const operations = {
  listNotes: {
    method: 'GET',
    path: '/api/notes',
    tag: 'notes',
    summary: 'List notes',
    description: 'The caller’s notes, newest first.',
    requires: 'note:read',
    parameters: paging,
    answers: { 200: { description: 'One page of notes.', schema: notePageSchema } },
    problems: ['invalid_fields'],
  },
  createNote: {
    method: 'POST',
    path: '/api/notes',
    tag: 'notes',
    summary: 'Create a note',
    requires: 'note:create',
    body: newNoteSchema,
    answers: {
      201: {
        description: 'The new note.',
        schema: noteSchema,
        headers: {
          ETag: etag,
          Location: { description: 'The path of the note.', example: '/api/notes/5f0c…' },
        },
      },
    },
    problems: ['quota'],
  },
  readNote: {
    method: 'GET',
    path: '/api/notes/{id}',
    tag: 'notes',
    summary: 'Read a note',
    requires: 'note:read',
    parameters: [id],
    answers: { 200: noteAnswer },
    problems: ['not_found'],
  },
  changeNote: {
    method: 'PATCH',
    path: '/api/notes/{id}',
    tag: 'notes',
    summary: 'Change a note',
    description: 'Changes the fields that are given, and leaves the others.',
    requires: 'note:update',
    parameters: [id, ifMatch],
    body: noteChangeSchema,
    answers: { 200: noteAnswer },
    problems: ['not_found', 'version_mismatch'],
  },
  deleteNote: {
    method: 'DELETE',
    path: '/api/notes/{id}',
    tag: 'notes',
    summary: 'Delete a note',
    requires: 'note:delete',
    parameters: [id, ifMatch],
    answers: { 204: { description: 'It is gone.' } },
    problems: ['not_found', 'version_mismatch'],
  },
  readToken: {
    method: 'GET',
    path: '/api/my-token',
    tag: 'token',
    summary: 'Read the verified claims',
    description: 'The claims of the access token that the request came with, after every check was passed.',
    requires: 'signed-in',
    answers: { 200: { description: 'The claims.', schema: claimsSchema } },
  },
  readScopes: {
    method: 'GET',
    path: '/api/my-scopes',
    tag: 'token',
    summary: 'Read the verified scopes',
    requires: 'signed-in',
    answers: { 200: { description: 'The scopes.', schema: scopesSchema } },
  },
  health: {
    method: 'GET',
    path: '/api/health',
    tag: 'service',
    summary: 'Is it alive?',
    description: 'Answered at once, from memory, whatever database and provider do.',
    answers: { 200: { description: 'It is; how its parts are doing.', schema: healthSchema } },
  },
  readiness: {
    method: 'GET',
    path: '/api/health/ready',
    tag: 'service',
    summary: 'Can it serve requests?',
    answers: {
      200: { description: 'It can.', schema: readinessSchema },
      503: {
        description: 'The store cannot be reached, or no key was ever loaded.',
        schema: readinessSchema,
        headers: { 'Retry-After': { description: 'Seconds until asking again may help.', example: '5' } },
      },
    },
  },
  resourceMetadata: {
    method: 'GET',
    path: '/.well-known/oauth-protected-resource',
    tag: 'service',
    summary: 'What a client needs to know to call this API',
    description: 'Protected resource metadata (RFC 9728).',
    answers: { 200: { description: 'The metadata.', schema: metadataSchema } },
  },
  openApi: {
    method: 'GET',
    path: '/api/openapi.json',
    tag: 'service',
    summary: 'This document',
    answers: {
      200: {
        description: 'OpenAPI 3.1.',
        schema: openApiSchema,
        headers: { ETag: { description: 'Names this very document.', example: '"5f0c"' } },
      },
      304: { description: 'The caller has it already, as `If-None-Match` says.' },
    },
  },
} as const satisfies Record<string, OperationDeclaration>;

export type OperationId = keyof typeof operations;

type Operations = typeof operations;

/** The operations that only somebody who is verified may call. */
export type GuardedOperation = {
  [Id in OperationId]: Operations[Id] extends { requires: Requirement } ? Id : never;
}[OperationId];

/** What the body of an operation is once it was checked. */
export type InputOf<Id extends OperationId> = Operations[Id] extends { body: infer Schema extends z.ZodType }
  ? z.infer<Schema>
  : undefined;
