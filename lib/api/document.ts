import { z } from 'zod';
import { protectedPathOf } from '../access';
import { type Action, actions, allActions, scopeFor } from '../access/actions';
import { bearerChallenge } from '../http/challenge';
import { type ProblemCode, problemBody } from '../http/problem';
import {
  type AnswerDeclaration,
  type OperationDeclaration,
  operations,
  type ParameterDeclaration,
} from './operations';
import { problemsOf } from './problems';
import { problemSchema } from './schemas';

export interface DocumentOptions {
  /** Public URL of the app, base path included. */
  readonly baseUrl: string;
  /** What stands before an action where its scope is asked for. */
  readonly requestPrefix: string;
  /** Name of the session cookie. */
  readonly cookieName: string;
  /** Where the provider signs people in; absent where it is not known just now. */
  readonly provider?: { readonly authorization: string; readonly token: string } | undefined;
}

type Json = Readonly<Record<string, unknown>>;

/** The API in OpenAPI 3.1 (https://spec.openapis.org/oas/v3.1.1), made from what its handlers are made from. */
export function openApiDocument(options: DocumentOptions): Json {
  const { baseUrl } = options;
  const paths: Record<string, Record<string, Json>> = {};
  for (const [operationId, declared] of Object.entries<OperationDeclaration>(operations)) {
    paths[declared.path] = {
      ...paths[declared.path],
      [declared.method.toLowerCase()]: operationObject(operationId, declared, options),
    };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Claimcheck notes',
      version: '1',
      summary: 'Notes behind verified access tokens.',
      description:
        'A refusal is `application/problem+json` (RFC 9457) with a stable `code`. A method that is not described answers 405 with `Allow`.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: baseUrl }],
    tags: [
      { name: 'notes', description: 'What people act on, as far as their scopes reach.' },
      { name: 'token', description: 'What the API sees in an access token.' },
      { name: 'service', description: 'About the service itself.' },
    ],
    paths,
    components: { securitySchemes: securitySchemes(options), schemas: namedSchemas() },
  };
}

function operationObject(
  operationId: string,
  declared: OperationDeclaration,
  options: DocumentOptions,
): Json {
  const { tag, summary, description, requires, parameters = [], body } = declared;
  const scopes = actionsOf(declared).map((action) => scopeFor(action, options.requestPrefix));
  const needs =
    scopes.length > 0 ? `Needs the scope ${scopes.map((scope) => `\`${scope}\``).join(', ')}.` : '';
  return {
    operationId,
    tags: [tag],
    summary,
    description: [description, needs].filter(Boolean).join(' ') || undefined,
    security: requires ? securityOf(scopes, options) : [],
    parameters: parameters.length > 0 ? parameters.map(parameterObject) : undefined,
    requestBody: body && { required: true, content: { 'application/json': { schema: schemaObject(body) } } },
    responses: {
      ...answersOf(declared),
      ...refusalsOf(declared, scopes, options),
      ...(requires ? {} : unreadable),
    },
  };
}

/** What is left to refuse where anyone may ask. */
const unreadable = {
  '4XX': { description: 'The server cannot read the request: its headers are too large (431).' },
};

/** The actions of the access table that an operation asks for. */
export function actionsOf({ requires }: OperationDeclaration): readonly Action[] {
  if (requires === undefined || requires === 'signed-in') return [];
  if (typeof requires === 'string') return [requires];
  return 'anyOf' in requires ? requires.anyOf : requires.allOf;
}

const securityOf = (scopes: readonly string[], { provider }: DocumentOptions) => [
  ...(provider ? [{ oauth2: scopes }] : []),
  { bearer: [] },
  { session: [] },
];

function securitySchemes({ provider, requestPrefix, cookieName }: DocumentOptions): Json {
  const scopes = allActions.map((action) => [scopeFor(action, requestPrefix), actions[action].description]);
  return {
    ...(provider && {
      oauth2: {
        type: 'oauth2',
        description: 'Authorization code with PKCE, at the sign-in provider.',
        flows: {
          authorizationCode: {
            authorizationUrl: provider.authorization,
            tokenUrl: provider.token,
            scopes: Object.fromEntries(scopes),
          },
        },
      },
    }),
    bearer: {
      type: 'http',
      scheme: 'bearer',
      bearerFormat: 'JWT',
      description: 'An access token of the sign-in provider.',
    },
    session: {
      type: 'apiKey',
      in: 'cookie',
      name: cookieName,
      description: 'The session of a browser that is signed in to this app.',
    },
  };
}

function parameterObject({ name, in: place, description, schema }: ParameterDeclaration): Json {
  return { name, in: place, description, required: place === 'path', schema: schemaObject(schema) };
}

function answersOf({ answers }: OperationDeclaration): Json {
  const objects = Object.entries<AnswerDeclaration>(answers).map(
    ([status, { description, schema, headers }]) => [
      status,
      {
        description,
        headers: headers && mapValues(headers, (header) => headerObject({ ...header, required: true })),
        content: schema && { 'application/json': { schema: schemaObject(schema) } },
      },
    ],
  );
  return Object.fromEntries(objects);
}

function headerObject(header: { description: string; example: string; required: boolean }): Json {
  const { description, example, required } = header;
  return { description, required, schema: { type: 'string' }, example };
}

/** Refusals by their status, for a status has one description: an example for each code. */
function refusalsOf(
  declared: OperationDeclaration,
  scopes: readonly string[],
  options: DocumentOptions,
): Json {
  const byStatus = new Map<number, ProblemCode[]>();
  for (const code of problemsOf(declared)) {
    const { status } = problemBody(code);
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  const objects = [...byStatus]
    .filter(([status]) => !(status in declared.answers))
    .map(([status, codes]) => [
      status,
      {
        description: codes.map((code) => problemBody(code).title).join(' Or: '),
        headers: refusalHeaders(codes, { path: declared.path, scopes, ...options }),
        content: {
          'application/problem+json': {
            schema: schemaObject(problemSchema),
            examples: Object.fromEntries(codes.map((code) => [code, { value: exampleOf(code, scopes) }])),
          },
        },
      },
    ]);
  return Object.fromEntries(objects);
}

function exampleOf(code: ProblemCode, scopes: readonly string[]): Json {
  const scope = scopes.join(' ');
  if (code === 'insufficient_scope') {
    return problemBody(code, { detail: `This needs the scope ${scope}.`, members: { scope } });
  }
  if (code === 'invalid_token') {
    const members = { check: 'expires', expected: 'a time in the future' };
    return problemBody(code, { detail: 'The check "expires" failed: it expired 3 hours ago.', members });
  }
  if (code === 'invalid_fields') {
    return problemBody(code, {
      detail: 'title must not be empty.',
      members: { errors: { title: 'must not be empty' } },
    });
  }
  return problemBody(code);
}

/** Which headers refusals have: a header is required where every code of its status has it. */
function refusalHeaders(
  codes: readonly ProblemCode[],
  { baseUrl, path, scopes }: DocumentOptions & { path: string; scopes: readonly string[] },
): Json | undefined {
  const scope = scopes.join(' ') || undefined;
  const challenge = (code: ProblemCode) =>
    code === 'unauthenticated' ||
    code === 'invalid_request' ||
    code === 'invalid_token' ||
    code === 'insufficient_user_authentication' ||
    code === 'insufficient_scope'
      ? bearerChallenge(baseUrl, {
          error: code === 'unauthenticated' ? undefined : code,
          scope: code === 'insufficient_scope' ? scope : undefined,
          maxAge: code === 'insufficient_user_authentication' ? 300 : undefined,
          resource: protectedPathOf(baseUrl + path, baseUrl),
        })
      : undefined;
  const retryAfter = (code: ProblemCode) => ([429, 503].includes(problemBody(code).status) ? '5' : undefined);
  const rateLimit = (code: ProblemCode) => (code === 'rate_limited' ? '"writes";r=0;t=5' : undefined);
  const known = [
    {
      name: 'WWW-Authenticate',
      description: 'What to bring, and where to get it (RFC 6750 §3).',
      of: challenge,
    },
    { name: 'Retry-After', description: 'Seconds until asking again may help.', of: retryAfter },
    {
      name: 'RateLimit',
      description: 'What is left of which limit, and for how long (seconds).',
      of: rateLimit,
    },
  ];
  const headers = known.flatMap(({ name, description, of }) => {
    const examples = codes.map(of);
    const example = examples.find((value) => value !== undefined);
    if (example === undefined) return [];
    return [[name, headerObject({ description, example, required: !examples.includes(undefined) })]];
  });
  return headers.length > 0 ? Object.fromEntries(headers) : undefined;
}

const asReference = (id: string) => `#/components/schemas/${id}`;

/** A schema where it is used: by its name, if it has one. */
function schemaObject(schema: z.ZodType): Json {
  const id = schema.meta()?.id;
  if (id !== undefined) return { $ref: asReference(id) };
  const { $schema, '~standard': standard, ...rest } = z.toJSONSchema(schema, { io: 'input' });
  return rest;
}

/** Every schema that has a name. */
function namedSchemas(): Json {
  const { schemas } = z.toJSONSchema(z.globalRegistry, { io: 'input', uri: asReference });
  return mapValues(schemas, ({ $schema, $id, id, ...rest }: Json) => rest);
}

function mapValues<T, U>(of: Readonly<Record<string, T>>, map: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(of).map(([key, value]) => [key, map(value)]));
}
